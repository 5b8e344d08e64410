import { describe, expect, it } from 'vitest'
import { parseTimeframe } from '../../src/text/timeframe-words'

/** A day of the calendar as its number since 1970, and what else a reader sees on the wall. */
interface Wall {
  day: number
  year: number
  month: number
  date: number
}

const walls = new Map<string, Wall>()
const clocks = new Map<string, Intl.DateTimeFormat>()

/** By the system's own calendar; nothing here is shared with what is tested. */
function wallAt(seconds: number, zone: string): Wall {
  const key = `${zone} ${seconds}`
  const known = walls.get(key)
  if (known) return known
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  clocks.set(zone, clock)
  const [year = 0, month = 0, date = 0] = clock
    .format(seconds * 1000)
    .split('-')
    .map(Number)
  const wall = { day: Date.UTC(year, month - 1, date) / 86_400_000, year, month, date }
  walls.set(key, wall)
  return wall
}

const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000
/** 1970-01-01 was a Thursday. */
const mondayOf = ({ day }: Wall) => day - ((((day + 3) % 7) + 7) % 7)
const monthOf = ({ year, month }: Wall) => year * 12 + month - 1
const quarterOf = ({ year, month }: Wall) => year * 4 + Math.floor((month - 1) / 3)

/** The same day of an earlier month, or that month's last one. */
function monthsBefore(wall: Wall, months: number): number {
  const first = new Date(Date.UTC(wall.year, wall.month - 1 - months, 1))
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return first.getTime() / 86_400_000 + Math.min(wall.date, length) - 1
}

/** The words, and whether a moment before now lies in what they name, told by days on the wall alone. */
const meanings: Record<string, (then: Wall, now: Wall) => boolean> = {
  today: (then, now) => then.day === now.day,
  yesterday: (then, now) => then.day === now.day - 1,
  'this week': (then, now) => mondayOf(then) === mondayOf(now),
  'last week': (then, now) => mondayOf(then) === mondayOf(now) - 7,
  'this month': (then, now) => monthOf(then) === monthOf(now),
  'last month': (then, now) => monthOf(then) === monthOf(now) - 1,
  'this quarter': (then, now) => quarterOf(then) === quarterOf(now),
  'last quarter': (then, now) => quarterOf(then) === quarterOf(now) - 1,
  'this year': (then, now) => then.year === now.year,
  'last year': (then, now) => then.year === now.year - 1,
  'last 7 days': (then, now) => then.day > now.day - 7,
  'last 30 days': (then, now) => then.day > now.day - 30,
  'last 2 weeks': (then, now) => then.day > now.day - 14,
  'last 1 month': (then, now) => then.day >= monthsBefore(now, 1),
  'last 3 months': (then, now) => then.day >= monthsBefore(now, 3),
  'since monday': (then, now) => then.day >= mondayOf(now),
  'since yesterday': (then, now) => then.day >= now.day - 1,
  'since 2026-03-08': (then) => then.day >= dayOf('2026-03-08'),
  '2026-03-28 to 2026-03-29': (then) => then.day >= dayOf('2026-03-28') && then.day <= dayOf('2026-03-29'),
  '2026-03-08': (then) => then.day === dayOf('2026-03-08'),
  'march 2026': (then) => then.year === 2026 && then.month === 3,
  'march 2026 to april 2026': (then) => then.year === 2026 && [3, 4].includes(then.month),
  'Q1 2026': (then) => quarterOf(then) === 2026 * 4,
}

/** Clocks change here at one, two and midnight, by an hour and by half of one, and not at all. */
const zones = [
  ...['Europe/Dublin', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe'],
  'Asia/Kathmandu',
]

/** The first second of a day on the wall of a zone. */
function startOf(day: number, zone: string): number {
  let [before, after] = [(day - 2) * 86_400, (day + 2) * 86_400]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (wallAt(middle, zone).day < day) before = middle
    else after = middle
  }
  return after
}

/** Midnights that matter: of weeks, months, quarters, years, and around clock changes. */
const days = [
  ...['2026-03-08', '2026-03-09', '2026-03-16', '2026-03-29', '2026-03-30', '2026-03-31', '2026-04-01'],
  ...['2026-04-05', '2026-04-06', '2026-04-24', '2026-04-25', '2026-05-31', '2026-10-25', '2026-10-30'],
  ...['2026-10-31', '2026-11-01', '2026-11-02', '2027-01-01', '2028-02-29', '2028-03-01'],
].map(dayOf)

describe.each(zones)('in %s', (zone) => {
  it.each(Object.keys(meanings))('"%s" begins and ends with the days on the wall, at every edge', (words) => {
    const means = meanings[words]
    const moments = days.flatMap((day) => [-1, 0, 1, 12 * 3_600].map((after) => startOf(day, zone) + after))
    const wrong: object[] = []
    for (const now of moments) {
      // What they name lay ahead then.
      if (now < startOf(dayOf('2026-04-02'), zone) && /2026/.test(words)) continue
      const { start, end } = parseTimeframe(words, { now, timezone: zone }).timeframe
      const wallNow = wallAt(now, zone)
      const edges = [start - 1, start, end - 1, end, now - 1, now, ...moments]
      for (const then of edges) {
        const isInside = then >= start && then < end
        const isMeant = then < now && means?.(wallAt(then, zone), wallNow)
        if (isInside !== isMeant) wrong.push({ now, then, isInside })
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('rolling hours', () => {
  it.each([
    ['last 24 hours', '2026-03-29T12:00:00+01:00', 86_400],
    ['last 24 hours', '2026-10-25T12:00:00Z', 86_400],
    ['last 1 hour', '2026-03-29T02:00:00+01:00', 3_600],
    ['last 90 minutes', '2026-10-25T01:15:00Z', 5_400],
  ])('"%s" at %s are as many as on a stopwatch', (words, localNow, seconds) => {
    const now = Date.parse(localNow) / 1000
    expect(parseTimeframe(words, { now, timezone: 'Europe/Dublin' }).timeframe).toEqual({
      start: now - seconds,
      end: now,
    })
  })
})
