import { describe, expect, it } from 'vitest'
import { describeEstimate, findHistoryChoices } from '../../../src/cli/init/history'
import { IntercomApiError } from '../../../src/domain/errors'

const now = 1_741_262_400
const day = 86_400
const signal = new AbortController().signal

/** Intercom with so many conversations for so many days back. */
function createApi(counts: Record<number, number>) {
  return {
    countConversations: async ({ timeframe }: { timeframe: { start: number; end: number } }) => {
      const count = counts[(timeframe.end - timeframe.start) / day]
      if (count === undefined) throw new IntercomApiError('bad_request', 'Intercom did not count.', {})
      return count
    },
    now: () => now,
    rateLimit: () => ({ limit: 1600, remaining: 1600, resetAt: now }),
  }
}

describe('the lengths of history to choose from', () => {
  it('are those that the workspace is old enough for, and everything', async () => {
    const choices = await findHistoryChoices(
      createApi({ 30: 1200, 90: 3500, 200: 9000 }),
      { createdAt: now - 200 * day, current: 30 },
      signal,
    )
    expect(choices.map(({ days, label }) => [days, label])).toEqual([
      [30, '30 days'],
      [90, '90 days'],
      [200, 'Everything'],
    ])
    expect(choices[1]?.estimate).toEqual({ conversations: 3500, requests: 3524, seconds: 23 })
  })

  it('leave out one that holds no more than a shorter one, but not the one that is set', async () => {
    const choices = await findHistoryChoices(
      createApi({ 30: 10, 45: 10, 90: 10, 365: 10, 1000: 10 }),
      { createdAt: now - 1000 * day, current: 45 },
      signal,
    )
    expect(choices.map(({ label }) => label)).toEqual(['45 days', 'Everything'])
  })

  it('are the usual ones when nobody knows how old the workspace is', async () => {
    const choices = await findHistoryChoices(createApi({}), { createdAt: null, current: 30 }, signal)
    expect(choices).toEqual([
      { days: 30, label: '30 days', estimate: null },
      { days: 90, label: '90 days', estimate: null },
      { days: 365, label: '1 year', estimate: null },
    ])
  })

  it('stop at once when the person does', async () => {
    const stop = new AbortController()
    stop.abort(new Error('stopped'))
    const choices = findHistoryChoices(createApi({}), { createdAt: null, current: 30 }, stop.signal)
    await expect(choices).rejects.toThrow('stopped')
  })
})

describe('an estimate', () => {
  it.each([
    [{ conversations: 1, requests: 2, seconds: 1 }, '1 conversation, about 1 s, under 1 MB'],
    [{ conversations: 40_000, requests: 40_267, seconds: 252 }, '40,000 conversations, about 4 min, 164 MB'],
    [{ conversations: 1200, requests: 1208, seconds: null }, '1,200 conversations, 5 MB'],
    [
      { conversations: 500_000, requests: 503_334, seconds: 3146 },
      '500,000 conversations, about 52 min, 2.0 GB (and memory)',
    ],
  ])('%o is told in one line', (estimate, text) => {
    expect(describeEstimate(estimate)).toBe(text)
  })
})
