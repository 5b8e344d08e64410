import { expect, it } from 'vitest'
import { parseArguments, UsageError } from '../../src/cli/arguments'
import { readSyncOptions } from '../../src/cli/commands/sync'

const read = (...argv: string[]) => readSyncOptions(parseArguments(['sync', ...argv]))

it.each([
  [[], { force: false }],
  [['--days', '180'], { days: 180, force: false }],
  [['--full', '--force'], { days: 90, force: true }],
  [['--start-date', '2026-03-01'], { startDate: '2026-03-01', force: false }],
  [
    ['--start-date', '2026-03-01', '--end-date=2026-03-07', '--force'],
    { startDate: '2026-03-01', endDate: '2026-03-07', force: true },
  ],
])('reads %j', (argv, options) => {
  expect(read(...argv)).toEqual(options)
})

it.each([
  [['--days', '7', '--full'], '--days and --full say two things.'],
  [['--days', '7', '--start-date', '2026-03-01'], '--days and dates say two things.'],
  [['--full', '--start-date', '2026-03-01'], '--full and dates say two things.'],
  [['--full', '--end-date', '2026-03-01'], '--full and dates say two things.'],
  [['--end-date', '2026-03-07'], 'An end date needs a start date.'],
  [['--start-date', '2026-03-07', '--end-date', '2026-03-01'], 'is not before the end date 2026-03-01.'],
  [['--start-date', '2026-02-30'], 'The start date "2026-02-30" does not exist.'],
  [['--start-date', '2026-13-01'], 'The start date "2026-13-01" does not exist.'],
  [['--start-date', 'yesterday'], 'The start date "yesterday" cannot be read.'],
  [['--start-date', '2026-03-01T10:00:00Z'], 'cannot be read.'],
])('refuses %j as wrong usage, with an example', (argv, message) => {
  expect(() => read(...argv)).toThrow(UsageError)
  expect(() => read(...argv)).toThrow(message)
  expect(() => read(...argv)).toThrow(expect.objectContaining({ hint: expect.stringMatching(/\d/) }))
})
