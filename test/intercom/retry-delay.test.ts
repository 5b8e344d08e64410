import { describe, expect, it } from 'vitest'
import { type RetryFacts, retryDelayMs } from '../../src/intercom/retry-delay'

const facts: RetryFacts = {
  status: 503,
  retryAfter: null,
  windowEndsInMs: null,
  failures: 1,
  nowMs: Date.UTC(2026, 0, 1, 12, 0, 0),
  random: () => 0,
}

describe('retryDelayMs', () => {
  it.each<[string, Partial<RetryFacts>, number]>([
    ['takes Retry-After in seconds', { retryAfter: '7' }, 7_000],
    ['takes Retry-After as a date', { retryAfter: 'Thu, 01 Jan 2026 12:00:09 GMT' }, 9_000],
    ['takes a Retry-After with a fraction', { retryAfter: ' 1.5 ' }, 1_500],
    ['takes the older spelling of a date', { retryAfter: 'Thursday, 01-Jan-26 12:00:09 GMT' }, 9_000],
    ['backs off when Retry-After lies in the past', { retryAfter: 'Thu, 01 Jan 2026 11:00:00 GMT' }, 500],
    ['backs off when Retry-After says at once', { retryAfter: '0' }, 500],
    [
      'waits for the window when Retry-After says at once',
      { status: 429, retryAfter: '0', windowEndsInMs: 8_000 },
      8_000,
    ],
    ['backs off when Retry-After is negative', { retryAfter: '-1' }, 500],
    ['backs off when Retry-After is a number with a unit', { retryAfter: '5s' }, 500],
    ['backs off when Retry-After was sent twice', { retryAfter: '3, 9' }, 500],
    ['backs off when Retry-After is empty', { retryAfter: '' }, 500],
    ['puts Retry-After before the window', { status: 429, retryAfter: '2', windowEndsInMs: 8_000 }, 2_000],
    ['does not sleep for a day because Retry-After says so', { retryAfter: '86400' }, 300_000],
    ['waits for the end of the window after a 429', { status: 429, windowEndsInMs: 8_000 }, 8_000],
    ['does not wait for an end that is an hour off', { status: 429, windowEndsInMs: 3_600_000 }, 60_000],
    ['backs off after a 429 whose window is over', { status: 429, windowEndsInMs: -5 }, 500],
    ['does not let the window delay the retry of a 503', { windowEndsInMs: 8_000 }, 500],
    ['backs off when Retry-After cannot be read', { retryAfter: 'soon' }, 500],
    ['doubles with each failure', { failures: 4 }, 4_000],
    ['adds chance to the backoff', { failures: 4, random: () => 1 }, 8_000],
    ['spreads those who were told the same time', { retryAfter: '7', random: () => 1 }, 7_100],
    ['never backs off for more than a minute', { failures: 30, random: () => 1 }, 60_000],
  ])('%s', (_, given, expected) => {
    expect(retryDelayMs({ ...facts, ...given })).toBe(expected)
  })
})
