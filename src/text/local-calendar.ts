import { DateTime, IANAZone } from 'luxon'
import { readZone } from './timeframe-words'

/**
 * Days and hours on the wall of a workspace for very many times: the zone is asked once for each UTC day, and all
 * else is arithmetic. A local day is the number of days since 1970-01-01.
 */
export interface LocalCalendar {
  readonly zone: string
  /** Said where days had to be counted in UTC. */
  readonly timezoneNote: string | undefined
  dayOf(seconds: number): number
  /** 0 to 23; an hour that clocks go through twice is one. */
  hourOf(seconds: number): number
  /** Epoch seconds at which a local day begins. */
  startOf(day: number): number
}

export type PeriodUnit = 'day' | 'week' | 'month'

const secondsPerDay = 86_400

/** The calendar of a zone; of UTC when it is unknown. */
export function createLocalCalendar(timezone: string | null): LocalCalendar {
  const { zone, timezoneNote } = readZone(timezone)
  const offsetAt = offsetsOf(zone)
  const local = (seconds: number): number => seconds + offsetAt(seconds)
  return {
    zone,
    timezoneNote,
    dayOf: (seconds) => Math.floor(local(seconds) / secondsPerDay),
    hourOf: (seconds) =>
      Math.floor((((local(seconds) % secondsPerDay) + secondsPerDay) % secondsPerDay) / 3600),
    startOf: (day) => {
      const { year, month, day: dayOfMonth } = DateTime.fromSeconds(day * secondsPerDay, { zone: 'utc' })
      const start = DateTime.fromObject({ year, month, day: dayOfMonth }, { zone }).startOf('day')
      return Math.floor(start.toSeconds())
    },
  }
}

const knownOffsets = new Map<string, (seconds: number) => number>()

/** A workspace has one zone, whose days are asked for again and again. */
const mostZones = 10

function offsetsOf(zone: string): (seconds: number) => number {
  const offsetAt = knownOffsets.get(zone) ?? createOffsets(zone)
  if (knownOffsets.size >= mostZones) knownOffsets.clear()
  knownOffsets.set(zone, offsetAt)
  return offsetAt
}

/** The offset of a zone from UTC in seconds, looked up at the ends of each UTC day, and where it changes in between. */
function createOffsets(zoneName: string): (seconds: number) => number {
  const zone = IANAZone.create(zoneName)
  const ask = (seconds: number): number => zone.offset(seconds * 1000) * 60
  const days = new Map<number, { before: number; after: number; changesAt: number }>()

  function look(day: number) {
    const [start, end] = [day * secondsPerDay, (day + 1) * secondsPerDay]
    const [before, after] = [ask(start), ask(end)]
    const changesAt = before === after ? end : findChange(start, end, before)
    const found = { before, after, changesAt }
    days.set(day, found)
    return found
  }

  function findChange(start: number, end: number, before: number): number {
    let [unchanged, changed] = [start, end]
    while (changed - unchanged > 1) {
      const middle = Math.floor((unchanged + changed) / 2)
      if (ask(middle) === before) unchanged = middle
      else changed = middle
    }
    return changed
  }

  return (seconds) => {
    const day = Math.floor(seconds / secondsPerDay)
    const { before, after, changesAt } = days.get(day) ?? look(day)
    return seconds < changesAt ? before : after
  }
}

/** 0 is Monday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

/** The first day of the day's period; weeks begin on Monday. */
export function firstDayOf(unit: PeriodUnit, day: number): number {
  if (unit === 'day') return day
  if (unit === 'week') return day - weekdayOf(day)
  const date = dateOf(day)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / (secondsPerDay * 1000)
}

/** The first day of the period after the one that begins with `day`. */
export function nextPeriod(unit: PeriodUnit, day: number): number {
  if (unit !== 'month') return day + (unit === 'day' ? 1 : 7)
  const date = dateOf(day)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / (secondsPerDay * 1000)
}

/** `2026-03-02`; of a month `2026-03`. */
export function periodKey(unit: PeriodUnit, day: number): string {
  return dateOf(day)
    .toISOString()
    .slice(0, unit === 'month' ? 7 : 10)
}

export const weekdayNames = [
  ...['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
] as const

const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
]

/** `Mon 2026-03-02`, `week of 2026-03-02`, `March 2026`. */
export function periodLabel(unit: PeriodUnit, day: number): string {
  const date = dateOf(day)
  if (unit === 'month') return `${monthNames[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  const key = periodKey('day', day)
  return unit === 'week' ? `week of ${key}` : `${weekdayNames[weekdayOf(day)]?.slice(0, 3)} ${key}`
}

function dateOf(day: number): Date {
  return new Date(day * secondsPerDay * 1000)
}
