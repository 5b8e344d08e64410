import { judgeCoverage, type SyncState, type TimeField } from '../domain/coverage'
import type { SyncType } from '../domain/sync-run'
import { mergeTimeframes, subtractTimeframes, type Timeframe } from '../domain/timeframe'
import { daySeconds, type SyncNeed } from './need'
import { afterBackfill, afterIncremental } from './sync-state'

export interface PlanSettings {
  initialSyncDays: number
  syncDays: number
  backfillLimit: number
  /** How far an incremental run reaches back behind as_of, for what Intercom's index shows late. */
  overlapSeconds: number
}

export interface PlanRequest {
  state: SyncState
  /** Epoch seconds on the API's clock; becomes the fixed upper bound of the run. */
  now: number
  workspaceCreatedAt: number | null
  settings: PlanSettings
  need: SyncNeed
}

/**
 * One search to be read to its end.
 * - `initial`, `incremental`, `force`: by updated_at up to the upper bound; moves as_of.
 * - `backfill`: older history; adds to what is covered.
 */
export interface PlannedWindow {
  timeframe: Timeframe
  field: TimeField
  purpose: 'initial' | 'incremental' | 'force' | 'backfill'
  /** True when only a question wants it, so that `backfill_limit` holds for it. */
  limited: boolean
}

export interface SyncPlan {
  /** In the order in which they are read: what is new first, then gaps, newest first. */
  windows: PlannedWindow[]
  upperBound: number
  type: SyncType
  /** Hull of the windows; null when there is nothing to read. */
  coverageStart: number | null
  coverageEnd: number | null
}

/** Decides what a run has to read, in which order, so that `need` is met. */
export function planRun(request: PlanRequest): SyncPlan {
  const recent = planRecent(request)
  const state = recent ? afterIncremental(request.state, recent.timeframe) : request.state
  const windows = [...(recent ? [recent] : []), ...planBackfill(request, state)]
  return {
    windows,
    upperBound: request.now,
    type: planType(request.need, recent),
    coverageStart: windows.length ? Math.min(...windows.map(({ timeframe }) => timeframe.start)) : null,
    coverageEnd: windows.length ? Math.max(...windows.map(({ timeframe }) => timeframe.end)) : null,
  }
}

/** What will be known once every window of a plan has been stored whole. */
export function expectState(state: SyncState, plan: SyncPlan): SyncState {
  return plan.windows.reduce(
    (known, window) =>
      window.purpose === 'backfill'
        ? afterBackfill(known, window)
        : afterIncremental(known, window.timeframe),
    state,
  )
}

function planRecent({ state, now, settings, need }: PlanRequest): PlannedWindow | null {
  const historyStart = now - (need.days ?? settings.initialSyncDays) * daySeconds
  if (state.asOf === null) return recentWindow('initial', Math.min(historyStart, now - 1), now)
  // A clock that ran ahead may have left an as_of in the future; the window still has to end now.
  const resumeAt = Math.min(state.asOf, now) - Math.max(settings.overlapSeconds, 1)
  if (need.force) return recentWindow('force', Math.min(historyStart, resumeAt), now)
  return need.incremental ? recentWindow('incremental', resumeAt, now) : null
}

function recentWindow(
  purpose: 'initial' | 'incremental' | 'force',
  start: number,
  end: number,
): PlannedWindow {
  return { timeframe: { start, end }, field: 'updated_at', purpose, limited: false }
}

function planBackfill(request: PlanRequest, state: SyncState): PlannedWindow[] {
  const byUpdate = planUpdateBackfill(request, state)
  const known = byUpdate ? afterBackfill(state, byUpdate) : state
  const asked = request.need.asked.filter(({ timeField }) => timeField === 'created_at')
  const limited = findGaps(
    request,
    known,
    asked.map(({ timeframe }) => timeframe),
  )
  // Judged without the window by updated_at: `backfill_limit` may cut that one.
  const unlimited = findGaps(request, state, promisedHistory(request))
  const onlyAsked = limited.flatMap((gap) => subtractTimeframes(gap, unlimited))
  return [
    ...(byUpdate ? [byUpdate] : []),
    ...onlyAsked.toReversed().map((gap) => gapWindow(gap, 'created_at', true)),
    ...unlimited.toReversed().map((gap) => gapWindow(gap, 'created_at', false)),
  ]
}

/** An update timeframe can only be vouched for without a break, so its gap reaches up to where that begins. */
function planUpdateBackfill(request: PlanRequest, state: SyncState): PlannedWindow | null {
  const { now, workspaceCreatedAt } = request
  const starts = request.need.asked
    .filter(({ timeField }) => timeField === 'updated_at')
    .flatMap(
      ({ timeframe }) => judgeCoverage(state, timeframe, 'updated_at', { now, workspaceCreatedAt }).gaps,
    )
    .map((gap) => gap.start)
  if (starts.length === 0 || state.unbrokenSince === null) return null
  const start = Math.min(...starts)
  return start < state.unbrokenSince
    ? gapWindow({ start, end: state.unbrokenSince }, 'updated_at', true)
    : null
}

/** History that was ordered in days, or that every background run makes sure of. */
function promisedHistory({ now, settings, need }: PlanRequest): Timeframe[] {
  const days = Math.max(need.days ?? 0, need.background ? settings.syncDays : 0)
  return days > 0 ? [{ start: now - days * daySeconds, end: now }] : []
}

function findGaps(
  { now, workspaceCreatedAt }: PlanRequest,
  state: SyncState,
  frames: Timeframe[],
): Timeframe[] {
  const bounds = { now, workspaceCreatedAt }
  return mergeTimeframes(frames.flatMap((frame) => judgeCoverage(state, frame, 'created_at', bounds).gaps))
}

function gapWindow(timeframe: Timeframe, field: TimeField, limited: boolean): PlannedWindow {
  return { timeframe, field, purpose: 'backfill', limited }
}

function planType(need: SyncNeed, recent: PlannedWindow | null): SyncType {
  if (recent?.purpose === 'initial' || recent?.purpose === 'force' || need.days !== null) return 'full'
  return need.background ? 'background' : 'incremental'
}
