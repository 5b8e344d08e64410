import { describe, expect, it, test } from 'vitest'
import { UserInputError } from '../../src/domain/errors'
import {
  checkIsoDates,
  type IsoDateRules,
  type IsoDates,
  parseIsoDates,
  syncDateRules,
  toLocalDays,
} from '../../src/text/iso-dates'

/** 2026-03-02 in Dublin, a Monday at noon; already Tuesday in Auckland. */
const now = Date.parse('2026-03-02T12:00:00Z') / 1000
const toolRules: IsoDateRules = { takesTimes: true, clipsFuture: true, example: 'For example 2026-03-01.' }

function parse(dates: IsoDates, timezone: string | null = 'Europe/Dublin', rules = toolRules) {
  const { timeframe, timezoneNote } = parseIsoDates(dates, { now, timezone }, rules)
  const times = [timeframe.start, timeframe.end].map((time) => new Date(time * 1000).toISOString())
  return timezoneNote === undefined ? times : [...times, timezoneNote]
}

describe('two dates', () => {
  test.each([
    [
      'include the last day',
      { start_date: '2026-02-01', end_date: '2026-02-07' },
      ['2026-02-01T00', '2026-02-08T00'],
    ],
    [
      'may be one day',
      { start_date: '2026-02-07', end_date: '2026-02-07' },
      ['2026-02-07T00', '2026-02-08T00'],
    ],
    ['end now without an end', { start_date: '2026-02-01' }, ['2026-02-01T00', '2026-03-02T12']],
    [
      'end now when the last day is today',
      { start_date: '2026-03-01', end_date: '2026-03-02' },
      ['2026-03-01T00', '2026-03-02T12'],
    ],
    [
      'end now when the end is in the future',
      { start_date: '2026-03-01', end_date: '2026-12-31' },
      ['2026-03-01T00', '2026-03-02T12'],
    ],
    [
      'know leap days',
      { start_date: '2024-02-29', end_date: '2024-02-29' },
      ['2024-02-29T00', '2024-03-01T00'],
    ],
    [
      'begin with the epoch at the earliest',
      { start_date: '1900-01-01', end_date: '1970-01-02' },
      ['1970-01-01T00', '1970-01-02T23'],
    ],
    [
      'may be times in UTC',
      { start_date: '2026-02-01T09:00:00Z', end_date: '2026-02-01T11:00:00.123456+00:00' },
      ['2026-02-01T09', '2026-02-01T11'],
    ],
    [
      'may be times of another offset',
      { start_date: '2026-02-01T09:00+02:00', end_date: '2026-02-01 11:00' },
      ['2026-02-01T07', '2026-02-01T11'],
    ],
    [
      'include a day that ends at its last second',
      { start_date: '2026-02-01T00:00:00', end_date: '2026-02-01T23:59:59' },
      ['2026-02-01T00', '2026-02-02T00'],
    ],
  ])('%s', (_, dates, [from, to]) => {
    expect(parse(dates)).toEqual([`${from}:00:00.000Z`, `${to}:00:00.000Z`])
  })

  it('are days of the workspace, also where the clock changes', () => {
    expect(parse({ start_date: '2025-11-02', end_date: '2025-11-02' }, 'America/New_York')).toEqual([
      '2025-11-02T04:00:00.000Z',
      '2025-11-03T05:00:00.000Z',
    ])
  })

  it('are counted in UTC where the timezone is not known, and say so', () => {
    expect(parse({ start_date: '2026-02-01', end_date: '2026-02-01' }, null)).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-02-02T00:00:00.000Z',
      "The workspace's timezone is unknown: days are counted in UTC.",
    ])
  })
})

describe('dates that cannot be meant', () => {
  const wrong: [IsoDates, string][] = [
    [{ start_date: '2026-02-30' }, 'The start date "2026-02-30" does not exist.'],
    [{ start_date: '2025-02-29' }, 'The start date "2025-02-29" does not exist.'],
    [{ start_date: '2026-13-01' }, 'The start date "2026-13-01" does not exist.'],
    [{ start_date: '2026-02-01', end_date: '2026-02-00' }, 'The end date "2026-02-00" does not exist.'],
    [{ start_date: 'yesterday' }, 'The start date "yesterday" cannot be read.'],
    [{ start_date: '2026-2-1' }, 'The start date "2026-2-1" cannot be read.'],
    [{ start_date: '01/02/2026' }, 'The start date "01/02/2026" cannot be read.'],
    [{ start_date: '20260201' }, 'The start date "20260201" cannot be read.'],
    [{ start_date: '' }, 'The start date "" cannot be read.'],
    [{ start_date: 'x'.repeat(5_000) }, `The start date "${'x'.repeat(40)}…" cannot be read.`],
    [{ end_date: '2026-02-01' }, 'An end date needs a start date.'],
    [{}, 'There is no start date.'],
    [
      { start_date: '2026-02-08', end_date: '2026-02-01' },
      'The start date 2026-02-08 is not before the end date 2026-02-01.',
    ],
  ]

  test.each(wrong)('%j are refused without knowing the workspace, with an example', (dates, message) => {
    expect(() => checkIsoDates(dates, syncDateRules)).toThrow(UserInputError)
    expect(() => checkIsoDates(dates, syncDateRules)).toThrow(
      expect.objectContaining({
        message,
        hint: 'Give days as YYYY-MM-DD, for example --start-date 2026-03-01 --end-date 2026-03-07.',
      }),
    )
    expect(() => parse(dates)).toThrow(expect.objectContaining({ message, hint: 'For example 2026-03-01.' }))
  })

  it('are times where only days are taken', () => {
    expect(() => checkIsoDates({ start_date: '2026-02-01T10:00:00Z' }, syncDateRules)).toThrow(
      'The start date "2026-02-01T10:00:00Z" cannot be read.',
    )
  })

  it.each([
    ['2026-02-01T25:00', 'does not exist'],
    ['2026-02-01T10:61:00Z', 'does not exist'],
    ['2026-02-01T10', 'cannot be read'],
  ])('are times that no clock shows: %s', (time, message) => {
    expect(() => parse({ start_date: time })).toThrow(message)
  })

  it('lie in the future, by the calendar of the workspace', () => {
    expect(() => parse({ start_date: '2026-03-03' })).toThrow(
      'The start date 2026-03-03 lies in the future: now it is 2026-03-02 12:00 (Europe/Dublin).',
    )
    expect(parse({ start_date: '2026-03-03' }, 'Pacific/Auckland')).toEqual([
      '2026-03-02T11:00:00.000Z',
      '2026-03-02T12:00:00.000Z',
    ])
  })

  it('end in the future where that is not taken for now', () => {
    const dates = { start_date: '2026-03-01', end_date: '2026-03-03' }
    expect(() => parse(dates, 'Europe/Dublin', syncDateRules)).toThrow(
      'The end date 2026-03-03 lies in the future',
    )
    expect(parse(dates, 'Pacific/Auckland', syncDateRules)[1]).toBe('2026-03-02T12:00:00.000Z')
  })

  it('end before 1970', () => {
    expect(() => parse({ start_date: '1960-01-01', end_date: '1961-01-01' })).toThrow(
      'The end date 1961-01-01 lies before 1970.',
    )
  })
})

test('a timeframe is told as the days that it touches', () => {
  const evening = Date.parse('2026-02-28T23:30:00Z') / 1000
  expect(toLocalDays({ start: evening - 86_400, end: evening }, 'Europe/Dublin')).toEqual({
    start_date: '2026-02-27',
    end_date: '2026-02-28',
  })
  expect(toLocalDays({ start: evening - 86_400, end: evening }, 'Europe/Athens')).toEqual({
    start_date: '2026-02-28',
    end_date: '2026-03-01',
  })
  const midnight = Date.parse('2026-03-01T00:00:00Z') / 1000
  expect(toLocalDays({ start: midnight - 86_400, end: midnight }, null)).toEqual({
    start_date: '2026-02-28',
    end_date: '2026-02-28',
  })
})
