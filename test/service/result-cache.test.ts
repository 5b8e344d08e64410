import { describe, expect, test, vi } from 'vitest'
import type { AnalysisRequest } from '../../src/domain/analysis-answers'
import type { SearchRequest } from '../../src/domain/answers'
import type { Store } from '../../src/storage/port'
import { aHit } from '../helpers/builders'
import { createWorkspace, day, noon } from './workspace'

const minute = 60

async function syncedWorkspace(options: Parameters<typeof createWorkspace>[0] = {}) {
  const made = await createWorkspace(options)
  made.workspace.create('1', noon - 2 * day)
  made.workspace.now = noon - day
  made.workspace.reply('1', 'The invoice was paid twice.')
  made.workspace.create('2', noon - day - 3_600)
  made.workspace.now = noon
  await made.service.forceSync({})
  const { service } = made
  const hits = async () => (await service.getServerStatus({})).requests.result_cache.hits
  return {
    ...made,
    hits,
    search: (request: SearchRequest) => service.searchConversations(request),
    analyse: (request: AnalysisRequest) => service.analyzeConversations(request),
  }
}

describe('kept results', () => {
  test('answer the same question, and say their age as of now', async () => {
    const { search, advance, hits } = await syncedWorkspace()
    const request = { query: 'invoice', timeframe: 'last 7 days' }
    const first = await search(request)
    advance(2 * minute)
    const second = await search(request)
    expect(await hits()).toBe(1)
    expect(second.conversations).toEqual(first.conversations)
    expect(first.freshness.age_seconds).toBe(0)
    expect(second.freshness).toMatchObject({ age_seconds: 120, stale: false, refresh: 'none' })
  })

  test('start the refresh that their question needs', async () => {
    const { search, advance, hits, workspace, scheduler } = await syncedWorkspace()
    const request = { query: 'invoice', timeframe: 'last 7 days' }
    await search(request)
    advance(10 * minute - 1)
    workspace.create('3')
    workspace.reply('3', 'Another invoice')
    advance(1)
    const kept = await search(request)
    expect(await hits()).toBe(1)
    expect(kept).toMatchObject({ total: 1, freshness: { stale: true, refresh: 'started' } })
    await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
    expect(await search(request)).toMatchObject({ total: 2, freshness: { stale: false } })
  })

  test('are the same whatever the order of the arguments and of the timeframe’s fields', async () => {
    const { search, hits } = await syncedWorkspace()
    await search({ timeframe: { start_date: '2026-02-01', end_date: '2026-03-01' }, sort: 'newest' })
    await search({ sort: 'newest', time_filter: { end_date: '2026-03-01', start_date: '2026-02-01' } })
    expect(await hits()).toBe(1)
    await search({ sort: 'oldest', timeframe: { start_date: '2026-02-01', end_date: '2026-03-01' } })
    expect(await hits()).toBe(1)
  })

  test('of "today" end with the day', async () => {
    const { search, advance, hits } = await syncedWorkspace()
    expect((await search({ timeframe: 'yesterday' })).total).toBe(1)
    expect((await search({ timeframe: 'last 2 days' })).total).toBe(1)
    advance(12 * 3_600)
    expect((await search({ timeframe: 'yesterday' })).total).toBe(0)
    expect((await search({ timeframe: 'last 2 days' })).total).toBe(0)
    expect(await hits()).toBe(0)
  })

  test('of "last 24 hours" are not taken a second later, when a conversation may have left them', async () => {
    const { search, advance } = await syncedWorkspace()
    expect((await search({ timeframe: 'last 26 hours' })).total).toBe(1)
    advance(3_600)
    expect((await search({ timeframe: 'last 26 hours' })).total).toBe(1)
    advance(1)
    expect((await search({ timeframe: 'last 26 hours' })).total).toBe(0)
  })

  test('lead on with their cursor', async () => {
    const { search, hits } = await syncedWorkspace()
    const first = await search({ limit: 1 })
    const again = await search({ limit: 1 })
    expect(await hits()).toBe(1)
    const pages = [first, again].map(({ next_cursor: cursor }) =>
      search({ limit: 1, cursor: cursor ?? undefined }),
    )
    const ids = (await Promise.all(pages)).map(({ conversations }) => conversations.map(({ id }) => id))
    expect(ids).toEqual([['1'], ['1']])
  })

  test('of analyses have the times and the waits of now', async () => {
    const { analyse, advance, hits, store } = await syncedWorkspace()
    const [waiting] = await store.getConversations(['2'])
    if (!waiting) throw new Error('conversation 2 is not stored')
    const { customer: _c, assignee: _a, team: _t, messageCount: _m, ...conversation } = waiting
    const updated = { ...conversation, updatedAt: noon - minute, waitingSince: noon - 3_600 }
    await store.apply({
      conversations: [{ conversation: updated, messages: [], thread: null, contacts: [] }],
    })
    const request: AnalysisRequest = {
      analysis_type: 'performance_metrics',
      timeframe: 'this week',
      compare_to: 'previous_period',
    }
    const first = await analyse(request)
    advance(minute)
    const second = await analyse(request)
    expect(await hits()).toBe(1)
    const waits = [first, second].map((answer) =>
      'busiest' in answer ? answer.totals.backlog.longest_waiting[0]?.waiting_seconds : null,
    )
    expect(waits).toEqual([3_600, 3_660])
    expect([first.timeframe?.end, second.timeframe?.end]).toEqual([
      '2026-03-02T12:00:00Z',
      '2026-03-02T12:01:00Z',
    ])
    expect(second.compared_to?.end).toBe('2026-02-23T12:01:00Z')
  })

  test('of a comparison end when the clock moves a conversation into its times', async () => {
    const { analyse, advance, hits, store } = await syncedWorkspace()
    await store.apply({ conversations: [aHit({ id: '900', createdAt: noon - 7 * day + 30 })] })
    const volumeBefore = async () => {
      const answer = await analyse({
        analysis_type: 'performance_metrics',
        timeframe: 'this week',
        compare_to: 'previous_period',
      })
      return 'busiest' in answer ? answer.totals.previous?.volume : null
    }
    expect(await volumeBefore()).toBe(0)
    advance(30)
    expect(await volumeBefore()).toBe(0)
    expect(await hits()).toBe(1)
    advance(1)
    expect(await volumeBefore()).toBe(1)
    expect(await hits()).toBe(1)
  })

  test('are shared by those who ask at the same time', async () => {
    const { search, hits } = await syncedWorkspace()
    const answers = await Promise.all([1, 2, 3].map(() => search({ query: 'invoice' })))
    expect(answers.map(({ total }) => total)).toEqual([1, 1, 1])
    expect(await hits()).toBe(2)
  })

  test('are none when they are turned off', async () => {
    const { search, hits } = await syncedWorkspace({ cacheTtlSeconds: 0 })
    for (const _ of [1, 2]) await search({ query: 'invoice' })
    expect(await hits()).toBe(0)
  })

  test('do not hide what cannot be meant', async () => {
    const { search } = await syncedWorkspace()
    await search({ timeframe: 'today' })
    await expect(search({ timeframe: 'today', time_filter: 'today' })).rejects.toThrow('mean the same')
    await expect(search({ timeframe: 'the other day' })).rejects.toThrow('cannot be read')
  })
})

test.each([0, 1, 2, 3, 4])(
  'a timezone that changes while a question is being read (look %i) is that of the next answer',
  async (look) => {
    const { store } = await syncedWorkspace()
    let looks = 0
    const overtaken: Store = Object.assign(Object.create(store), {
      async getWorkspace() {
        const known = await store.getWorkspace()
        if (known && looks++ === look) await store.apply({ workspace: { ...known, timezone: 'Asia/Tokyo' } })
        return known
      },
    })
    Object.defineProperty(overtaken, 'generation', { get: () => store.generation })
    const { service } = await createWorkspace({ store: overtaken, token: null })
    const ask = () => service.searchConversations({ aggregation: { group_by: 'hour' } })
    for (let asked = 0; asked < 4; asked += 1) await ask()
    const { groups = [] } = await ask()
    expect(looks).toBeGreaterThan(look)
    // Eleven o'clock and noon in UTC.
    expect(groups.flatMap(({ key, count }) => (count > 0 ? [key] : []))).toEqual(['20', '21'])
  },
)
