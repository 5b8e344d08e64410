import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregationMetrics, groupKinds } from '../../src/domain/analysis-answers'
import type { SearchRequest } from '../../src/domain/answers'
import { aggregateGroups } from '../../src/queries/aggregate'
import { describeNumbers } from '../../src/queries/distribution'
import { groupFigures } from '../../src/queries/groupings'
import { groupSearch, makeRoomForGroups } from '../../src/queries/search-groups'
import type { Figures } from '../../src/storage/port'
import { createLocalCalendar } from '../../src/text/local-calendar'
import { describe as describePlainly, onTheWall, thousandths } from './analysis/reference'
import { createSampleStore, now, type SampleConversation } from './sample-store'

const at = (iso: string) => Date.parse(iso) / 1000

/** Answered after so many seconds, by the statistics. */
function answered(fields: SampleConversation, after: number): SampleConversation {
  const first = fields.createdAt ?? now - 86_400
  return { ...fields, statistics: { first_contact_reply_at: first, first_admin_reply_at: first + after } }
}

const billing = { id: 't1', name: 'Billing' }
const urgent = { id: 't2', name: 'Urgent' }

async function group(conversations: SampleConversation[], request: SearchRequest, matched = 'all_terms') {
  const store = await createSampleStore(conversations)
  const context = { now, timezone: 'Europe/Dublin' }
  return groupSearch(store, request, context, matched as 'all_terms' | 'any_term')
}

describe('groups of a search', () => {
  it('by tag count a conversation with two tags in both, and one without in none', async () => {
    const found = await group(
      [
        answered({ id: '1', tags: [billing, urgent], state: 'closed' }, 60),
        answered({ id: '2', tags: [billing] }, 120),
        { id: '3', texts: ['Hello'] },
      ],
      {
        aggregation: {
          group_by: 'tag',
          metrics: [
            'count',
            'avg_response_time',
            'median_response_time',
            'p90_response_time',
            'resolution_rate',
          ],
        },
      },
    )
    expect(found?.groups).toEqual([
      {
        ...{ key: 't1', label: 'Billing', count: 2, avg_response_time: 90, median_response_time: 90 },
        ...{ p90_response_time: 120, response_count: 2, resolution_rate: 0.5 },
      },
      {
        ...{ key: 't2', label: 'Urgent', count: 1, avg_response_time: 60, median_response_time: 60 },
        ...{ p90_response_time: 60, response_count: 1, resolution_rate: 1 },
      },
      {
        ...{ key: null, label: 'no tag', count: 1, avg_response_time: null, median_response_time: null },
        ...{ p90_response_time: null, response_count: 0, resolution_rate: 0 },
      },
    ])
  })

  it('by day have those without a conversation too, and change at midnight on the wall', async () => {
    const found = await group(
      [
        // Clocks went back on 25 October: this day had 25 hours.
        { id: '1', createdAt: at('2026-10-24T22:59:59Z') },
        { id: '2', createdAt: at('2026-10-24T23:00:00Z') },
        { id: '3', createdAt: at('2026-10-25T23:59:59Z') },
        { id: '4', createdAt: at('2026-10-27T00:00:00Z') },
      ],
      { timeframe: '2026-10-24 to 2026-10-28', aggregation: { group_by: 'day' } },
    )
    expect(found?.groups).toEqual([
      { key: '2026-10-24', label: 'Sat 2026-10-24', count: 1 },
      { key: '2026-10-25', label: 'Sun 2026-10-25', count: 2 },
      { key: '2026-10-26', label: 'Mon 2026-10-26', count: 0 },
      { key: '2026-10-27', label: 'Tue 2026-10-27', count: 1 },
      { key: '2026-10-28', label: 'Wed 2026-10-28', count: 0 },
    ])
  })

  it('by week begin on Monday, and without group_by there is one of everything', async () => {
    const conversations = [
      { id: '1', createdAt: at('2026-11-08T12:00:00Z'), rating: rated(5) },
      { id: '2', createdAt: at('2026-11-09T12:00:00Z'), rating: rated(2) },
    ]
    const weeks = await group(conversations, { aggregation: { group_by: 'week', metrics: ['avg_rating'] } })
    expect(weeks?.groups).toEqual([
      { key: '2026-11-02', label: 'week of 2026-11-02', count: 1, avg_rating: 5, rating_count: 1 },
      { key: '2026-11-09', label: 'week of 2026-11-09', count: 1, avg_rating: 2, rating_count: 1 },
    ])
    const all = await group(conversations, { aggregation: { metrics: ['avg_rating'] } })
    expect(all?.groups).toEqual([{ key: 'all', label: 'all', count: 2, avg_rating: 3.5, rating_count: 2 }])
  })

  it('are of everything that the query and the filters find', async () => {
    const conversations = [
      { id: '1', texts: ['The invoice is wrong'], assigneeId: '51' },
      { id: '2', texts: ['The invoice again'], assigneeId: '52', state: 'closed' as const },
      { id: '3', texts: ['A parcel'], assigneeId: '51' },
    ]
    const aggregation = { group_by: 'assignee' as const }
    const found = await group(conversations, { query: 'invoice', filters: { state: ['open'] }, aggregation })
    expect(found?.groups).toEqual([{ key: '51', label: 'Bo Helper', count: 1 }])
    const loose = await group(conversations, { query: 'invoice parcel', aggregation }, 'any_term')
    expect(loose?.groups).toEqual([
      { key: '51', label: 'Bo Helper', count: 2 },
      { key: '52', label: 'Cleo Smith', count: 1 },
    ])
  })

  it('by updated_at are of the days of the last change', async () => {
    const found = await group(
      [{ id: '1', createdAt: at('2026-11-01T12:00:00Z'), updatedAt: at('2026-11-05T12:00:00Z') }],
      { timeframe: '2026-11-05', time_field: 'updated_at', aggregation: { group_by: 'day' } },
    )
    expect(found?.groups).toEqual([{ key: '2026-11-05', label: 'Thu 2026-11-05', count: 1 }])
  })

  it('that have no room are left out, the oldest days first, and that is said', async () => {
    const found = await group(
      [
        { id: '1', createdAt: at('2022-01-01T12:00:00Z') },
        { id: '2', createdAt: at('2026-11-17T12:00:00Z') },
      ],
      { aggregation: { group_by: 'day', metrics: [...aggregationMetrics] } },
    )
    expect(found?.groups.at(-1)).toMatchObject({ key: '2026-11-17', count: 1 })
    expect(found?.groups.length).toBeLessThan(400)
    expect(found?.notes).toEqual([
      `Of 1782 groups the latest ${found?.groups.length} are listed: narrow the timeframe or the filters, or group by a longer time, for the others.`,
    ])
  })

  it('come with few hits unless more are asked for, and not again with a cursor', async () => {
    const aggregation = { group_by: 'day' as const }
    expect(makeRoomForGroups({ query: 'a' }).limit).toBeUndefined()
    expect(makeRoomForGroups({ aggregation }).limit).toBe(10)
    expect(makeRoomForGroups({ aggregation, limit: 30 }).limit).toBe(30)
    expect(makeRoomForGroups({ aggregation, limit: 1000 }).limit).toBe(50)
    expect(makeRoomForGroups({ aggregation, cursor: 'c' }).limit).toBeUndefined()
    expect(await group([{ id: '1' }], { aggregation, cursor: 'c' })).toBeNull()
  })
})

function rated(score: number) {
  return { score, remark: null, requestedAt: now, ratedAt: now, teammateId: null }
}

describe('numbers', () => {
  it('have an exact median and a 90th percentile by nearest rank', () => {
    expect(describeNumbers([10, 1, 4, 3])).toEqual({ count: 4, mean: 4.5, median: 3.5, p90: 10 })
    expect(describeNumbers([7])).toEqual({ count: 1, mean: 7, median: 7, p90: 7 })
    expect(describeNumbers([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toMatchObject({ median: 5.5, p90: 9 })
    expect(describeNumbers([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])).toMatchObject({ median: 6, p90: 10 })
    expect(describeNumbers([])).toEqual({ count: 0, mean: null, median: null, p90: null })
  })

  it('are what a plain computation finds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (values) => {
        expect(describeNumbers(values)).toEqual(describePlainly(values))
      }),
    )
  })
})

describe('any conversations, in any grouping', () => {
  const zone = 'America/New_York'
  const around = (time: number) => fc.integer({ min: time - 4 * 86_400, max: time + 4 * 86_400 })
  const conversation = fc.record({
    // Around both changes of clocks.
    createdAt: fc.oneof(around(at('2026-03-08T07:00:00Z')), around(at('2026-11-01T06:00:00Z'))),
    state: fc.constantFrom('open' as const, 'closed' as const, 'snoozed' as const),
    priority: fc.constantFrom('none' as const, 'urgent' as const),
    assigneeId: fc.constantFrom('51', '52', null),
    teamId: fc.constantFrom('71', null),
    tagIds: fc.subarray(['t1', 't2', 't3']),
    rating: fc.option(fc.integer({ min: 1, max: 5 })),
    firstResponseSeconds: fc.option(fc.integer({ min: 0, max: 100_000 })),
  })
  type Row = typeof conversation extends fc.Arbitrary<infer One> ? One : never

  const keysOf: Record<string, (row: Row) => (string | null)[]> = {
    day: ({ createdAt }) => [onTheWall(createdAt, zone).day],
    month: ({ createdAt }) => [onTheWall(createdAt, zone).day.slice(0, 7)],
    hour: ({ createdAt }) => [onTheWall(createdAt, zone).hour],
    weekday: ({ createdAt }) => [onTheWall(createdAt, zone).weekday],
    week: ({ createdAt }) => [mondayOf(onTheWall(createdAt, zone).day)],
    assignee: ({ assigneeId }) => [assigneeId],
    team: ({ teamId }) => [teamId],
    tag: ({ tagIds }) => (tagIds.length > 0 ? tagIds : [null]),
    priority: ({ priority }) => [priority],
    state: ({ state }) => [state],
  }

  it.each(groupKinds)('by %s give what a plain pass gives', (kind) => {
    const names = { assignee: new Map(), team: new Map(), tag: new Map() }
    const context = { calendar: createLocalCalendar(zone), names, timeframe: null }
    fc.assert(
      fc.property(fc.array(conversation, { maxLength: 25 }), (rows) => {
        const figures = toColumns(rows)
        const groups = aggregateGroups(figures, groupFigures(figures, kind, context), aggregationMetrics)
        const keys = new Set(rows.flatMap((row) => keysOf[kind]?.(row) ?? []))
        expect(
          groups
            .filter(({ count }) => count > 0)
            .map(({ key }) => key)
            .toSorted(),
        ).toEqual([...keys].toSorted())
        for (const { key, ...found } of groups) {
          const members = rows.filter((row) => keysOf[kind]?.(row).includes(key))
          const times = describePlainly(members.map((row) => row.firstResponseSeconds))
          const ratings = members.flatMap(({ rating }) => rating ?? [])
          const closed = members.filter(({ state }) => state === 'closed').length
          expect(found).toEqual({
            ...{ label: found.label, count: members.length, response_count: times.count },
            ...{
              avg_response_time: times.mean,
              median_response_time: times.median,
              p90_response_time: times.p90,
            },
            resolution_rate: members.length === 0 ? null : thousandths(closed / members.length),
            avg_rating:
              ratings.length === 0 ? null : thousandths(ratings.reduce((a, b) => a + b) / ratings.length),
            rating_count: ratings.length,
          })
        }
      }),
      { numRuns: 60 },
    )
  })

  function toColumns(rows: Row[]): Partial<Figures> {
    const names = ['createdAt', 'state', 'priority', 'assigneeId', 'teamId', 'tagIds', 'rating'] as const
    return Object.fromEntries(
      [...names, 'firstResponseSeconds' as const].map((name) => [name, rows.map((row) => row[name])]),
    )
  }

  function mondayOf(day: string): string {
    const date = new Date(`${day}T00:00:00Z`)
    while (date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1)
    return date.toISOString().slice(0, 10)
  }
})
