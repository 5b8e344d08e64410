import { type AppError, IntercomApiError, StorageError } from '../domain/errors'
import type { Timers } from './timers'

const firstWaitMs = 30_000
const longestWaitMs = 15 * 60_000
/** Share of the wait that chance takes off or adds, so that several processes do not come back together. */
const jitter = 0.2

interface Failure {
  error: AppError
  /** Local clock. */
  atMs: number
  retryAtMs: number
}

export interface Backoff {
  fail(error: AppError): Failure
  succeed(): void
  /** The last failure; null after a success. */
  last(): Failure | null
  /** The failure that still holds new attempts back; null when another may be made. */
  active(): Failure | null
  /**
   * The machine has woken, or its clock was set: what failed before may have failed because of that. Attempts are
   * free again and failures count from the beginning, but for those that do not mend by themselves.
   */
  forgive(): void
}

/**
 * Remembers failures in a row: 30 s after the first, doubling to 15 minutes. What does not mend by itself (a refused
 * token, a missing right, a store of another workspace) waits the longest at once. A failure long after the one
 * before, such as yesterday's, is a first one again.
 */
export function createBackoff(timers: Pick<Timers, 'nowMs' | 'random'>): Backoff {
  let failures = 0
  let last: Failure | null = null
  let isForgiven = false

  const isLongAgo = ({ atMs, retryAtMs }: Failure): boolean => {
    const nowMs = timers.nowMs()
    return nowMs < atMs || nowMs > retryAtMs + longestWaitMs
  }

  return {
    fail(error) {
      if (last && isLongAgo(last)) failures = 0
      isForgiven = false
      const doubled = Math.min(firstWaitMs * 2 ** failures, longestWaitMs)
      const waitMs = isRefusal(error) ? longestWaitMs : doubled * (1 + jitter * (2 * timers.random() - 1))
      failures += 1
      const atMs = timers.nowMs()
      last = { error, atMs, retryAtMs: atMs + Math.min(waitMs, longestWaitMs) }
      return last
    },
    succeed() {
      failures = 0
      last = null
    },
    last: () => last,
    forgive() {
      if (!last || isRefusal(last.error)) return
      failures = 0
      isForgiven = true
    },
    active() {
      if (!last || isForgiven) return null
      const now = timers.nowMs()
      // A clock set back would otherwise hold attempts back for as long as it was set back.
      return now < last.retryAtMs && now >= last.atMs ? last : null
    },
  }
}

/** Whether the token is not accepted, so that nothing can be fetched until somebody changes it. */
export function isRefusal(error: AppError): boolean {
  if (error instanceof StorageError) return error.kind === 'other_workspace'
  return error instanceof IntercomApiError && ['unauthorised', 'missing_scope', 'plan'].includes(error.kind)
}
