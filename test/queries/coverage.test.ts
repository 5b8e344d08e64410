import { expect, it } from 'vitest'
import type { CoverageRequest } from '../../src/domain/answers'
import type { Timeframe } from '../../src/domain/timeframe'
import { checkCoverage } from '../../src/queries/coverage'
import { createSampleStore, now } from './sample-store'

const day = 86_400

/** A store synced `age` seconds ago; the last 30 days are covered unless `covered` says otherwise. */
async function createCoveredStore({ age = 120, covered }: { age?: number; covered?: Timeframe[] } = {}) {
  const store = await createSampleStore([])
  const asOf = now - age
  await store.apply({
    syncState: { asOf, unbrokenSince: asOf, covered: covered ?? [{ start: now - 30 * day, end: asOf }] },
  })
  return store
}

async function check(
  request: CoverageRequest,
  store: ReturnType<typeof createCoveredStore> = createCoveredStore(),
) {
  return checkCoverage(await store, request, { now, maxAgeMinutes: 5, refresh: async () => 'none' })
}

it('says that days inside of what is stored are covered', async () => {
  expect(await check({ start_date: '2026-11-01', end_date: '2026-11-10' })).toEqual({
    has_coverage: true,
    partial_coverage: false,
    coverage_gaps: [],
    cached_range: { start: '2026-10-19T15:30:00Z', end: '2026-11-18T15:28:00Z' },
    data_age_minutes: 2,
    reason:
      'Covered: every conversation created in this time is stored. The data is fresh: synced 2 minutes ago.',
  })
})

it('says that covered data is old, and what is missing because of that', async () => {
  const answer = await check(
    { start_date: '2026-11-01', end_date: '2026-11-10' },
    createCoveredStore({ age: 3 * 3_600 }),
  )
  expect(answer).toMatchObject({ has_coverage: true, coverage_gaps: [], data_age_minutes: 180 })
  expect(answer.reason).toBe(
    'Covered: every conversation created in this time is stored. ' +
      'The data is old: synced 3 hours ago, so what has changed since then is missing; force_sync brings it.',
  )
})

it('does not take the time since an old sync for covered', async () => {
  const store = createCoveredStore({ age: 3 * day })
  expect(await check({ start_date: '2026-11-10', end_date: '2026-11-18' }, store)).toMatchObject({
    has_coverage: false,
    partial_coverage: true,
    coverage_gaps: [['2026-11-15T15:30:00Z', '2026-11-18T15:30:00Z']],
    cached_range: { end: '2026-11-15T15:30:00Z' },
  })
  expect(await check({ start_date: '2026-11-16', end_date: '2026-11-17' }, store)).toMatchObject({
    has_coverage: false,
    partial_coverage: false,
    coverage_gaps: [['2026-11-16T00:00:00Z', '2026-11-18T00:00:00Z']],
  })
})

it('names every gap, in UTC, of days that are the workspace’s', async () => {
  const covered = [
    { start: now - 60 * day, end: now - 50 * day },
    { start: now - 30 * day, end: now - 120 },
  ]
  // Dublin is an hour ahead of UTC until 25 October.
  const answer = await check(
    { start_date: '2026-09-01', end_date: '2026-11-18' },
    createCoveredStore({ covered }),
  )
  expect(answer).toMatchObject({
    has_coverage: false,
    partial_coverage: true,
    coverage_gaps: [
      ['2026-08-31T23:00:00Z', '2026-09-19T15:30:00Z'],
      ['2026-09-29T15:30:00Z', '2026-10-19T15:30:00Z'],
    ],
    cached_range: { start: '2026-09-19T15:30:00Z', end: '2026-11-18T15:28:00Z' },
  })
  expect(answer.reason).toContain(
    'Not covered: 2026-09-29 to 2026-10-19 and 1 more. sync_conversations with this timeframe fetches it.',
  )
})

it('asks for what is missing, and says that it comes', async () => {
  const asked: Timeframe[] = []
  const refresh = async (timeframe: Timeframe) => {
    asked.push(timeframe)
    return 'started' as const
  }
  const request = { start_date: '2026-10-01T00:00:00Z', end_date: '2026-11-01T00:00:00Z' }
  const store = await createCoveredStore({ age: 3 * 3_600 })
  const { reason } = await checkCoverage(store, request, { now, maxAgeMinutes: 5, refresh })
  expect(asked).toEqual([{ start: 1_790_812_800, end: 1_793_491_200 }])
  expect(reason).toBe(
    'Not covered: 2026-10-01 to 2026-10-19. It is being fetched: ask again in a moment. ' +
      'The data is old: synced 3 hours ago, so what has changed since then is missing; a refresh is under way.',
  )
})

it('says that nothing of a time is covered', async () => {
  const answer = await check({ start_date: '2026-01-10T09:00:00Z', end_date: '2026-01-11' })
  expect(answer).toMatchObject({
    has_coverage: false,
    partial_coverage: false,
    coverage_gaps: [['2026-01-10T09:00:00Z', '2026-01-12T00:00:00Z']],
  })
  expect(answer.reason).toContain('Nothing of this time is covered.')
})

it('takes a start alone as up to now', async () => {
  expect(await check({ start_date: '2026-11-01' })).toMatchObject({ has_coverage: true, coverage_gaps: [] })
})

it('misses nothing of a time before the workspace was created', async () => {
  const answer = await check({ start_date: '2020-01-01', end_date: '2020-12-31' })
  expect(answer).toMatchObject({ has_coverage: true, partial_coverage: false, coverage_gaps: [] })
  expect(answer.reason).toContain('the workspace was created after this time.')
})

it('answers before the first sync with the whole time as its gap, and no more', async () => {
  const store = createSampleStore([])
  expect(await check({ start_date: '2026-11-01', end_date: '2026-11-02' }, store)).toEqual({
    has_coverage: false,
    reason: 'No data available',
    coverage_gaps: [['2026-11-01T00:00:00Z', '2026-11-03T00:00:00Z']],
  })
})

it('refuses wrong dates with an example', async () => {
  await expect(check({ start_date: 'last week' })).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'The start date "last week" cannot be read.',
    hint: expect.stringContaining('start_date "2026-03-01" and end_date "2026-03-07"'),
  })
})
