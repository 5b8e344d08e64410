import { describe, expect, it } from 'vitest'
import type { AnalysisRequest } from '../../../src/domain/analysis-answers'
import { analyzeConversations } from '../../../src/queries/analysis/analyze-conversations'
import { aHit } from '../../helpers/builders'
import { createSampleStore, now, type SampleConversation } from '../sample-store'

const hour = 3_600
const noNumbers = { count: 0, mean: null, median: null, p90: null }

async function analyse(
  conversations: SampleConversation[],
  request: AnalysisRequest,
  hits = [] as ReturnType<typeof aHit>[],
) {
  const store = await createSampleStore(conversations)
  await store.apply({ conversations: hits })
  return analyzeConversations(store, request, { now, workspace: await store.getWorkspace() })
}

async function performance(
  conversations: SampleConversation[],
  request: Partial<AnalysisRequest> = {},
  hits = [] as ReturnType<typeof aHit>[],
) {
  const found = await analyse(conversations, { analysis_type: 'performance_metrics', ...request }, hits)
  if (found.analysis_type !== 'performance_metrics') throw new Error('another analysis')
  return found
}

async function satisfaction(conversations: SampleConversation[], request: Partial<AnalysisRequest> = {}) {
  const found = await analyse(conversations, { analysis_type: 'customer_satisfaction', ...request })
  if (found.analysis_type !== 'customer_satisfaction') throw new Error('another analysis')
  return found
}

describe('performance', () => {
  it('counts conversations without a stored thread apart, and takes their times from the statistics', async () => {
    const statistics = {
      ...{ first_contact_reply_at: now - hour, first_admin_reply_at: now - hour + 300 },
      ...{ first_close_at: now - 600, last_close_at: now - 600, count_reopens: 0, time_to_admin_reply: 100 },
    }
    const { body, notes } = await performance([{ id: '1' }], {}, [
      aHit({ id: '2', createdAt: now - hour, state: 'closed', statistics }),
      aHit({ id: '3', createdAt: now - hour }),
    ])
    expect(body.totals).toMatchObject({
      volume: 3,
      first_response_seconds: { count: 2, mean: 180, median: 180, p90: 300 },
      office_hours_response_seconds: { count: 1, mean: 100, median: 100, p90: 100 },
      time_to_first_close_seconds: { count: 1, median: 3000 },
      resolution_rate: 0.333,
      reopen_rate: 0,
      ever_closed: 1,
      replies_per_conversation: { count: 1, mean: 1 },
      without_thread: 2,
    })
    expect(notes).toEqual([
      "Of 3 conversations 2 have no stored thread yet: replies are not counted in them, and times are known only where Intercom's statistics say them.",
    ])
  })

  it('leaves outbound ones without a customer out of the times and counts them apart', async () => {
    const { body } = await performance([], {}, [
      aHit({ id: '1', deliveredAs: 'admin_initiated', state: 'closed' }),
    ])
    expect(body.totals).toMatchObject({
      ...{ volume: 1, outbound_without_customer: 1, first_response_seconds: noNumbers },
      ...{ time_to_first_close_seconds: noNumbers, resolution_rate: 1, reopen_rate: 0, ever_closed: 1 },
    })
  })

  it('has null and no figure where there is nothing', async () => {
    const { body, conversations } = await performance([])
    expect(conversations).toBe(0)
    expect(body.totals).toMatchObject({
      ...{ volume: 0, first_response_seconds: noNumbers, resolution_rate: null, reopen_rate: null },
      backlog: { open: 0, snoozed: 0, longest_waiting: [] },
    })
    expect(body.busiest).toEqual({ hours: [], weekdays: [] })
  })

  it('counts the backlog as of now, whenever created, with the filters and without the timeframe', async () => {
    const waiting = Array.from({ length: 12 }, (_, index) => ({
      ...{ id: String(100 + index), daysAgo: 20, assigneeId: '51' },
      waitingSince: now - (100 - index) * hour,
    }))
    const { body } = await performance(
      [
        ...waiting,
        { id: '1', daysAgo: 1, assigneeId: '51', state: 'snoozed', waitingSince: now - 900 * hour },
        { id: '2', daysAgo: 1, assigneeId: '52', waitingSince: now - 800 * hour },
        { id: '3', daysAgo: 30, assigneeId: '51', state: 'closed', waitingSince: null },
      ],
      { timeframe: 'last 3 days', filters: { assignee_id: 'Bo' }, dimensions: ['assignee', 'priority'] },
    )
    expect(body.totals.volume).toBe(1)
    expect(body.totals.backlog).toMatchObject({ open: 12, snoozed: 1 })
    expect(body.totals.backlog.longest_waiting.map(({ id }) => id)).toEqual([
      '100',
      '101',
      '102',
      '103',
      '104',
      '105',
      '106',
      '107',
      '108',
      '109',
    ])
    expect(body.totals.backlog.longest_waiting[0]).toEqual({
      id: '100',
      url: 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/100',
      waiting_since: '2026-11-14T11:30:00Z',
      waiting_seconds: 360_000,
    })
    expect(body.groups.find(({ key }) => key === '51')?.backlog).toMatchObject({ open: 12, snoozed: 1 })
    expect(body.groups.find(({ key }) => key === '51')?.backlog.longest_waiting).toHaveLength(1)
  })

  it('lists whoever has a backlog, also without a conversation in the time', async () => {
    const { body } = await performance(
      [
        { id: '1', daysAgo: 1, assigneeId: '51' },
        { id: '2', daysAgo: 40, assigneeId: '52' },
      ],
      { timeframe: 'last 7 days', dimensions: ['assignee'] },
    )
    expect(body.groups.map(({ label, volume, backlog }) => [label, volume, backlog.open])).toEqual([
      ['Bo Helper', 1, 1],
      ['Cleo Smith', 0, 1],
    ])
  })

  it('puts the figures of the previous period and the difference beside its own', async () => {
    const { body, comparedTo, definitions } = await performance(
      [
        { id: '1', daysAgo: 1, assigneeId: '51' },
        { id: '2', daysAgo: 2, assigneeId: '51', state: 'closed' },
        { id: '3', daysAgo: 8, assigneeId: '51' },
      ],
      { timeframe: 'last 7 days', compare_to: 'previous_period', dimensions: ['assignee'] },
    )
    expect(comparedTo?.shown.label).toBe(
      'previous period: 2026-11-05 00:00 to 2026-11-11 15:30 (Europe/Dublin)',
    )
    const expected = {
      ...{ volume: 2, resolution_rate: 0.5 },
      previous: { volume: 1, resolution_rate: 0, first_response_seconds: { count: 1, median: 60 } },
      change: { volume: 1, resolution_rate: 0.5, first_response_seconds: { count: 1, median: 0 } },
    }
    expect(body.totals).toMatchObject(expected)
    expect(body.totals.previous).not.toHaveProperty('backlog')
    expect(body.groups).toMatchObject([{ key: '51', ...expected }])
    expect(definitions.change).toContain('Now less then')
  })

  it('says null for a change from nothing', async () => {
    const { body } = await performance([{ id: '1', daysAgo: 1 }], {
      ...{ timeframe: 'last 7 days', compare_to: '2025' },
    })
    expect(body.totals.change).toMatchObject({
      volume: 1,
      resolution_rate: null,
      first_response_seconds: { mean: null },
    })
  })

  it('refuses a comparison without a timeframe', async () => {
    await expect(performance([], { compare_to: 'previous_period' })).rejects.toMatchObject({
      message: 'compare_to needs a timeframe to compare with.',
    })
  })
})

describe('satisfaction', () => {
  const rated = (score: number | null, remark: string | null = null) => ({
    ...{ score, remark, requestedAt: now, ratedAt: now, teammateId: null },
  })

  it('has rates over the asked and the rated, and the lowest remarks first', async () => {
    const { body } = await satisfaction([
      { id: '1', rating: rated(5, 'Great') },
      { id: '2', rating: rated(1, 'Slow'), daysAgo: 3 },
      { id: '3', rating: rated(1, 'Rude'), daysAgo: 2 },
      { id: '4', rating: rated(4) },
      { id: '5', rating: rated(null) },
      { id: '6' },
    ])
    expect(body.totals).toEqual({
      ...{ asked: 5, rated: 4, response_rate: 0.8, mean: 2.75, csat: 0.5 },
      distribution: { 1: 2, 2: 0, 3: 0, 4: 1, 5: 1 },
    })
    expect(body.remarks.map(({ id, rating, remark }) => [id, rating, remark])).toEqual([
      ['3', 1, 'Rude'],
      ['2', 1, 'Slow'],
      ['1', 5, 'Great'],
    ])
    expect(body.remarks[0]?.url).toBe('https://app.intercom.com/a/inbox/abc123/inbox/conversation/3')
    expect(body.remarks_total).toBe(3)
  })

  it('has null where nobody was asked', async () => {
    const { body } = await satisfaction([{ id: '1' }], { dimensions: ['team'] })
    expect(body.totals).toMatchObject({ asked: 0, rated: 0, response_rate: null, mean: null, csat: null })
    expect(body.groups).toEqual([])
  })
})
