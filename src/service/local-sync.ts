import type { ForceSyncAnswer, ForceSyncRequest, SyncRequest, SyncStartedAnswer } from '../domain/answers'
import type { SyncProgress, SyncRun } from '../domain/sync-run'
import type { Scheduler, StartedRun, SyncOrder } from '../sync/scheduler'
import type { FreshnessJudge } from './answer-freshness'
import type { CallOptions } from './service'

/** The largest page of a search; a thread is a request of its own. */
const conversationsPerPage = 150

/** Starts or joins a run and answers at once. */
export async function startSync(
  scheduler: Scheduler,
  freshness: FreshnessJudge,
  request: SyncRequest,
): Promise<SyncStartedAnswer> {
  const { runId, joined } = await scheduler.run({ force: request.force ?? false })
  const everything = { timeframe: null, timeField: 'created_at' as const }
  const ticket = await freshness.refresh(everything)
  return {
    started: !joined,
    run_id: runId,
    estimate: estimateRun(scheduler.status().running?.progress ?? null),
    message: joined
      ? 'A sync was running already; get_server_status shows how far it is.'
      : 'A sync has been started; get_server_status shows how far it is.',
    freshness: await freshness.state(everything, ticket),
  }
}

/**
 * Runs a sync and waits for it, for `wait_seconds` at most. Rejects with the error that ended the run. Aborting the
 * call ends the waiting, and the run too when nobody else wants it.
 */
export async function runSyncNow(
  scheduler: Scheduler,
  { wait_seconds: waitSeconds = null, days, force }: ForceSyncRequest,
  { signal, onProgress }: CallOptions,
): Promise<ForceSyncAnswer> {
  signal?.throwIfAborted()
  const order: SyncOrder = { force: force ?? false }
  if (days !== undefined) order.days = days
  let latest: SyncProgress | null = null
  const startedAtMs = performance.now()
  const run = await scheduler.run({
    ...order,
    onProgress(progress) {
      latest = progress
      onProgress?.(progress)
    },
  })
  const ended = await waitForRun(run, waitSeconds, signal)
  if (ended) return describeEnded(ended)
  return describeRunning(latest, Math.round((performance.now() - startedAtMs) / 100) / 10)
}

/** The finished run; null when the time is over first. */
async function waitForRun(
  run: StartedRun,
  waitSeconds: number | null,
  signal: AbortSignal | undefined,
): Promise<SyncRun | null> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const timeOver = new Promise<null>((resolve, reject) => {
    if (waitSeconds !== null) timer = setTimeout(() => resolve(null), waitSeconds * 1000)
    onAbort = () => {
      run.cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
  })
  // After the wait nobody else hears of a failure; the scheduler remembers it.
  run.done.catch(() => {})
  try {
    return await Promise.race([run.done, timeOver])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}

function describeEnded({ startedAt, completedAt, conversations, messages }: SyncRun): ForceSyncAnswer {
  return {
    success: true,
    message: 'The sync is done.',
    conversations,
    messages,
    duration_seconds: Math.max(0, (completedAt ?? startedAt) - startedAt),
  }
}

function describeRunning(progress: SyncProgress | null, seconds: number): ForceSyncAnswer {
  return {
    success: true,
    message:
      'The sync is still running and goes on in the background; what is stored so far can be searched.',
    conversations: progress?.conversations ?? 0,
    messages: progress?.messages ?? 0,
    duration_seconds: seconds,
  }
}

/** What is left of the phase under way; null until it has been counted. */
function estimateRun(progress: SyncProgress | null): SyncStartedAnswer['estimate'] {
  if (progress === null || progress.total === null) return null
  const left = Math.max(0, progress.total - progress.done)
  const requests = progress.phase === 'threads' ? left : left + Math.ceil(left / conversationsPerPage)
  return { conversations: progress.total, requests, seconds: null }
}
