import { beforeAll, describe, expect, it } from 'vitest'
import type { AnalysisRequest } from '../../../src/domain/analysis-answers'
import { analyzeConversations } from '../../../src/queries/analysis/analyze-conversations'
import { groupSearch } from '../../../src/queries/search-groups'
import { createWorld } from '../../../src/simulator/world'
import type { Store } from '../../../src/storage/port'
import { parseTimeframe } from '../../../src/text/timeframe-words'
import { testNow } from '../../helpers/simulator'
import {
  describe as describeNumbers,
  firstResponse,
  fromWire,
  onTheWall,
  performance,
  type Source,
  satisfaction,
  unclosedAt,
} from './reference'
import { storeOfWorld } from './world-store'

/** Over the change of clocks on 30 March 2025. */
const now = testNow + 50 * 86_400
const world = createWorld({ size: 400, now, days: 60, seed: 'figures' })
const zone = world.workspace.timezone
const sources = [...world.conversations()].map(fromWire)
const timeframe = 'last 40 days'
let store: Store

beforeAll(async () => {
  store = await storeOfWorld(world)
})

const inside = (words: string) => {
  const { timeframe: frame } = parseTimeframe(words, { now, timezone: zone })
  return sources.filter(({ createdAt }) => createdAt >= frame.start && createdAt < frame.end)
}

async function analyse(request: AnalysisRequest) {
  const workspace = await store.getWorkspace()
  return analyzeConversations(store, request, { now, workspace })
}

const keysOf: Record<string, (source: Source) => (string | null)[]> = {
  assignee: ({ assignee }) => [assignee],
  team: ({ team }) => [team],
  tag: ({ tags }) => (tags.length === 0 ? [null] : tags),
  priority: ({ priority }) => [priority],
  state: ({ state }) => [state],
  day: ({ createdAt }) => [onTheWall(createdAt, zone).day],
  hour: ({ createdAt }) => [onTheWall(createdAt, zone).hour],
  weekday: ({ createdAt }) => [onTheWall(createdAt, zone).weekday],
  month: ({ createdAt }) => [onTheWall(createdAt, zone).day.slice(0, 7)],
}

const membersOf = (list: Source[], kind: string, key: string | null) =>
  list.filter((source) => keysOf[kind]?.(source).includes(key))

const keysIn = (list: Source[], kind: string) => [
  ...new Set(list.flatMap((source) => keysOf[kind]?.(source) ?? [])),
]

describe('over the simulator’s world', () => {
  it.each(['assignee', 'team', 'tag', 'priority'] as const)(
    'performance by %s is what a plain pass over the source objects says',
    async (by) => {
      const { body, notes } = await analyse({
        analysis_type: 'performance_metrics',
        timeframe,
        dimensions: [by],
        compare_to: { start_date: '2025-02-25', end_date: '2025-03-10' },
      })
      if (!('busiest' in body)) throw new Error('not of performance')
      const { previous, change, backlog, ...totals } = body.totals
      expect(totals).toEqual(performance(inside(timeframe)))
      expect(totals.first_response_seconds.count).toBeGreaterThan(100)
      expect(totals.reopen_rate).toBeGreaterThan(0)
      const then = inside('2025-02-25 to 2025-03-10')
      expect(previous).toEqual(performance(then))
      expect(change?.volume).toBe(totals.volume - then.length)

      const open = sources.filter(({ state }) => state === 'open')
      expect([backlog.open, backlog.snoozed]).toEqual([
        open.length,
        sources.filter(({ state }) => state === 'snoozed').length,
      ])
      const waiting = open
        .filter(({ waitingSince }) => waitingSince !== null)
        .sort((a, b) => (a.waitingSince ?? 0) - (b.waitingSince ?? 0) || (a.id < b.id ? -1 : 1))
      expect(waiting.length).toBeGreaterThan(10)
      expect(backlog.longest_waiting.map(({ id }) => id)).toEqual(waiting.slice(0, 10).map(({ id }) => id))

      for (const {
        dimension,
        key,
        previous: before,
        change: _,
        label: _label,
        backlog: own,
        ...figures
      } of body.groups) {
        const members = membersOf(inside(timeframe), dimension, key)
        expect(figures, `${dimension} ${key}`).toEqual({ ...performance(members) })
        expect(before).toEqual(performance(membersOf(then, dimension, key)))
        expect(own.open).toBe(membersOf(open, dimension, key).length)
      }
      const keys = new Set(body.groups.map(({ key }) => key))
      const missing = keysIn(inside(timeframe), by).filter((key) => !keys.has(key))
      // So many tags with two times each have no room; that is said.
      expect(missing.length > 0).toBe(notes.length > 0)
      if (by !== 'tag') expect(missing).toEqual([])
    },
  )

  it('days, their backlog and the busiest hours are those on the wall of the workspace', async () => {
    const frame = '2025-03-20 to 2025-04-12'
    const { body } = await analyse({
      analysis_type: 'performance_metrics',
      timeframe: frame,
      dimensions: ['time_period'],
    })
    if (!('busiest' in body)) throw new Error('not of performance')
    expect(body.groups.map(({ key }) => key)).toHaveLength(24)
    for (const { key, volume, first_response_seconds: response, backlog } of body.groups) {
      const members = membersOf(inside(frame), 'day', key)
      expect([key, volume]).toEqual([key, members.length])
      expect(response).toEqual(describeNumbers(members.map(firstResponse)))
      const midnights = sources.filter(({ createdAt }) => onTheWall(createdAt, zone).day <= (key ?? ''))
      const end = lastSecondOf(key ?? '')
      expect([key, backlog.open]).toEqual([key, unclosedAt(midnights, end)])
    }
    for (const { key, count } of body.busiest.hours) {
      expect(count).toBe(membersOf(inside(frame), 'hour', key).length)
    }
    expect(body.busiest.weekdays.map(({ count }) => count)).toEqual(
      body.busiest.weekdays.map(({ key }) => membersOf(inside(frame), 'weekday', key).length),
    )
  })

  it('satisfaction is what a plain pass over the source objects says', async () => {
    const { body } = await analyse({
      analysis_type: 'customer_satisfaction',
      dimensions: ['assignee', 'time_period'],
    })
    if (!('remarks' in body)) throw new Error('not of satisfaction')
    expect(body.totals).toEqual(satisfaction(sources))
    expect(body.totals.rated).toBeGreaterThan(30)
    for (const { dimension, key, label: _, ...figures } of body.groups) {
      const kind = dimension === 'time_period' ? 'month' : dimension
      expect(figures, `${dimension} ${key}`).toEqual(satisfaction(membersOf(sources, kind, key)))
    }
    const remarked = [...world.conversations()].filter((wire) => wire.conversation_rating?.remark != null)
    expect(body.remarks_total).toBe(remarked.length)
    const ratings = body.remarks.map(({ rating }) => rating)
    expect(ratings).toEqual(ratings.toSorted((a, b) => (a ?? 6) - (b ?? 6)))
    for (const { id, remark } of body.remarks) {
      expect(remark.length).toBeGreaterThan(0)
      expect(remarked.map((wire) => wire.id)).toContain(id)
    }
  })

  it.each(Object.keys(keysOf))('groups by %s hold what a plain pass finds', async (kind) => {
    const found = await groupSearch(
      store,
      {
        timeframe,
        aggregation: {
          group_by: kind as never,
          metrics: [
            'count',
            'avg_response_time',
            'median_response_time',
            'p90_response_time',
            'resolution_rate',
            'avg_rating',
          ],
        },
      },
      { now, timezone: zone },
      'all_terms',
    )
    const list = inside(timeframe)
    for (const group of found?.groups ?? []) {
      const members = membersOf(list, kind, group.key)
      const { count, mean, median, p90 } = describeNumbers(members.map(firstResponse))
      const ratings = satisfaction(members)
      expect(group).toEqual({
        ...{ key: group.key, label: group.label, count: members.length },
        ...{ avg_response_time: mean, median_response_time: median, p90_response_time: p90 },
        ...{ response_count: count, resolution_rate: performance(members).resolution_rate },
        ...{ avg_rating: ratings.mean, rating_count: ratings.rated },
      })
    }
    const keys = new Set(found?.groups.map(({ key }) => key))
    for (const key of keysIn(list, kind)) expect(keys).toContain(key)
  })
})

/** The last second that clocks on the wall still show this day. */
function lastSecondOf(day: string): number {
  let second = Date.parse(`${day}T12:00:00Z`) / 1000
  for (const step of [3600, 60, 1]) {
    while (onTheWall(second + step, zone).day === day) second += step
  }
  // What ends at midnight ends with the day.
  return second + 1
}
