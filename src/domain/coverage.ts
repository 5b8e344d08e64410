import { mergeTimeframes, subtractTimeframes, type Timeframe } from './timeframe'

/** Which time of a conversation a timeframe speaks of. */
const timeFields = ['created_at', 'updated_at'] as const
export type TimeField = (typeof timeFields)[number]

/**
 * What the store is known to hold, kept in the same transaction as the rows it speaks of.
 *
 * ```
 *            covered: every conversation created in here is stored
 *          ┌───────────────┐   ┌──────────────────────┐
 * ─────────┴───────────────┴───┴──────────────────────┴────▶ created_at
 *                                  unbrokenSince ─────┤ asOf
 *                                  every update in here has been seen
 * ```
 */
export interface SyncState {
  /** Upper bound of the last complete incremental run, on the API's clock; null before the first. */
  asOf: number | null
  /** From this second on incremental runs have been unbroken up to `asOf`; null before the first. */
  unbrokenSince: number | null
  /** Merged intervals of created_at in which every conversation is stored. */
  covered: Timeframe[]
}

export const emptySyncState: SyncState = { asOf: null, unbrokenSince: null, covered: [] }

export interface Coverage {
  coverage: 'full' | 'partial' | 'none'
  /** What is missing of the timeframe, oldest first. */
  gaps: Timeframe[]
}

/** Now and the workspace's creation: outside of them there is nothing to cover. */
export interface CoverageBounds {
  now: number
  workspaceCreatedAt: number | null
}

/**
 * How much of a timeframe the store holds. By created_at: inside `covered`, clipped to now and to the workspace's
 * creation; the seconds since `asOf` are a matter of staleness, not of coverage. By updated_at: full when it
 * starts after the point from which incremental runs have been unbroken.
 */
export function judgeCoverage(
  state: SyncState,
  timeframe: Timeframe | null,
  timeField: TimeField,
  bounds: CoverageBounds,
): Coverage {
  if (state.asOf === null) {
    const asked = clip(timeframe, bounds)
    return { coverage: 'none', gaps: asked.start < asked.end ? [asked] : [] }
  }
  const asked = clip(timeframe, bounds)
  const held =
    timeField === 'created_at'
      ? mergeTimeframes([...state.covered, { start: state.asOf, end: bounds.now }])
      : [{ start: state.unbrokenSince ?? state.asOf, end: bounds.now }]
  const gaps = subtractTimeframes(asked, held)
  if (gaps.length === 0) return { coverage: 'full', gaps }
  const missing = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0)
  return { coverage: missing < asked.end - asked.start ? 'partial' : 'none', gaps }
}

/**
 * Older than allowed, or never synced. One rule for every timeframe: a reply today may change an old conversation.
 * An as_of far ahead of `now` is stale too: a clock that lies behind cannot vouch for anything.
 */
export function isStale(state: SyncState, now: number, maxAgeMinutes: number): boolean {
  return state.asOf === null || Math.abs(now - state.asOf) > maxAgeMinutes * 60
}

function clip(timeframe: Timeframe | null, { now, workspaceCreatedAt }: CoverageBounds): Timeframe {
  const from = workspaceCreatedAt ?? 0
  if (timeframe === null) return { start: from, end: now }
  return { start: Math.max(timeframe.start, from), end: Math.min(timeframe.end, now) }
}
