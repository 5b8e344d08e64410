import { expect, test } from 'vitest'
import { previousPeriod } from '../../src/text/previous-period'
import { parseTimeframe } from '../../src/text/timeframe-words'

const zone = 'Europe/Dublin'
/** A Wednesday, 15:30 in Dublin. */
const now = Date.parse('2026-11-18T15:30:00Z') / 1000

test.each([
  ['yesterday', '2026-11-16 00:00 to 2026-11-17 00:00'],
  ['today', '2026-11-17 00:00 to 2026-11-17 15:30'],
  ['last 7 days', '2026-11-05 00:00 to 2026-11-11 15:30'],
  ['last week', '2026-11-02 00:00 to 2026-11-09 00:00'],
  // The same three weekdays, and not the three days before.
  ['this week', '2026-11-09 00:00 to 2026-11-11 15:30'],
  ['this month', '2026-10-01 00:00 to 2026-10-18 15:30'],
  ['last month', '2026-09-01 00:00 to 2026-10-01 00:00'],
  ['Q3 2026', '2026-04-01 00:00 to 2026-07-01 00:00'],
  ['2025', '2024-01-01 00:00 to 2025-01-01 00:00'],
  ['last 24 hours', '2026-11-16 15:30 to 2026-11-17 15:30'],
  // Over the day on which clocks went back, counted on the wall.
  ['2026-10-26 to 2026-10-27', '2026-10-24 00:00 to 2026-10-26 00:00'],
])('before "%s" is %s', (words, expected) => {
  const { timeframe } = parseTimeframe(words, { now, timezone: zone })
  const { label } = previousPeriod(timeframe, zone, { inWeeks: words.includes('week') })
  expect(label).toBe(`previous period: ${expected} (${zone})`)
})

test('a month so far is compared with no more than the whole of a shorter one', () => {
  const marchEnd = {
    start: Date.parse('2026-03-01T00:00:00Z') / 1000,
    end: Date.parse('2026-03-31T11:00:00Z') / 1000,
  }
  expect(previousPeriod(marchEnd, 'UTC').label).toBe(
    'previous period: 2026-02-01 00:00 to 2026-02-28 11:00 (UTC)',
  )
})

test('before a day that begins at one, because clocks went on at midnight, days begin at midnight', () => {
  const [start, end] = ['2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'].map((time) => Date.parse(time) / 1000)
  const { timeframe } = previousPeriod({ start: start ?? 0, end: end ?? 0 }, 'Africa/Cairo')
  expect(new Date(timeframe.start * 1000).toISOString()).toBe('2026-04-22T22:00:00.000Z')
})
