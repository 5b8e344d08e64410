import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  createLocalCalendar,
  firstDayOf,
  nextPeriod,
  periodKey,
  periodLabel,
  weekdayNames,
  weekdayOf,
} from '../../src/text/local-calendar'

const at = (iso: string) => Date.parse(iso) / 1000
const dayNumber = (date: string) => at(`${date}T00:00:00Z`) / 86_400

describe('a local calendar', () => {
  test.each([
    // Dublin: an hour ahead from 29 March 01:00 UTC on, and back on 25 October 01:00 UTC.
    ['Europe/Dublin', '2026-03-29T00:59:59Z', '2026-03-29', 0],
    ['Europe/Dublin', '2026-03-29T01:00:00Z', '2026-03-29', 2],
    ['Europe/Dublin', '2026-03-29T22:59:59Z', '2026-03-29', 23],
    ['Europe/Dublin', '2026-03-29T23:00:00Z', '2026-03-30', 0],
    ['Europe/Dublin', '2026-10-25T00:59:59Z', '2026-10-25', 1],
    ['Europe/Dublin', '2026-10-25T01:00:00Z', '2026-10-25', 1],
    ['Europe/Dublin', '2026-10-25T23:59:59Z', '2026-10-25', 23],
    ['Europe/Dublin', '2026-10-26T00:00:00Z', '2026-10-26', 0],
    // New York: from 8 March 07:00 UTC on, and back on 1 November 06:00 UTC.
    ['America/New_York', '2026-03-08T04:59:59Z', '2026-03-07', 23],
    ['America/New_York', '2026-03-08T06:59:59Z', '2026-03-08', 1],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08', 3],
    ['America/New_York', '2026-03-09T03:59:59Z', '2026-03-08', 23],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01', 1],
    ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01', 1],
    ['Asia/Kathmandu', '2026-01-01T18:15:00Z', '2026-01-02', 0],
  ])('in %s puts %s on %s, hour %i', (zone, time, date, hour) => {
    const calendar = createLocalCalendar(zone)
    expect([periodKey('day', calendar.dayOf(at(time))), calendar.hourOf(at(time))]).toEqual([date, hour])
  })

  test.each([
    ['Europe/Dublin', '2026-03-29', '2026-03-29T00:00:00Z'],
    ['Europe/Dublin', '2026-03-30', '2026-03-29T23:00:00Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00Z'],
    // Clocks went from midnight to one.
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00Z'],
  ])('in %s begins %s at %s', (zone, date, begins) => {
    expect(createLocalCalendar(zone).startOf(dayNumber(date))).toBe(at(begins))
  })

  it('counts in UTC, and says so, when the zone is unknown', () => {
    const calendar = createLocalCalendar(null)
    expect(calendar.timezoneNote).toBe("The workspace's timezone is unknown: days are counted in UTC.")
    expect(periodKey('day', calendar.dayOf(at('2026-03-29T23:30:00Z')))).toBe('2026-03-29')
  })

  it('agrees with the clock of the system at any second', () => {
    const zones = ['Europe/Dublin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca']
    const seconds = fc.integer({ min: at('2008-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') })
    const changes = [at('2026-03-29T01:00:00Z'), at('2026-11-01T06:00:00Z'), at('2026-04-04T15:00:00Z')]
    const nearChange = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -7200, max: 7200 }))
      .map(([change, away]) => change + away)
    for (const zone of zones) {
      const calendar = createLocalCalendar(zone)
      const clock = new Intl.DateTimeFormat('en-CA', {
        ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
        hourCycle: 'h23',
      })
      fc.assert(
        fc.property(fc.oneof(seconds, nearChange), (time) => {
          const shown = `${periodKey('day', calendar.dayOf(time))}, ${String(calendar.hourOf(time)).padStart(2, '0')}`
          expect(shown).toBe(clock.format(time * 1000))
        }),
        { numRuns: 150 },
      )
    }
  })
})

describe('periods', () => {
  it('are named for their first day', () => {
    const sunday = dayNumber('2026-03-01')
    expect(weekdayNames[weekdayOf(sunday)]).toBe('Sunday')
    expect(periodKey('week', firstDayOf('week', sunday))).toBe('2026-02-23')
    expect(periodKey('month', firstDayOf('month', dayNumber('2026-03-31')))).toBe('2026-03')
    expect(periodLabel('day', sunday)).toBe('Sun 2026-03-01')
    expect(periodLabel('week', dayNumber('2026-02-23'))).toBe('week of 2026-02-23')
    expect(periodLabel('month', sunday)).toBe('March 2026')
  })

  it('follow each other without a gap over the end of a year', () => {
    const december = dayNumber('2026-12-01')
    expect(periodKey('month', nextPeriod('month', december))).toBe('2027-01')
    expect(periodKey('week', nextPeriod('week', dayNumber('2026-12-28')))).toBe('2027-01-04')
    expect(periodKey('day', nextPeriod('day', dayNumber('2026-12-31')))).toBe('2027-01-01')
  })
})
