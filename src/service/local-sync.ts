import type { ForceSyncAnswer, ForceSyncRequest, SyncRequest, SyncStartedAnswer } from '../domain/answers'
import { UserInputError } from '../domain/errors'
import { estimateRest } from '../domain/sync-estimate'
import type { SyncProgress, SyncRun } from '../domain/sync-run'
import type { Store } from '../storage/port'
import type { Scheduler, StartedRun, SyncOrder } from '../sync/scheduler'
import { parseIsoDates, syncDateRules } from '../text/iso-dates'
import { type ParsedTimeframe, parseTimeframe, type TimeframeContext } from '../text/timeframe-words'
import type { FreshnessJudge } from './answer-freshness'
import type { CallOptions } from './service'

export interface SyncSources {
  store: Pick<Store, 'getWorkspace'>
  scheduler: Scheduler
  /** Epoch seconds on the API's clock. */
  now: () => number
  /** Requests that Intercom allows in a window, as last seen; null before any answer. */
  rateLimit: () => number | null
}

/** Starts or joins a run and answers at once. Rejects with UserInputError for a timeframe that cannot be read. */
export async function startSync(
  sources: SyncSources,
  freshness: FreshnessJudge,
  { force = false, timeframe: words }: SyncRequest,
): Promise<SyncStartedAnswer> {
  const { scheduler, rateLimit } = sources
  const asked = words === undefined ? null : parseTimeframe(words, await readContext(sources))
  const { runId, joined } = await scheduler.run({ force, ...orderedTime(asked) })
  const ground = { timeframe: asked?.timeframe ?? null, timeField: 'created_at' as const }
  const ticket = await freshness.refresh(ground)
  const { running } = scheduler.status()
  const state = joined ? 'was running already' : 'has been started'
  return {
    started: !joined,
    run_id: runId,
    // A run that waits behind another one has not been counted yet.
    estimate: running?.runId === runId ? estimateRest(running.progress, rateLimit()) : null,
    message: `A sync${described(asked)} ${state}; get_sync_status shows how far it is.`,
    freshness: await freshness.state(ground, ticket, { notes: zoneNotes(asked) }),
  }
}

/**
 * Runs a sync and waits for it, for `wait_seconds` at most. Rejects with the error that ended the run, and with
 * UserInputError for dates that cannot be meant. Aborting the call ends the waiting, and the run too when nobody else
 * wants it.
 */
export async function runSyncNow(
  sources: SyncSources,
  request: ForceSyncRequest,
  { signal, onProgress }: CallOptions,
): Promise<ForceSyncAnswer> {
  signal?.throwIfAborted()
  const { wait_seconds: waitSeconds = null, days, force = false, background_turn: backgroundTurn } = request
  const asked = await readDates(sources, request)
  const order: SyncOrder = { force, ...orderedTime(asked), backgroundTurn: backgroundTurn ?? false }
  if (days !== undefined) order.days = days
  let latest: SyncProgress | null = null
  const startedAtMs = performance.now()
  const run = await sources.scheduler.run({
    ...order,
    onProgress(progress) {
      latest = progress
      onProgress?.(progress)
    },
  })
  const ended = await waitForRun(run, waitSeconds, signal)
  // As long as it took here: the clock of the run's row may have been put right on the way.
  const seconds = Math.round((performance.now() - startedAtMs) / 100) / 10
  const answer = ended ? describeEnded(ended, asked, seconds) : describeRunning(latest, asked, seconds)
  return { ...answer, message: [answer.message, ...zoneNotes(asked)].join(' ') }
}

async function readDates(sources: SyncSources, request: ForceSyncRequest): Promise<ParsedTimeframe | null> {
  const { start_date, end_date, days } = request
  if (start_date === undefined && end_date === undefined) return null
  if (days !== undefined) {
    throw new UserInputError('Days counted back from now and dates say two things.', {
      hint: syncDateRules.example,
    })
  }
  return parseIsoDates({ start_date, end_date }, await readContext(sources), syncDateRules)
}

async function readContext({ store, now }: SyncSources): Promise<TimeframeContext> {
  return { now: now(), timezone: (await store.getWorkspace())?.timezone ?? null }
}

function orderedTime(asked: ParsedTimeframe | null): Pick<SyncOrder, 'timeframe'> {
  return asked ? { timeframe: asked.timeframe } : {}
}

function described(asked: ParsedTimeframe | null): string {
  return asked ? ` of ${asked.label}` : ''
}

function zoneNotes(asked: ParsedTimeframe | null): string[] {
  return asked?.timezoneNote === undefined ? [] : [asked.timezoneNote]
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

function describeEnded(
  { conversations, messages, errorMessage: remark }: SyncRun,
  asked: ParsedTimeframe | null,
  seconds: number,
): ForceSyncAnswer {
  const done = `The sync${described(asked)} is done.`
  return {
    success: true,
    message: remark === null ? done : `${done} ${remark}`,
    conversations,
    messages,
    duration_seconds: seconds,
  }
}

function describeRunning(
  progress: SyncProgress | null,
  asked: ParsedTimeframe | null,
  seconds: number,
): ForceSyncAnswer {
  return {
    success: true,
    message: `The sync${described(asked)} is still running and goes on in the background; what is stored so far can be searched.`,
    conversations: progress?.conversations ?? 0,
    messages: progress?.messages ?? 0,
    duration_seconds: seconds,
  }
}
