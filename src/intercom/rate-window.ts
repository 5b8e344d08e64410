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
  /** Requests that the limit allows in a millisecond; null when nothing is known. */
  pace(): number | null
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
 * With others at the same budget, ours that are under way may use up no more than this share of what remains: theirs
 * that are under way show only when it is too late. What is left is still used up in time, a quarter at a time.
 */
const carefulShare = 1 / 4
/** Nor is a window that they may have begun upon taken for whole: so much of it, until an answer tells. */
const openingShare = 1 / 8

interface Window {
  resetAt: number
  remaining: number
  endsAt: number
  /** Ours that Intercom has counted and answered. */
  own: number
  /** Whether more is gone than was ours. */
  isShared: boolean
  isExceeded: boolean
}

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
 * are ignored. What other programs use of the same budget shows in `remaining`: what is gone and was not ours.
 */
export function createRateWindow(): RateWindow {
  let latest: RateLimit | null = null
  let current: Window | null = null
  let lengthMs = 0
  let wasShared = false

  function end(): void {
    if (current) wasShared = current.isShared
    current = null
  }

  function dropWhenOver(nowMs: number): void {
    if (current && nowMs >= current.endsAt) end()
  }

  function begin({ resetAt, remaining, endsInMs }: SeenRateLimit, endsAt: number): Window {
    end()
    lengthMs = Math.min(longestWaitMs, Math.max(lengthMs, endsInMs))
    return { resetAt, remaining, endsAt, own: 1, isShared: false, isExceeded: false }
  }

  function allowed(window: Window, limit: number, unanswered: number): number {
    if (window.isExceeded) return 0
    const { remaining, own } = window
    window.isShared ||= limit - remaining > own + unanswered
    if (!wasShared && !window.isShared) return remaining
    return Math.min(remaining, Math.max(1, Math.floor(remaining * carefulShare)))
  }

  return {
    learn(seen, nowMs) {
      dropWhenOver(nowMs)
      if (seen === null) {
        if (current) {
          current.remaining = Math.max(0, current.remaining - 1)
          current.own += 1
        }
        return
      }
      if (seen.endsInMs + marginMs <= 0) {
        latest ??= pick(seen)
        return
      }
      const endsAt = nowMs + Math.min(seen.endsInMs + marginMs, longestWaitMs)
      if (current === null || seen.resetAt > current.resetAt) {
        current = begin(seen, endsAt)
      } else if (seen.resetAt === current.resetAt) {
        current.remaining = Math.min(current.remaining, seen.remaining)
        current.endsAt = Math.min(current.endsAt, endsAt)
        current.own += 1
      } else {
        return
      }
      latest = { ...pick(seen), remaining: current.remaining }
    },
    allowance(nowMs, unanswered) {
      dropWhenOver(nowMs)
      if (latest === null) return Number.POSITIVE_INFINITY
      if (current) return allowed(current, latest.limit, unanswered) - unanswered
      const opening = latest.limit * (wasShared ? openingShare : 1)
      return Math.max(1, Math.floor(opening)) - unanswered
    },
    pace: () => (latest === null || lengthMs <= 0 ? null : latest.limit / lengthMs),
    endsAt: () => current?.endsAt ?? null,
    exhaust() {
      if (!current) return
      current.isExceeded = true
      // A request that was refused has been answered, and used up nothing.
      current.own -= 1
    },
    latest: () => latest,
  }
}

function pick({ limit, remaining, resetAt }: RateLimit): RateLimit {
  return { limit, remaining, resetAt }
}
