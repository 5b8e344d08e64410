import { describe, expect, test } from 'vitest'
import type { Service } from '../../src/service/service'
import { connectClient, textOf } from './connect'
import { coverageAnswer, createSampleService, freshness, syncStatusAnswer } from './sample-service'

async function ask(name: string, args: Record<string, unknown> = {}, overrides: Partial<Service> = {}) {
  const service = createSampleService(overrides)
  const { call } = await connectClient(async () => service)
  return { result: await call(name, args), calls: service.calls }
}

describe('sync_conversations', () => {
  test.each([
    'last 90 days',
    { start_date: '2026-01-01', end_date: '2026-01-31' },
    { relative: 'last_30_days' },
  ])('passes the timeframe %j on', async (timeframe) => {
    const { calls } = await ask('sync_conversations', { timeframe, force: true })
    expect(calls[0]?.request).toEqual({ timeframe, force: true })
  })

  test('says in text what is left, once it has been counted', async () => {
    const answer = {
      started: false,
      run_id: 'r1',
      estimate: { conversations: 12_000, requests: 12_080, seconds: 1_456 },
      message: 'A sync was running already.',
      freshness,
    }
    const { result } = await ask('sync_conversations', {}, { syncConversations: async () => answer })
    expect(result.structuredContent).toEqual(answer)
    expect(textOf(result)).toBe(
      [
        'A sync was running already.',
        'Still to come: 12,000 conversations, about 12,080 requests, 24 minutes.',
        'Data: Synced 2 minutes ago; the timeframe is covered.',
      ].join('\n'),
    )
  })
})

describe('get_sync_status', () => {
  test('says in text how far the sync is and what is left', async () => {
    const { result } = await ask('get_sync_status')
    expect(result.structuredContent).toEqual(syncStatusAnswer)
    expect(textOf(result)).toBe(
      [
        'Syncing since 2026-03-02 14:00 UTC (2.5 minutes), from 2026-01-01 00:00 to 2026-03-02 14:00. Fetching replies: 3000 of 15000 threads.',
        'Still to come: 12,000 conversations, about 12,000 requests, 73 seconds.',
      ].join('\n'),
    )
  })

  test('of a sync that has just begun says that nothing is counted yet', async () => {
    const answer = {
      ...syncStatusAnswer,
      ...{ is_syncing: true as const, sync_started_at: '2026-03-02T14:00:00Z', duration_minutes: 0 },
      coverage_dates: { start: null, end: null },
      progress: { done: 0, total: null, phase: 'starting' as const },
      estimate: null,
    }
    const { result } = await ask('get_sync_status', {}, { getSyncStatus: async () => answer })
    expect(result.structuredContent).toEqual(answer)
    expect(textOf(result)).toBe(
      'Syncing since 2026-03-02 14:00 UTC (less than a minute). Starting.\nStill to come: not counted yet.',
    )
  })

  test('without a sync says so, and what the last one failed with', async () => {
    const answer = {
      is_syncing: false as const,
      last_error: {
        at: '2026-03-02T13:00:00Z',
        code: 'intercom_network',
        message: 'Intercom could not be reached.',
      },
    }
    const { result } = await ask('get_sync_status', {}, { getSyncStatus: async () => answer })
    expect(result.structuredContent).toEqual(answer)
    expect(textOf(result)).toBe(
      'No sync is running.\nLast error (2026-03-02 13:00 UTC, intercom_network): Intercom could not be reached.',
    )
  })
})

describe('check_coverage', () => {
  test('passes its dates on, and says in text what is missing', async () => {
    const { result, calls } = await ask('check_coverage', {
      start_date: '2026-01-01',
      end_date: '2026-03-02',
    })
    expect(calls[0]?.request).toEqual({ start_date: '2026-01-01', end_date: '2026-03-02' })
    expect(result.structuredContent).toEqual(coverageAnswer)
    expect(textOf(result)).toBe(
      [
        'Covered: in part. Not covered: 2026-01-01 to 2026-02-01.',
        'Gaps (UTC): 2026-01-01 00:00 to 2026-02-01 00:00.',
        'Stored in all: created 2026-02-01 00:00 to 2026-03-02 14:00 UTC.',
      ].join('\n'),
    )
  })

  test('names the latest of many gaps and counts the rest', async () => {
    const gaps = Array.from({ length: 7 }, (_, index): [string, string] => [
      `2026-01-0${index + 1}T00:00:00Z`,
      `2026-01-0${index + 1}T12:00:00Z`,
    ])
    const answer = { ...coverageAnswer, coverage_gaps: gaps }
    const { result } = await ask(
      'check_coverage',
      { start_date: '2026-01-01' },
      { checkCoverage: async () => answer },
    )
    expect(textOf(result)).toContain('Gaps (UTC): 2026-01-03 00:00 to 2026-01-03 12:00; ')
    expect(textOf(result)).toContain('2026-01-07 00:00 to 2026-01-07 12:00; and 2 older.')
  })

  test('before the first sync has the three fields that it can have', async () => {
    const answer = {
      has_coverage: false,
      reason: 'No data available',
      coverage_gaps: [['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'] as [string, string]],
    }
    const { result } = await ask(
      'check_coverage',
      { start_date: '2026-01-01' },
      { checkCoverage: async () => answer },
    )
    expect(result.structuredContent).toEqual(answer)
    expect(textOf(result)).toBe(
      'Covered: no. No data available.\nNothing is stored before the first sync has run: get_sync_status says whether it does, sync_conversations starts it.\nGaps (UTC): 2026-01-01 00:00 to 2026-01-02 00:00.',
    )
  })

  test('needs a start', async () => {
    const { result } = await ask('check_coverage', { end_date: '2026-01-01' })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('Argument "start_date" is required.')
  })
})
