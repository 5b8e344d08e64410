import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { UserInputError } from '../../src/domain/errors'
import { parseTimeframe, type TimeframeWords } from '../../src/text/timeframe-words'

/** A Wednesday afternoon. */
const wednesday = '2026-11-18T15:30:00'

function frame(request: TimeframeWords, localNow = wednesday, timezone: string | null = 'Europe/Dublin') {
  const zone = timezone ?? 'UTC'
  const now = DateTime.fromISO(localNow, { zone }).toSeconds()
  const { start, end } = parseTimeframe(request, { now, timezone }).timeframe
  const iso = (seconds: number) =>
    DateTime.fromSeconds(seconds, { zone }).toISO({ suppressMilliseconds: true })?.replace('+00:00', 'Z')
  return `${iso(start)} ${iso(end)}`
}

/** Without seconds and without the Z of Dublin's winter. */
function brief(request: TimeframeWords) {
  return frame(request)
    .replaceAll(/(?<=T\d\d:\d\d):00(?=Z|\+|-)/g, '')
    .replaceAll('Z', '')
}

describe('parseTimeframe', () => {
  it.each([
    ['today', '2026-11-18T00:00 2026-11-18T15:30'],
    ['yesterday', '2026-11-17T00:00 2026-11-18T00:00'],
    ['this week', '2026-11-16T00:00 2026-11-18T15:30'],
    ['last week', '2026-11-09T00:00 2026-11-16T00:00'],
    ['Previous Week', '2026-11-09T00:00 2026-11-16T00:00'],
    ['this month', '2026-11-01T00:00 2026-11-18T15:30'],
    ['this year', '2026-01-01T00:00 2026-11-18T15:30'],
    ['last year', '2025-01-01T00:00 2026-01-01T00:00'],
    ['month to date', '2026-11-01T00:00 2026-11-18T15:30'],
    ['YTD', '2026-01-01T00:00 2026-11-18T15:30'],
    ['last 7 days', '2026-11-12T00:00 2026-11-18T15:30'],
    ['last_7_days', '2026-11-12T00:00 2026-11-18T15:30'],
    ['last-7-days', '2026-11-12T00:00 2026-11-18T15:30'],
    ['in the past 7 days', '2026-11-12T00:00 2026-11-18T15:30'],
    ['last seven days', '2026-11-12T00:00 2026-11-18T15:30'],
    ['past week', '2026-11-12T00:00 2026-11-18T15:30'],
    ['7 days', '2026-11-12T00:00 2026-11-18T15:30'],
    ['7d', '2026-11-12T00:00 2026-11-18T15:30'],
    ['last 1 day', '2026-11-18T00:00 2026-11-18T15:30'],
    ['last 2 weeks', '2026-11-05T00:00 2026-11-18T15:30'],
    ['2w', '2026-11-05T00:00 2026-11-18T15:30'],
    ['last 24 hours', '2026-11-17T15:30 2026-11-18T15:30'],
    ['24h', '2026-11-17T15:30 2026-11-18T15:30'],
    ['past day', '2026-11-17T15:30 2026-11-18T15:30'],
    ['last hour', '2026-11-18T14:30 2026-11-18T15:30'],
    ['last 90 minutes', '2026-11-18T14:00 2026-11-18T15:30'],
    ['since monday', '2026-11-16T00:00 2026-11-18T15:30'],
    ['since Wednesday', '2026-11-18T00:00 2026-11-18T15:30'],
    ['since thursday', '2026-11-12T00:00 2026-11-18T15:30'],
    ['since last wednesday', '2026-11-11T00:00 2026-11-18T15:30'],
    ['since last week', '2026-11-09T00:00 2026-11-18T15:30'],
    ['since 3 days ago', '2026-11-15T00:00 2026-11-18T15:30'],
    ['since 2026-11-10', '2026-11-10T00:00 2026-11-18T15:30'],
    ['since 2026-11-10T09:15', '2026-11-10T09:15 2026-11-18T15:30'],
    ['2026-11-10 09:15Z', '2026-11-10T09:15 2026-11-18T15:30'],
    ['after 10 November', '2026-11-11T00:00 2026-11-18T15:30'],
    ['monday', '2026-11-16T00:00 2026-11-17T00:00'],
    ['last wednesday', '2026-11-11T00:00 2026-11-12T00:00'],
    ['2026-11-10', '2026-11-10T00:00 2026-11-11T00:00'],
    ['2026-11-18', '2026-11-18T00:00 2026-11-18T15:30'],
    ['2026-W46', '2026-11-09T00:00 2026-11-16T00:00'],
    ['3 days ago', '2026-11-15T00:00 2026-11-16T00:00'],
    ['November', '2026-11-01T00:00 2026-11-18T15:30'],
    ['in december', '2025-12-01T00:00 2026-01-01T00:00'],
    ['Jan 2026', '2026-01-01T00:00 2026-02-01T00:00'],
    ['2026-02', '2026-02-01T00:00 2026-03-01T00:00'],
    ['Q4', '2026-10-01T00:00+01:00 2026-11-18T15:30'],
    ['Q1 2026', '2026-01-01T00:00 2026-04-01T00:00+01:00'],
    ['2026-Q1', '2026-01-01T00:00 2026-04-01T00:00+01:00'],
    ['2026', '2026-01-01T00:00 2026-11-18T15:30'],
    ['2025', '2025-01-01T00:00 2026-01-01T00:00'],
    ['3 March', '2026-03-03T00:00 2026-03-04T00:00'],
    ['March 3rd 2026', '2026-03-03T00:00 2026-03-04T00:00'],
    ['on the 3rd of March', '2026-03-03T00:00 2026-03-04T00:00'],
    ['Tuesday, 3 March 2026', '2026-03-03T00:00 2026-03-04T00:00'],
    ['3 December', '2025-12-03T00:00 2025-12-04T00:00'],
    ['25/12/2025', '2025-12-25T00:00 2025-12-26T00:00'],
    ['2026-11-10 to 2026-11-12', '2026-11-10T00:00 2026-11-13T00:00'],
    ['2026-11-10..2026-11-12', '2026-11-10T00:00 2026-11-13T00:00'],
    ['2026-11-10/2026-11-12', '2026-11-10T00:00 2026-11-13T00:00'],
    ['between 10 nov and 12 nov', '2026-11-10T00:00 2026-11-13T00:00'],
    ['from 10 November until 12 November 2026', '2026-11-10T00:00 2026-11-13T00:00'],
    ['10 November 2025 to 12 January', '2025-11-10T00:00 2026-01-13T00:00'],
    ['10 November to 12 January 2026', '2025-11-10T00:00 2026-01-13T00:00'],
    ['december to february', '2025-12-01T00:00 2026-03-01T00:00'],
    ['jan-feb 2026', '2026-01-01T00:00 2026-03-01T00:00'],
    ['monday to tuesday', '2026-11-16T00:00 2026-11-18T00:00'],
    ['2026-11-10 to now', '2026-11-10T00:00 2026-11-18T15:30'],
    ['2026-11-10 to 2026-12-31', '2026-11-10T00:00 2026-11-18T15:30'],
    ['2026-11-10T08:00 to 2026-11-10T09:00', '2026-11-10T08:00 2026-11-10T09:00'],
    ['2026-11-10T00:00:00Z to 2026-11-11T23:59:59Z', '2026-11-10T00:00 2026-11-12T00:00'],
    ['until 2026-11-10', '1970-01-01T01:00+01:00 2026-11-11T00:00'],
    ['before 2026-11-10', '1970-01-01T01:00+01:00 2026-11-10T00:00'],
  ])('reads %s', (words, expected) => {
    expect(brief(words)).toBe(expected)
  })

  it.each<[TimeframeWords, string]>([
    [{ relative: 'today' }, '2026-11-18T00:00:00Z 2026-11-18T15:30:00Z'],
    [{ relative: 'yesterday' }, '2026-11-17T00:00:00Z 2026-11-18T00:00:00Z'],
    [{ relative: 'last_7_days' }, '2026-11-12T00:00:00Z 2026-11-18T15:30:00Z'],
    [{ relative: 'last_30_days' }, '2026-10-20T00:00:00+01:00 2026-11-18T15:30:00Z'],
    [{ relative: 'last_90_days' }, '2026-08-21T00:00:00+01:00 2026-11-18T15:30:00Z'],
    [{ start_date: '2026-11-10', end_date: '2026-11-12' }, '2026-11-10T00:00:00Z 2026-11-13T00:00:00Z'],
    [{ start_date: '2026-11-10' }, '2026-11-10T00:00:00Z 2026-11-18T15:30:00Z'],
    [
      { start_date: '2026-11-10T10:00:00+02:00', end_date: 'yesterday' },
      '2026-11-10T08:00:00Z 2026-11-18T00:00:00Z',
    ],
  ])('reads the object %j', (request, expected) => {
    expect(frame(request)).toBe(expected)
  })

  it.each([
    [
      'Monday at midnight is the new week',
      'this week',
      '2026-11-16T00:00:00',
      '2026-11-16T00:00:00Z 2026-11-16T00:00:00Z',
    ],
    [
      'Monday at midnight ends last week',
      'last week',
      '2026-11-16T00:00:00',
      '2026-11-09T00:00:00Z 2026-11-16T00:00:00Z',
    ],
    [
      'a second before is still the old week',
      'this week',
      '2026-11-15T23:59:59',
      '2026-11-09T00:00:00Z 2026-11-15T23:59:59Z',
    ],
    [
      'today at midnight is empty',
      'today',
      '2026-11-18T00:00:00',
      '2026-11-18T00:00:00Z 2026-11-18T00:00:00Z',
    ],
    [
      'yesterday across the new year',
      'yesterday',
      '2026-01-01T00:00:00',
      '2025-12-31T00:00:00Z 2026-01-01T00:00:00Z',
    ],
    [
      'last week across the new year',
      'last week',
      '2026-01-07T12:00:00',
      '2025-12-29T00:00:00Z 2026-01-05T00:00:00Z',
    ],
    [
      'last month in January',
      'last month',
      '2026-01-31T12:00:00',
      '2025-12-01T00:00:00Z 2026-01-01T00:00:00Z',
    ],
    [
      'last month on the 31st',
      'last month',
      '2026-03-31T12:00:00',
      '2026-02-01T00:00:00Z 2026-03-01T00:00:00Z',
    ],
    [
      'last quarter in January',
      'last quarter',
      '2026-01-15T12:00:00',
      '2025-10-01T00:00:00+01:00 2026-01-01T00:00:00Z',
    ],
    [
      'one month before the 31st',
      'last 1 month',
      '2026-03-31T12:00:00',
      '2026-02-28T00:00:00Z 2026-03-31T12:00:00+01:00',
    ],
    [
      'three months across the new year',
      'last 3 months',
      '2026-02-15T12:00:00',
      '2025-11-15T00:00:00Z 2026-02-15T12:00:00Z',
    ],
    ['the leap day', '29 February', '2026-11-18T12:00:00', '2024-02-29T00:00:00Z 2024-03-01T00:00:00Z'],
    [
      'yesterday on 1 March of a leap year',
      'yesterday',
      '2024-03-01T08:00:00',
      '2024-02-29T00:00:00Z 2024-03-01T00:00:00Z',
    ],
    [
      'February of a leap year',
      'february',
      '2024-06-01T00:00:00',
      '2024-02-01T00:00:00Z 2024-03-01T00:00:00Z',
    ],
    [
      'the present month at its first second',
      'march',
      '2026-03-01T00:00:00',
      '2026-03-01T00:00:00Z 2026-03-01T00:00:00Z',
    ],
    [
      'spring: the day the clock goes on has 23 hours',
      '2026-03-29',
      '2026-04-10T12:00:00',
      '2026-03-29T00:00:00Z 2026-03-30T00:00:00+01:00',
    ],
    [
      'autumn: the day it goes back has 25',
      '2026-10-25',
      '2026-11-18T12:00:00',
      '2026-10-25T00:00:00+01:00 2026-10-26T00:00:00Z',
    ],
    [
      'last 7 days over the change begin at midnight',
      'last 7 days',
      '2026-03-31T12:00:00',
      '2026-03-25T00:00:00Z 2026-03-31T12:00:00+01:00',
    ],
    [
      'last 24 hours over the change are 24 hours',
      'last 24 hours',
      '2026-03-29T12:00:00',
      '2026-03-28T11:00:00Z 2026-03-29T12:00:00+01:00',
    ],
  ])('%s', (_, words, localNow, expected) => {
    expect(frame(words, localNow)).toBe(expected)
  })

  it.each([
    ['today', '2026-03-08T12:00:00', '2026-03-08T00:00:00-05:00 2026-03-08T12:00:00-04:00'],
    ['yesterday', '2026-03-09T00:00:00', '2026-03-08T00:00:00-05:00 2026-03-09T00:00:00-04:00'],
    ['yesterday', '2026-11-02T00:00:00', '2026-11-01T00:00:00-04:00 2026-11-02T00:00:00-05:00'],
    ['last week', '2026-11-04T09:00:00', '2026-10-26T00:00:00-04:00 2026-11-02T00:00:00-05:00'],
    ['last 12 hours', '2026-11-01T06:00:00', '2026-10-31T19:00:00-04:00 2026-11-01T06:00:00-05:00'],
    ['last 2 days', '2026-03-09T09:00:00', '2026-03-08T00:00:00-05:00 2026-03-09T09:00:00-04:00'],
  ])('counts days in New York: %s at %s', (words, localNow, expected) => {
    expect(frame(words, localNow, 'America/New_York')).toBe(expected)
  })

  it('counts days in UTC and says so when the timezone is unknown', () => {
    const now = Date.parse('2026-11-18T15:30:00Z') / 1000
    expect(parseTimeframe('yesterday', { now, timezone: null })).toEqual({
      timeframe: { start: 1794873600, end: 1794960000 },
      label: 'yesterday: 2026-11-17 00:00 to 2026-11-18 00:00 (UTC)',
      timezoneNote: "The workspace's timezone is unknown: days are counted in UTC.",
    })
    expect(parseTimeframe('today', { now, timezone: 'Mars/Olympus' }).timezoneNote).toBeDefined()
    expect(parseTimeframe('today', { now, timezone: 'Asia/Tokyo' }).timezoneNote).toBeUndefined()
  })

  it.each([
    'soon',
    '',
    '   ',
    'last',
    'last 0 days',
    'last many days',
    'the other day',
    '31 June',
    '2026-02-30',
    '2026-13',
    '3/4/2026',
    'march 3-5',
    'since',
    'since soon',
    '2026-11-10 to',
    '2026-11-10 to whenever',
    'all time',
    'x'.repeat(500),
  ])('refuses %j with examples instead of guessing', (words) => {
    const attempt = () => frame(words)
    expect(attempt).toThrow(/cannot be read/)
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining('last 30 days') }))
  })

  it.each([
    ['2027', 'The timeframe "2027" lies in the future.'],
    ['since 2026-11-19', 'The timeframe "since 2026-11-19" lies in the future.'],
    ['2026-11-12 to 2026-11-10', 'The timeframe "2026-11-12 to 2026-11-10" ends before it starts.'],
  ])('refuses %s', (words, message) => {
    expect(() => frame(words)).toThrow(message)
  })

  it('refuses an empty object, and relative words beside dates', () => {
    expect(() => frame({})).toThrow('The timeframe is empty.')
    expect(() => frame({ relative: 'today', start_date: '2026-11-10' })).toThrow(
      'A timeframe has either `relative` or dates, not both.',
    )
  })

  it('never fails otherwise, and never leaves what lies before now', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'last',
        'since',
        'to',
        'between',
        'and',
        'monday',
        'march',
        '3',
        '2026',
        'days',
        'q3',
        'now',
      ),
      fc.constantFrom(
        '2026-11-10',
        '10:00',
        'until',
        '-',
        '..',
        'ago',
        'past',
        'this',
        'week',
        '29 feb',
        '99999',
      ),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 7 }), (words) => {
        const now = 1_795_000_000
        try {
          const { timeframe } = parseTimeframe(words.join(' '), { now, timezone: 'America/New_York' })
          expect(timeframe.start).toBeLessThanOrEqual(timeframe.end)
          expect(timeframe.end).toBeLessThanOrEqual(now)
          expect(timeframe.start).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(UserInputError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
