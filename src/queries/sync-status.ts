import type { SyncStatusAnswer } from '../domain/answers'
import type { AppError } from '../domain/errors'
import { estimateRest } from '../domain/sync-estimate'
import type { SyncProgress } from '../domain/sync-run'
import type { Store } from '../storage/port'
import { toRefreshError } from './freshness'
import { isoTime, isoTimeOrNull } from './iso-time'

/** The row of a run under way is among the newest, whatever clock the others began by. */
const runsSearched = 20

export interface SyncActivity {
  running: { runId: string; startedAt: number; progress: SyncProgress } | null
  lastError: { at: number; error: AppError } | null
  /** Requests that Intercom allows in a window, as last seen. */
  rateLimit: number | null
  now: number
}

/** Whether a sync runs, how far it is and what is left of it, and what the last one failed with. */
export async function getSyncStatus(
  store: Pick<Store, 'listSyncRuns'>,
  { running, lastError, rateLimit, now }: SyncActivity,
): Promise<SyncStatusAnswer> {
  const failure = lastError && {
    at: isoTime(lastError.at),
    code: lastError.error.code,
    message: toRefreshError(lastError.error)?.message ?? lastError.error.message,
  }
  const error = failure ? { last_error: failure } : {}
  if (running === null) return { is_syncing: false, ...error }
  const { runId, startedAt, progress } = running
  const row = (await store.listSyncRuns(runsSearched)).find(({ id }) => id === runId)
  const { done, total, phase } = progress
  return {
    is_syncing: true,
    sync_started_at: isoTime(startedAt),
    duration_minutes: Math.max(0, Math.round((now - startedAt) / 6) / 10),
    coverage_dates: {
      start: isoTimeOrNull(row?.coverageStart ?? null),
      end: isoTimeOrNull(row?.coverageEnd ?? null),
    },
    progress: { done, total, phase },
    estimate: estimateRest(progress, rateLimit),
    ...error,
  }
}
