import type { AppError } from '../domain/errors'
import type { QueuedRun } from './run-queue'

/** What has become of a question's wish for fresh data. */
export interface RefreshTicket {
  refresh: 'none' | 'started' | 'running' | 'failed' | 'unavailable'
  error: AppError | null
  /**
   * Conversations counted in parts of the timeframe that `backfill_limit` left out, so that this question alone does
   * not fetch them; null when none are known of.
   */
  beyondLimit: number | null
  /** Settles when the run it speaks of has ended, well or not; never rejects. */
  done: Promise<void>
}

/** The ticket of a question; `run` is the one that it speaks of. */
export function refreshTicket(
  refresh: RefreshTicket['refresh'],
  about: { beyondLimit?: number | null; error?: AppError; run?: QueuedRun } = {},
): RefreshTicket {
  const { beyondLimit = null, error = null, run } = about
  const done = run ? run.done.then(ignore, ignore) : Promise.resolve()
  return { refresh, error, beyondLimit, done }
}

function ignore(): void {}
