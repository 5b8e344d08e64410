import type { RateLimit } from './api'

/** What one answer's headers said, and in how many milliseconds its window ends. */
export interface SeenRateLimit extends RateLimit {
  endsInMs: number
}

export interface RateWindow {
  /** Takes an answer's headers; null for an answer without them, which still used up one request. */
  learn(seen: SeenRateLimit | null, nowMs: number): void
  /** How many requests may go out now, given those sent whose answer is not in yet. Infinite when nothing is known. */
  allowance(nowMs: number, unanswered: number): number
  /** When the window ends and the allowance is whole again; null when no window is running. */
  endsAt(): number | null
  /** A refusal: nothing more until the window ends. */
  exhaust(): void
  /** The headers as last seen. */
  latest(): RateLimit | null
}

/** A window further off than this is a clock gone wrong; after it we try again. */
const longestWaitMs = 60_000
/** Added to the end of a window, so that the first request of the next one does not fall into this one. */
const marginMs = 30

/**
 * The budget of the current rate-limit window. Intercom counts in windows of some seconds:
 *
 * ```
 *   learn(remaining 40) learn(39) … learn(0)│ endsAt      learn(remaining 165, later reset)
 * ──────────────────────────────────────────┼─────────────┬──────────────────────────────▶
 *   allowance = remaining - unanswered      │ presumed: the whole limit - unanswered
 * ```
 *
 * Answers overtake each other, so inside one window the lowest `remaining` counts, and answers of an earlier window
 * are ignored. What other programs use of the same budget shows in `remaining` and so is taken into account.
 */
export function createRateWindow(): RateWindow {
  let latest: RateLimit | null = null
  let current: { resetAt: number; remaining: number; endsAt: number } | null = null

  function dropWhenOver(nowMs: number): void {
    if (current && nowMs >= current.endsAt) current = null
  }

  return {
    learn(seen, nowMs) {
      dropWhenOver(nowMs)
      if (seen === null) {
        if (current) current.remaining = Math.max(0, current.remaining - 1)
        return
      }
      if (seen.endsInMs + marginMs <= 0) {
        latest ??= pick(seen)
        return
      }
      const endsAt = nowMs + Math.min(seen.endsInMs + marginMs, longestWaitMs)
      if (current === null || seen.resetAt > current.resetAt) {
        current = { resetAt: seen.resetAt, remaining: seen.remaining, endsAt }
      } else if (seen.resetAt === current.resetAt) {
        current.remaining = Math.min(current.remaining, seen.remaining)
        current.endsAt = Math.min(current.endsAt, endsAt)
      } else {
        return
      }
      latest = { ...pick(seen), remaining: current.remaining }
    },
    allowance(nowMs, unanswered) {
      dropWhenOver(nowMs)
      if (latest === null) return Number.POSITIVE_INFINITY
      return (current ? current.remaining : Math.max(1, latest.limit)) - unanswered
    },
    endsAt: () => current?.endsAt ?? null,
    exhaust() {
      if (current) current.remaining = 0
    },
    latest: () => latest,
  }
}

function pick({ limit, remaining, resetAt }: RateLimit): RateLimit {
  return { limit, remaining, resetAt }
}
