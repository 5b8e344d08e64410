import { judgeCoverage, type SyncState, type TimeField } from '../domain/coverage'
import type { SyncType } from '../domain/sync-run'
import { mergeTimeframes, subtractTimeframes, type Timeframe } from '../domain/timeframe'
import { type AskedGaps, daySeconds, type SyncNeed } from './need'
import { afterBackfill, afterIncremental } from './sync-state'

export interface PlanSettings {
  initialSyncDays: number
  syncDays: number
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
  /** The question that alone wants it, and whose limit holds for it; null when it is to be read whole. */
  question: AskedGaps | null
  /** Whether threads are fetched again although they are unchanged. */
  anew: boolean
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

/**
 * What will be known once the windows of a plan have been stored whole. Those that a limit lower than
 * `backfillLimit` may cut promise nothing; by default none that any limit may cut does.
 */
export function expectState(
  state: SyncState,
  plan: SyncPlan,
  backfillLimit = Number.POSITIVE_INFINITY,
): SyncState {
  const isPromised = ({ question }: PlannedWindow) =>
    (question?.backfillLimit ?? backfillLimit) >= backfillLimit
  return plan.windows
    .filter(isPromised)
    .reduce(
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
  return {
    timeframe: { start, end },
    field: 'updated_at',
    purpose,
    question: null,
    anew: purpose === 'force',
  }
}

/**
 * Older history: first what questions ask for, in the order in which they were asked, so that the one who waits for
 * an answer is seen to before a long order; then what was ordered, and what every background run makes sure of.
 */
function planBackfill(request: PlanRequest, state: SyncState): PlannedWindow[] {
  const { asked, forced } = request.need
  const byUpdate = planUpdateBackfill(request, state)
  // Judged without the window by updated_at: a limit may cut that one.
  const promised = findGaps(request, state, promisedHistory(request))
  const whole = mergeTimeframes([...promised, ...clipAll(request, forced)])
  const windows = byUpdate ? [byUpdate] : []
  let known = byUpdate ? afterBackfill(state, byUpdate) : state
  const plan = (timeframe: Timeframe, question: AskedGaps | null) => {
    const anew = forced.some((order) => subtractTimeframes(timeframe, [order]).length === 0)
    const window = { ...gapWindow(timeframe, 'created_at', question), anew }
    windows.push(window)
    known = afterBackfill(known, window)
  }
  for (const question of asked.filter(({ timeField }) => timeField === 'created_at')) {
    for (const gap of findGaps(request, known, question.gaps).toReversed()) {
      for (const part of splitBy(gap, whole)) plan(part.timeframe, part.isInside ? null : question)
    }
  }
  const planned = windows.filter(({ field, question }) => field === 'created_at' && question === null)
  const left = whole.flatMap((gap) =>
    subtractTimeframes(
      gap,
      planned.map(({ timeframe }) => timeframe),
    ),
  )
  for (const gap of left.toReversed()) {
    for (const part of splitBy(gap, forced)) plan(part.timeframe, null)
  }
  return windows
}

/** The parts of a timeframe that lie inside of others and outside of them, newest first. */
function splitBy(timeframe: Timeframe, others: Timeframe[]): { timeframe: Timeframe; isInside: boolean }[] {
  const outside = subtractTimeframes(timeframe, others)
  const inside = subtractTimeframes(timeframe, outside)
  return [
    ...outside.map((part) => ({ timeframe: part, isInside: false })),
    ...inside.map((part) => ({ timeframe: part, isInside: true })),
  ].sort((a, b) => b.timeframe.start - a.timeframe.start)
}

/** An update timeframe can only be vouched for without a break, so its gap reaches up to where that begins. */
function planUpdateBackfill(request: PlanRequest, state: SyncState): PlannedWindow | null {
  const questions = request.need.asked.filter(({ timeField }) => timeField === 'updated_at')
  const [largest] = questions.toSorted((a, b) => b.backfillLimit - a.backfillLimit)
  if (largest === undefined || state.unbrokenSince === null) return null
  const { now, workspaceCreatedAt } = request
  const bounds = { now, workspaceCreatedAt }
  const gaps = questions.flatMap((question) =>
    question.gaps.flatMap((gap) => judgeCoverage(state, gap, 'updated_at', bounds).gaps),
  )
  const start = Math.min(...gaps.map((gap) => gap.start))
  return start < state.unbrokenSince
    ? gapWindow({ start, end: state.unbrokenSince }, 'updated_at', largest)
    : null
}

/** History that was ordered, or that every background run makes sure of. */
function promisedHistory({ now, settings, need }: PlanRequest): Timeframe[] {
  const days = Math.max(need.days ?? 0, need.background ? settings.syncDays : 0)
  return days > 0 ? [...need.ordered, { start: now - days * daySeconds, end: now }] : need.ordered
}

function clipAll({ now, workspaceCreatedAt }: PlanRequest, timeframes: Timeframe[]): Timeframe[] {
  return timeframes
    .map(({ start, end }) => ({ start: Math.max(start, workspaceCreatedAt ?? 0), end: Math.min(end, now) }))
    .filter(({ start, end }) => start < end)
}

function findGaps(
  { now, workspaceCreatedAt }: PlanRequest,
  state: SyncState,
  frames: Timeframe[],
): Timeframe[] {
  const bounds = { now, workspaceCreatedAt }
  return mergeTimeframes(frames.flatMap((frame) => judgeCoverage(state, frame, 'created_at', bounds).gaps))
}

function gapWindow(timeframe: Timeframe, field: TimeField, question: AskedGaps | null): PlannedWindow {
  return { timeframe, field, purpose: 'backfill', question, anew: false }
}

function planType(need: SyncNeed, recent: PlannedWindow | null): SyncType {
  const isOrdered = need.days !== null || need.ordered.length > 0 || need.forced.length > 0
  if (recent?.purpose === 'initial' || recent?.purpose === 'force' || isOrdered) return 'full'
  return need.background ? 'background' : 'incremental'
}
