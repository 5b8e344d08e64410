import { type CoverageBounds, isStale, judgeCoverage, type SyncState } from '../domain/coverage'
import type { AppError } from '../domain/errors'
import type { SyncProgress, SyncRun } from '../domain/sync-run'
import { subtractTimeframes } from '../domain/timeframe'
import { daySeconds, mergeNeeds, type SyncNeed } from './need'
import { expectState, type PlanSettings, planRun } from './planner'

/** A run under way, or the one that waits for it to end. */
export interface QueuedRun {
  readonly id: string
  need: SyncNeed
  /** What will be known when it has ended well, without what a limit lower than this may cut. */
  promised: Promised
  startedAt: number
  progress: SyncProgress
  readonly listeners: Set<(progress: SyncProgress) => void>
  /** Calls of `run` that wait for it. */
  holders: number
  /** True when a question or the background loop wants it too, so that no cancellation ends it. */
  shared: boolean
  readonly controller: AbortController
  readonly done: Promise<SyncRun>
}

type Promised = (backfillLimit?: number) => SyncState

export interface RunQueue {
  current(): QueuedRun | null
  /**
   * The run under way or waiting that will bring what is needed. What one under way reads of what is new reaches up to
   * its beginning: after a long back-fill that is too old for a caller who takes data of `maxSyncAgeMinutes` for stale.
   */
  find(need: SyncNeed, bounds: CoverageBounds, maxSyncAgeMinutes: number): QueuedRun | undefined
  /** Has a need seen to first by the run that brings it anyway, as long as that one has not begun. */
  prefer(run: QueuedRun, need: SyncNeed): void
  /** Starts a run, or adds to the one that waits behind the run under way. */
  add(need: SyncNeed, state: SyncState, bounds: CoverageBounds): QueuedRun
  /** Ends a run early; one that has not begun never does. */
  cancel(run: QueuedRun, reason: AppError): void
  /** Cancels everything and waits until nothing runs. */
  clear(reason: AppError): Promise<void>
  /** Number of runs that have ended, well or not. */
  ended(): number
}

export interface RunQueueOptions {
  settings: PlanSettings
  newId: () => string
  nowSeconds: () => number
  execute: (run: QueuedRun) => Promise<SyncRun>
}

interface Entry {
  run: QueuedRun
  resolve: (row: SyncRun) => void
  reject: (reason: unknown) => void
}

/** At most one run at a time, and at most one waiting, into which every further need is merged. */
export function createRunQueue({ settings, newId, nowSeconds, execute }: RunQueueOptions): RunQueue {
  let current: Entry | null = null
  let waiting: Entry | null = null
  let endedRuns = 0

  const promise = (
    need: SyncNeed,
    state: Promised,
    { now, workspaceCreatedAt }: CoverageBounds,
  ): Promised => {
    return (backfillLimit) => {
      const known = state(backfillLimit)
      const plan = planRun({ state: known, now, workspaceCreatedAt, settings, need })
      return expectState(known, plan, backfillLimit)
    }
  }

  const launch = (entry: Entry): void => {
    current = entry
    entry.run.startedAt = nowSeconds()
    void execute(entry.run).then(
      (row) => end(() => entry.resolve(row)),
      (reason: unknown) => {
        dropHopeless(entry, reason)
        end(() => entry.reject(reason))
      },
    )
  }

  /** The run is over before anybody is told, so that what they ask next does not find it. */
  const end = (tell: () => void): void => {
    const next = waiting
    current = null
    waiting = null
    endedRuns += 1
    tell()
    if (next) launch(next)
  }

  /** After a failure only an order is worth an attempt: questions are told of the failure. */
  const dropHopeless = (failed: Entry, reason: unknown): void => {
    if (!waiting || waiting.run.holders > 0 || failed.run.controller.signal.aborted) return
    waiting.reject(reason)
    waiting = null
  }

  const cancel = (run: QueuedRun, reason: AppError): void => {
    if (waiting?.run === run) {
      waiting.reject(reason)
      waiting = null
    }
    run.controller.abort(reason)
  }

  return {
    current: () => current?.run ?? null,
    find(need, bounds, maxSyncAgeMinutes) {
      const isTooOld = (run: QueuedRun): boolean =>
        need.incremental && run === current?.run && isStale(run.promised(), bounds.now, maxSyncAgeMinutes)
      return [current, waiting]
        .map((entry) => entry?.run)
        .find((run) => run && !isTooOld(run) && brings(run, need, bounds, settings))
    },
    prefer(run, need) {
      if (waiting?.run === run) run.need = mergeNeeds(run.need, need)
    },
    add(need, state, bounds) {
      if (waiting && current) {
        const { run } = waiting
        run.need = mergeNeeds(run.need, need)
        run.promised = promise(run.need, current.run.promised, bounds)
        return run
      }
      const promised = promise(need, current?.run.promised ?? (() => state), bounds)
      const entry = createEntry(newId(), need, promised, nowSeconds())
      if (current) waiting = entry
      else launch(entry)
      return entry.run
    },
    cancel,
    async clear(reason) {
      if (waiting) cancel(waiting.run, reason)
      if (!current) return
      const { run } = current
      cancel(run, reason)
      await run.done.catch(() => {})
    },
    ended: () => endedRuns,
  }
}

/** Whether a run, when it has ended well, will have met a need. */
function brings(run: QueuedRun, need: SyncNeed, bounds: CoverageBounds, settings: PlanSettings): boolean {
  if (run.controller.signal.aborted) return false
  if (need.incremental && !run.need.incremental && !run.need.force) return false
  if (need.force) {
    const forcedDays = (order: SyncNeed): number => order.days ?? settings.initialSyncDays
    if (!run.need.force || forcedDays(run.need) < forcedDays(need)) return false
  }
  if (need.forced.some((order) => subtractTimeframes(order, run.need.forced).length > 0)) return false
  const days = Math.max(need.days ?? 0, need.background ? settings.syncDays : 0)
  const history = { start: bounds.now - days * daySeconds, end: bounds.now }
  const ordered = {
    timeField: 'created_at' as const,
    gaps: [history, ...need.ordered],
    backfillLimit: undefined,
  }
  return [...need.asked, ordered].every(({ timeField, gaps, backfillLimit }) => {
    const promised = run.promised(backfillLimit)
    return gaps.every((gap) => judgeCoverage(promised, gap, timeField, bounds).gaps.length === 0)
  })
}

function createEntry(id: string, need: SyncNeed, promised: Promised, startedAt: number): Entry {
  const progress: SyncProgress = {
    phase: 'starting',
    done: 0,
    total: null,
    conversations: 0,
    messages: 0,
    requests: 0,
  }
  let resolve!: Entry['resolve']
  let reject!: Entry['reject']
  const done = new Promise<SyncRun>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  // Nobody may be waiting for it.
  done.catch(() => {})
  const controller = new AbortController()
  const run: QueuedRun = {
    id,
    need,
    promised,
    startedAt,
    progress,
    listeners: new Set(),
    holders: 0,
    shared: false,
    controller,
    done,
  }
  return { run, resolve, reject }
}
