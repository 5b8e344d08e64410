import { DateTime } from 'luxon'
import { UserInputError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import { readCalendarWords, type Span } from './calendar-words'
import { type ParsedTimeframe, parseTimeframe, readZone, type TimeframeContext } from './timeframe-words'

/** A time between two dates, as programs and terminals write it; without an end it lasts until now. */
export interface IsoDates {
  start_date?: string
  end_date?: string
}

/** What a place takes for dates, and how it tells of what it does not. */
export interface IsoDateRules {
  /** Whether a time of day may follow the day. */
  takesTimes: boolean
  /** Whether an end in the future means now; else it is an error. */
  clipsFuture: boolean
  /** How to write it right. */
  example: string
}

/** The days of a sync that somebody orders: what was meant for the future would silently be less. */
export const syncDateRules: IsoDateRules = {
  takesTimes: false,
  clipsFuture: false,
  example: 'Give days as YYYY-MM-DD, for example --start-date 2026-03-01 --end-date 2026-03-07.',
}

const isoDay = /^\d{4}-\d{2}-\d{2}$/
const isoTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?$/i

/**
 * Refuses with UserInputError what two dates cannot mean wherever the workspace is: what is no date, a day that does
 * not exist, an end without a start or before it.
 */
export function checkIsoDates(dates: IsoDates, rules: IsoDateRules): void {
  readDates(dates, DateTime.fromSeconds(0, { zone: 'UTC' }), rules)
}

/**
 * The half-open timeframe between two dates in the workspace's timezone; a bare end date includes that day. Rejects
 * with UserInputError, which has an example, all that `checkIsoDates` does, and what lies in the future.
 */
export function parseIsoDates(
  dates: IsoDates,
  context: TimeframeContext,
  rules: IsoDateRules,
): ParsedTimeframe {
  const { zone } = readZone(context.timezone)
  const now = DateTime.fromSeconds(context.now, { zone })
  const { start, end } = readDates(dates, now, rules)
  const refuseFuture = (which: string, text: string | undefined): never => {
    const today = now.toFormat('yyyy-MM-dd HH:mm')
    throw wrongDates(`The ${which} date ${text} lies in the future: now it is ${today} (${zone}).`, rules)
  }
  if (start.start > now) refuseFuture('start', dates.start_date)
  if (end && end.start > now && !rules.clipsFuture) refuseFuture('end', dates.end_date)
  if (end && end.end.toSeconds() <= 0) {
    throw wrongDates(`The end date ${dates.end_date} lies before 1970.`, rules)
  }
  return parseTimeframe(dates, context)
}

/** The days that a timeframe touches, first and last, as the two dates that mean at least all of it. */
export function toLocalDays(
  { start, end }: Timeframe,
  timezone: string | null,
): { start_date: string; end_date: string } {
  const { zone } = readZone(timezone)
  const day = (seconds: number) => DateTime.fromSeconds(seconds, { zone }).toFormat('yyyy-MM-dd')
  return { start_date: day(start), end_date: day(Math.max(start, end - 1)) }
}

/** A time as a clock on the workspace's wall shows it; one in UTC where the timezone is not known. */
export function toLocalTime(
  isoTime: string,
  timezone: string | null,
): { day: string; minute: string; zone: string } {
  const { zone } = readZone(timezone)
  const time = DateTime.fromISO(isoTime, { zone })
  return { day: time.toFormat('yyyy-MM-dd'), minute: time.toFormat('yyyy-MM-dd HH:mm'), zone }
}

function readDates(
  { start_date: startDate, end_date: endDate }: IsoDates,
  now: DateTime,
  rules: IsoDateRules,
): { start: Span; end: Span | null } {
  if (startDate === undefined) {
    throw wrongDates(
      endDate === undefined ? 'There is no start date.' : 'An end date needs a start date.',
      rules,
    )
  }
  const start = readDate('start', startDate, now, rules)
  const end = endDate === undefined ? null : readDate('end', endDate, now, rules)
  if (end && end.end <= start.start) {
    throw wrongDates(`The start date ${startDate} is not before the end date ${endDate}.`, rules)
  }
  return { start, end }
}

function readDate(which: 'start' | 'end', text: string, now: DateTime, rules: IsoDateRules): Span {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  const isDate = isoDay.test(text) || (rules.takesTimes && isoTime.test(text))
  if (!isDate) throw wrongDates(`The ${which} date "${shown}" cannot be read.`, rules)
  const words = readCalendarWords(text.toLowerCase(), now)
  if (words === null || 'near' in words) {
    throw wrongDates(`The ${which} date "${shown}" does not exist.`, rules)
  }
  return words
}

function wrongDates(message: string, { example }: IsoDateRules): UserInputError {
  return new UserInputError(message, { hint: example })
}
