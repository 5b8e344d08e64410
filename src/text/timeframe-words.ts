import { DateTime, type DurationLike, IANAZone } from 'luxon'
import { UserInputError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import {
  type CalendarWords,
  firstSpan,
  latestSpan,
  readCalendarWords,
  type Span,
  unitSpan,
} from './calendar-words'

/** Words, or dates, or one of the fixed words of earlier clients. */
export type TimeframeWords = string | { start_date?: string; end_date?: string; relative?: string }

export interface TimeframeContext {
  /** Epoch seconds. */
  now: number
  /** The workspace's IANA zone; null when it is unknown. */
  timezone: string | null
}

export interface ParsedTimeframe {
  timeframe: Timeframe
  /** What was understood, in local time: `last week: 2026-11-09 00:00 to 2026-11-16 00:00 (Europe/Dublin)`. */
  label: string
  /** Set when days had to be counted in UTC because the workspace's timezone is unknown. */
  timezoneNote?: string
}

const examples =
  'Examples: today, yesterday, this week, last month, last 30 days, last 24 hours, since monday, since 2026-03-01, ' +
  '2026-03-01 to 2026-03-15, march 2026, Q3 2026, 2026. Leave the timeframe out for everything stored.'

/** Longer text is no timeframe, and dates in words are read by patterns that should not see a document. */
const maxWordsChars = 100

const numberWords = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
const connector = '(?:to|until|till|through|thru|up to|-|–|—)'
const ranges = [
  new RegExp(`^(?:from|since|between) (.+?) ${connector} (.+)$`),
  /^between (.+?) and (.+)$/,
  /^(\S+?) ?\.\. ?(\S+)$/,
  /^(\d[^ /]*)\/(\d[^ /]*-[^ /]*)$/,
  /^([a-z]{3,9}) ?[-–] ?([a-z]{3,9}(?: \d{4})?)$/,
  new RegExp(`^(.+?) ${connector} (.+)$`),
]

/**
 * The half-open timeframe that words name, in the workspace's timezone, its end clipped to now. Rejects with
 * UserInputError what cannot be read, what lies in the future and what ends before it starts; it never guesses.
 */
export function parseTimeframe(request: TimeframeWords, context: TimeframeContext): ParsedTimeframe {
  const { zone, timezoneNote } = readZone(context.timezone)
  const now = DateTime.fromSeconds(context.now, { zone })
  const asked = typeof request === 'string' ? request : (request.relative ?? '')
  const words = normalise(asked)
  const span = typeof request === 'string' ? readWords(words, asked, now) : readObject(request, now)
  const timeframe = clip(span, context.now, describeRequest(request))
  const range = `${localTime(timeframe.start, zone)} to ${localTime(timeframe.end, zone)} (${zone})`
  const label = words === '' ? range : `${words}: ${range}`
  return timezoneNote === undefined ? { timeframe, label } : { timeframe, label, timezoneNote }
}

function readObject(request: Exclude<TimeframeWords, string>, now: DateTime): Span {
  const { start_date: startDate, end_date: endDate, relative } = request
  if (relative !== undefined) {
    if (startDate !== undefined || endDate !== undefined) {
      throw new UserInputError('A timeframe has either `relative` or dates, not both.', { hint: examples })
    }
    return readWords(normalise(relative), relative, now)
  }
  if (startDate !== undefined && endDate !== undefined) {
    return readRange(normalise(startDate), normalise(endDate), now)
  }
  if (startDate !== undefined) return readRange(normalise(startDate), 'now', now)
  if (endDate !== undefined) return readUntil(normalise(endDate), now)
  throw new UserInputError('The timeframe is empty.', { hint: examples })
}

function readWords(words: string, asked: string, now: DateTime): Span {
  if (words === '' || words.length > maxWordsChars) throw unreadable(asked)
  const rolling = readRolling(words, now)
  if (rolling) return rolling

  const single = readCalendarWords(words, now)
  if (single) {
    const span = latestSpan(single, now)
    if (!span) throw unreadable(asked)
    // One moment is no timeframe; from it to now is what can be meant.
    return isMoment(span) ? { start: span.start, end: now } : span
  }
  const range = ranges.map((pattern) => pattern.exec(words)).find((match) => match !== null)
  if (range) return readRange(range[1] ?? '', range[2] ?? '', now)
  const since = /^(?:since|from|starting(?: from)?) (.+)$/.exec(words)
  if (since?.[1]) return readRange(since[1], 'now', now)
  const after = /^after (.+)$/.exec(words)
  if (after?.[1]) return { start: latest(after[1], now).end, end: now }
  const until = /^(?:until|till|up to) (.+)$/.exec(words)
  if (until?.[1]) return readUntil(until[1], now)
  const before = /^before (.+)$/.exec(words)
  if (before?.[1]) return { start: epoch(now), end: latest(before[1], now).start }
  throw unreadable(asked)
}

/** `last 7 days`, `past week`, `24h`, `month to date`; null for anything else. */
function readRolling(words: string, now: DateTime): Span | null {
  const toDate = /^(?:(week|month|quarter|year) to date|([wmqy])td)$/.exec(words)
  if (toDate) {
    const unit = (['week', 'month', 'quarter', 'year'] as const).find(
      (u) => u === toDate[1] || u[0] === toDate[2],
    )
    return unit ? unitSpan(now, unit) : null
  }
  const match =
    /^(last|past|previous)(?: (\S+))?? (minute|hour|day|week|month|quarter|year)s?$/.exec(words) ??
    /^()(\d+) (minute|hour|day|week|month|quarter|year)s?$/.exec(words) ??
    /^(?:last |past )?()(\d+)(h|d|w|mo|y)$/.exec(words)
  const unit = match?.[3]
  if (!match || !unit) return null
  const amount = readAmount(match[2])
  if (amount !== null) return rollingSpan(amount, unit, now)
  if (match[2] !== undefined) return null
  // "last week" is the calendar's, "past week" the seven days that have gone.
  if (match[1] === 'past' || unit === 'minute' || unit === 'hour' || unit === 'day') {
    return unit === 'day' ? rollingSpan(24, 'hour', now) : rollingSpan(1, unit, now)
  }
  return null
}

function readAmount(word: string | undefined): number | null {
  if (word === undefined) return null
  const amount = /^\d{1,5}$/.test(word) ? Number(word) : numberWords.indexOf(word) + 1
  return amount > 0 ? amount : null
}

function rollingSpan(amount: number, unit: string, now: DateTime): Span {
  // Where clocks go on at midnight that day begins at one: others do not.
  const midnightBefore = (time: DurationLike) => ({
    start: now.startOf('day').minus(time).startOf('day'),
    end: now,
  })
  if (unit === 'minute') return { start: now.minus({ minutes: amount }), end: now }
  if (unit === 'hour' || unit === 'h') return { start: now.minus({ hours: amount }), end: now }
  if (unit === 'day' || unit === 'd') return midnightBefore({ days: amount - 1 })
  if (unit === 'week' || unit === 'w') return midnightBefore({ days: amount * 7 - 1 })
  const monthsEach = unit === 'quarter' ? 3 : unit === 'year' || unit === 'y' ? 12 : 1
  return midnightBefore({ months: amount * monthsEach })
}

function readRange(startWords: string, endWords: string, now: DateTime): Span {
  const [from, to] = [readPart(startWords, now), readPart(endWords, now)]
  // "3 March to 5 April 2026": the year of the end is that of the start too.
  const start = latestSpan(from, 'near' in to ? now : to.start)
  if (!start) throw unreadable(startWords)
  const end = endSpan(to, start.start, now)
  if (!end) throw unreadable(endWords)
  return { start: start.start, end: endOf(end) }
}

function endSpan(to: CalendarWords, start: DateTime, now: DateTime): Span | null {
  if ('near' in to && to.every === 'week') {
    const latestOne = latestSpan(to, now)
    if (latestOne && latestOne.start >= start) return latestOne
  }
  return firstSpan(to, start)
}

function readUntil(words: string, now: DateTime): Span {
  return { start: epoch(now), end: endOf(latest(words, now)) }
}

/** A bare end date includes that day. So does 23:59 or 23:59:59, which is how programs write a day's end. */
function endOf(span: Span): DateTime {
  const { end } = span
  const isDaysEnd = isMoment(span) && end.hour === 23 && end.minute === 59 && [0, 59].includes(end.second)
  return isDaysEnd ? end.startOf('minute').plus({ minutes: 1 }) : end
}

function latest(words: string, now: DateTime): Span {
  const span = latestSpan(readPart(words, now), now)
  if (!span) throw unreadable(words)
  return span
}

function readPart(words: string, now: DateTime): CalendarWords {
  const found = words.length > maxWordsChars ? null : readCalendarWords(words, now)
  if (!found) throw unreadable(words)
  return found
}

function clip({ start, end }: Span, now: number, asked: string): Timeframe {
  const from = Math.max(0, Math.floor(start.toSeconds()))
  const to = Math.floor(end.toSeconds())
  if (Number.isNaN(from) || Number.isNaN(to)) throw unreadable(asked)
  if (from > now) {
    throw new UserInputError(`The timeframe ${asked} lies in the future.`, { hint: examples })
  }
  if (to <= from && to !== now) {
    throw new UserInputError(`The timeframe ${asked} ends before it starts.`, { hint: examples })
  }
  return { start: from, end: Math.min(to, now) }
}

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/^[\s"'“”]+|[\s"'“”.,!?]+$/g, '')
    .replace(/^(?:last|past|this|previous)-\S+$/, (words) => words.replaceAll('-', ' '))
    .replace(/\s+/g, ' ')
    .replace(/^(?:in|during|for|over|within|throughout) /, '')
    .replace(/^the (?=last|past|previous|current)/, '')
}

/** The zone that days are counted in, and what to say when it is not the workspace's own. */
export function readZone(timezone: string | null): { zone: string; timezoneNote?: string } {
  if (timezone !== null && IANAZone.isValidZone(timezone)) return { zone: timezone }
  return { zone: 'UTC', timezoneNote: "The workspace's timezone is unknown: days are counted in UTC." }
}

function isMoment(span: Span): boolean {
  return span.start.toMillis() === span.end.toMillis()
}

function epoch(now: DateTime): DateTime {
  return DateTime.fromSeconds(0, { zone: now.zone })
}

function localTime(seconds: number, zone: string): string {
  return DateTime.fromSeconds(seconds, { zone }).toFormat('yyyy-MM-dd HH:mm')
}

function describeRequest(request: TimeframeWords): string {
  if (typeof request === 'string') return `"${request.trim()}"`
  return request.relative
    ? `"${request.relative}"`
    : `from ${request.start_date} to ${request.end_date ?? 'now'}`
}

function unreadable(asked: string): UserInputError {
  const shown = asked.length > 60 ? `${asked.slice(0, 60)}…` : asked
  return new UserInputError(`The timeframe "${shown}" cannot be read.`, { hint: examples })
}
