import { strict as chrono } from 'chrono-node/en'
import { DateTime, FixedOffsetZone } from 'luxon'

/** A stretch of local time that words name: a day, a month, or one moment (`start` equal to `end`). */
export interface Span {
  start: DateTime
  end: DateTime
}

/** What comes again ("March", "Monday", "3 May"): which one is meant depends on what stands around it. */
interface Recurring {
  every: 'week' | 'year'
  /** The one in the week or year `offset` away from that of `day`; null where there is none (29 February). */
  near(day: DateTime, offset: number): Span | null
}

export type CalendarWords = Span | Recurring

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** A leap day without a year may be eight years away. */
const furthestOffset = 8

const months = 'january february march april may june july august september october november december'.split(
  ' ',
)
const weekdays = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')
const monthName = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/
const numericDate = /^(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{2}|\d{4})$/

/**
 * Reads the words of one date, month, quarter, year, weekday or moment, in the zone of `now`; null when they cannot
 * be read. `words` are lower case with single spaces.
 */
export function readCalendarWords(words: string, now: DateTime): CalendarWords | null {
  return (
    readRelative(words, now) ??
    readIso(words, now) ??
    readNamedPeriod(words, now) ??
    readDateInWords(words, now)
  )
}

/** The latest one that begins not after `limit`. */
export function latestSpan(words: CalendarWords, limit: DateTime): Span | null {
  if (!('near' in words)) return words
  for (let offset = 0; offset >= -furthestOffset; offset--) {
    const span = words.near(limit, offset)
    if (span && span.start <= limit) return span
  }
  return null
}

/** The first one that begins not before `from`. */
export function firstSpan(words: CalendarWords, from: DateTime): Span | null {
  if (!('near' in words)) return words
  for (let offset = 0; offset <= furthestOffset; offset++) {
    const span = words.near(from, offset)
    if (span && span.start >= from) return span
  }
  return null
}

/** The calendar unit that holds `day`, from its first midnight to the next one's; weeks begin on Monday. */
export function unitSpan(day: DateTime, unit: Unit): Span {
  const start = day.startOf(unit)
  return { start, end: start.plus({ [`${unit}s`]: 1 }).startOf(unit) }
}

function readRelative(words: string, now: DateTime): CalendarWords | null {
  if (words === 'now') return { start: now, end: now }
  if (words === 'today') return unitSpan(now, 'day')
  if (words === 'yesterday') return unitSpan(now.minus({ days: 1 }), 'day')
  const calendar = /^(this|current|last|previous) (week|month|quarter|year)$/.exec(words)
  if (calendar) {
    const unit = calendar[2] as Unit
    const isPresent = calendar[1] === 'this' || calendar[1] === 'current'
    return unitSpan(isPresent ? now : now.startOf(unit).minus({ [`${unit}s`]: 1 }), unit)
  }
  const ago = /^(\d{1,4}) (hour|day|week|month|year)s? ago$/.exec(words)
  if (!ago) return null
  const then = now.minus({ [`${ago[2]}s`]: Number(ago[1]) })
  return ago[2] === 'hour' ? { start: then, end: then } : unitSpan(then, 'day')
}

const isoUnits: [RegExp, Unit][] = [
  [/^\d{4}$/, 'year'],
  [/^\d{4}-\d{2}$/, 'month'],
  [/^\d{4}-W\d{2}$/, 'week'],
  [/^\d{4}-\d{2}-\d{2}$/, 'day'],
]

function readIso(words: string, now: DateTime): Span | null {
  const iso = words.toUpperCase()
  const unit = isoUnits.find(([pattern]) => pattern.test(iso))?.[1]
  if (unit) return valid(unitSpan(DateTime.fromISO(iso, { zone: now.zone }), unit))
  const time = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(
    iso,
  )
  if (!time) return null
  const offset = (time[3] ?? '').replace('UTC', 'Z')
  return moment(DateTime.fromISO(`${time[1]}T${time[2]}${offset}`, { zone: now.zone }))
}

function readNamedPeriod(words: string, now: DateTime): CalendarWords | null {
  const quarter = /^q([1-4])(?:,? (\d{4}))?$/.exec(words) ?? /^(?=(\d{4})[ -]?q([1-4])$)/.exec(words)
  if (quarter) {
    const [number, year] = words.startsWith('q') ? [quarter[1], quarter[2]] : [quarter[2], quarter[1]]
    return inYear('quarter', year, { month: Number(number) * 3 - 2, day: 1 }, now)
  }
  const named = /^(?:(last|this) )?([a-z]+)\.?(?:,? (\d{4}))?$/.exec(words)
  if (!named?.[2]) return null
  const month = indexOfName(months, named[2])
  if (month !== -1 && !named[1]) return inYear('month', named[3], { month: month + 1, day: 1 }, now)
  const weekday = indexOfName(weekdays, named[2])
  if (weekday === -1 || named[3]) return null
  const recurring: Recurring = {
    every: 'week',
    near: (day, offset) => unitSpan(day.startOf('week').plus({ weeks: offset, days: weekday }), 'day'),
  }
  if (named[1] === 'this') return recurring.near(now, 0)
  return named[1] === 'last' ? latestSpan(recurring, now.startOf('day').minus({ days: 1 })) : recurring
}

/** A date in words, with or without year, with or without time: chrono's strict reading of the whole text or none. */
function readDateInWords(words: string, now: DateTime): CalendarWords | null {
  const text = words.replace(/^on /, '').replace(/^the /, '')
  if (!monthName.test(text) && !isClearNumericDate(text)) return null
  // A leap day without a year is refused unless the present year has one, so a leap year is offered.
  const plain = parseWhole(text, now)
  const date = plain ?? parseWhole(`${text} 2024`, now)
  if (!date?.isCertain('day') || !date.isCertain('month')) return null
  const year = plain?.isCertain('year') ? String(date.get('year')) : undefined
  const onDay = { month: date.get('month') ?? 0, day: date.get('day') ?? 0 }
  if (!date.isCertain('hour')) return inYear('day', year, onDay, now)
  if (!year) return null
  const time = {
    hour: date.get('hour') ?? 0,
    minute: date.get('minute') ?? 0,
    second: date.get('second') ?? 0,
  }
  const offset = date.isCertain('timezoneOffset') ? date.get('timezoneOffset') : null
  const zone = offset === null ? now.zone : FixedOffsetZone.instance(offset)
  return moment(DateTime.fromObject({ year: Number(year), ...onDay, ...time }, { zone }).setZone(now.zone))
}

function parseWhole(text: string, now: DateTime) {
  const results = chrono.parse(text, { instant: now.toJSDate(), timezone: now.offset })
  const [result] = results
  return result && !result.end && result.text.length === text.length ? result.start : null
}

/** 3/4/2026 is March to some and April to others; 25/4/2026 can only be one day. */
function isClearNumericDate(text: string): boolean {
  const numbers = numericDate.exec(text)
  if (!numbers) return false
  return Number(numbers[1]) > 12 || Number(numbers[2]) > 12 || numbers[1] === numbers[2]
}

function inYear(
  unit: Unit,
  year: string | undefined,
  at: { month: number; day: number },
  now: DateTime,
): CalendarWords | null {
  const spanIn = (number: number) =>
    valid(unitSpan(DateTime.fromObject({ year: number, ...at }, { zone: now.zone }), unit))
  if (year) return spanIn(Number(year))
  return { every: 'year', near: (day, offset) => spanIn(day.year + offset) }
}

function moment(time: DateTime): Span | null {
  return valid({ start: time, end: time })
}

function valid(span: Span): Span | null {
  return span.start.isValid && span.end.isValid ? span : null
}

function indexOfName(names: string[], word: string): number {
  return word.length < 3 ? -1 : names.findIndex((name) => name.startsWith(word))
}
