export interface RetryFacts {
  status: number | null
  /** The `Retry-After` header: seconds or an HTTP date. */
  retryAfter: string | null
  /** Milliseconds until the rate-limit window ends, when the headers say so. */
  windowEndsInMs: number | null
  /** Failures of this request so far, this one included. */
  failures: number
  /** Now on Intercom's clock. */
  nowMs: number
  random: () => number
}

const firstBackoffMs = 1_000
const longestBackoffMs = 60_000
/** What a server may ask of us at most; a longer word would look like a hang. */
const longestRetryAfterMs = 300_000
/** Spreads the programs that share a budget, so that they do not all come back in the same millisecond. */
const spreadMs = 100

/**
 * How long to wait before the same request again: `Retry-After` first, for a 429 then the end of the rate-limit
 * window, else exponential backoff of which half is chance.
 */
export function retryDelayMs(facts: RetryFacts): number {
  const asked = parseRetryAfter(facts.retryAfter, facts.nowMs)
  if (asked !== null) return Math.min(asked, longestRetryAfterMs) + facts.random() * spreadMs
  if (facts.status === 429 && facts.windowEndsInMs !== null && facts.windowEndsInMs > 0) {
    return Math.min(facts.windowEndsInMs, longestBackoffMs) + facts.random() * spreadMs
  }
  const backoff = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (facts.failures - 1))
  return backoff * (0.5 + facts.random() / 2)
}

/** Date.parse reads a year out of almost anything (`-1`, `5s`), so only what looks like an HTTP date is given to it. */
const httpDate = /^[A-Z][a-z]+, \d/

/** Null without a word that helps: "now" from a server that has just failed would be no wait at all. */
function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? ''
  const date = httpDate.test(text) ? Date.parse(text) : Number.NaN
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : date - nowMs
  return waitMs > 0 ? waitMs : null
}
