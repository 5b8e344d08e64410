import type { TimeField } from '../domain/coverage'
import type { AppError } from '../domain/errors'
import type { SyncProgress, SyncRun } from '../domain/sync-run'
import type { Timeframe } from '../domain/timeframe'

/**
 * The one way from a question to the network. At most one run at a time; whoever asks while one runs joins it when
 * it will bring what they need, else their need is run next.
 */
export interface Scheduler {
  /**
   * Makes sure that what is stale or missing behind a timeframe (null: the incremental run only) is being fetched,
   * and returns at once. `unavailable` without a token; `failed` while the last failure is being backed off.
   */
  refresh(need: { timeframe: Timeframe | null; timeField: TimeField }): Promise<RefreshTicket>

  /** Starts or joins a run on somebody's order, whatever the back-off says; resolves when it has been started. */
  run(order: SyncOrder): Promise<StartedRun>

  /** Fetches one conversation now and stores it. Rejects with IntercomApiError (`not_found` when it is gone). */
  fetchConversation(id: string, options?: { signal?: AbortSignal }): Promise<void>

  status(): SchedulerStatus

  /** Starts the background loop: one turn soon, then one each interval (none when the interval is 0). */
  start(): void

  /** Aborts what runs, waits until it has ended, and starts nothing any more. Idempotent. */
  stop(): Promise<void>
}

export interface RefreshTicket {
  refresh: 'none' | 'started' | 'running' | 'failed' | 'unavailable'
  error: AppError | null
  /** Settles when the run it speaks of has ended, well or not; never rejects. */
  done: Promise<void>
}

export interface SyncOrder {
  /** Days of history to make sure of; absent: incremental, or the configured first sync of a new store. */
  days?: number
  /** Fetch again what is fresh and replace threads that are unchanged. */
  force?: boolean
  onProgress?: (progress: SyncProgress) => void
}

export interface StartedRun {
  runId: string
  /** True when a run was already under way and this call waits for that one. */
  joined: boolean
  /** Resolves with the finished row; rejects with the error that ended the run. */
  done: Promise<SyncRun>
  /** Ends the run if this call started it. */
  cancel(): void
}

export interface SchedulerStatus {
  running: { runId: string; startedAt: number; progress: SyncProgress } | null
  lastError: { at: number; error: AppError } | null
}
