import {
  type CoverageBounds,
  isStale,
  judgeCoverage,
  type SyncState,
  type TimeField,
} from '../domain/coverage'
import type { Timeframe } from '../domain/timeframe'

export const daySeconds = 86_400

export interface AskedTimeframe {
  timeframe: Timeframe
  timeField: TimeField
}

/** Why a run is wanted. Several needs merge into one run. */
export interface SyncNeed {
  /** Bring as_of up to now. */
  incremental: boolean
  /** Make sure of so many days of history, whatever it takes. */
  days: number | null
  /** Read again what is fresh and replace threads that are unchanged. */
  force: boolean
  /** Wanted by the background loop: the configured days are made sure of. */
  background: boolean
  /** Timeframes of questions, whose gaps are filled as far as `backfill_limit` allows. */
  asked: AskedTimeframe[]
}

/** A need for the incremental run alone; `parts` says what is different. */
export function aNeed(parts: Partial<SyncNeed> = {}): SyncNeed {
  return { incremental: true, days: null, force: false, background: false, asked: [], ...parts }
}

/** One need that brings what both want. */
export function mergeNeeds(a: SyncNeed, b: SyncNeed): SyncNeed {
  const known = new Set(a.asked.map(askedKey))
  return {
    incremental: a.incremental || b.incremental,
    days: a.days === null || b.days === null ? (a.days ?? b.days) : Math.max(a.days, b.days),
    force: a.force || b.force,
    background: a.background || b.background,
    asked: [...a.asked, ...b.asked.filter((asked) => !known.has(askedKey(asked)))],
  }
}

/** A part of a timeframe that `backfill_limit` left out, and how many conversations it was counted to hold. */
export interface Remainder extends AskedTimeframe {
  conversations: number
}

export interface Freshness {
  state: SyncState
  bounds: CoverageBounds
  maxSyncAgeMinutes: number
  /** What earlier questions left out because of the limit: asking the same again does not fetch more. */
  remainders: readonly Remainder[]
}

/** What a question over a timeframe (null: everything stored) needs fetched; null when it is covered and fresh. */
export function findNeed(
  question: { timeframe: Timeframe | null; timeField: TimeField },
  { state, bounds, maxSyncAgeMinutes, remainders }: Freshness,
): SyncNeed | null {
  const incremental = isStale(state, bounds.now, maxSyncAgeMinutes)
  const { timeframe, timeField } = question
  if (timeframe === null) return incremental ? aNeed() : null
  const { gaps } = judgeCoverage(state, timeframe, timeField, bounds)
  const open = gaps.filter((gap) => !findRemainder({ timeframe: gap, timeField }, remainders))
  if (open.length === 0) return incremental ? aNeed() : null
  const asked = open.map((gap) => ({ timeframe: gap, timeField }))
  return aNeed({ incremental, asked })
}

/**
 * What the background loop needs fetched: what is new, gaps of the timeframes asked about lately, and the days that
 * are always kept; null when all of it is there.
 */
export function findBackgroundNeed(
  lately: readonly AskedTimeframe[],
  syncDays: number,
  freshness: Freshness,
): SyncNeed | null {
  const { state, bounds } = freshness
  const incremental = findNeed({ timeframe: null, timeField: 'created_at' }, freshness) !== null
  const asked = lately.flatMap((question) => findNeed(question, freshness)?.asked ?? [])
  const kept = { start: bounds.now - syncDays * daySeconds, end: bounds.now }
  const { gaps } = judgeCoverage(state, kept, 'created_at', bounds)
  if (!incremental && asked.length === 0 && gaps.length === 0) return null
  return aNeed({ incremental, background: true, asked })
}

/** Conversations that the limit is known to have left out of a timeframe; null when none are. */
export function countBeyondLimit(
  { timeframe, timeField }: { timeframe: Timeframe | null; timeField: TimeField },
  { state, bounds, remainders }: Freshness,
): number | null {
  if (!timeframe || remainders.length === 0) return null
  const { gaps } = judgeCoverage(state, timeframe, timeField, bounds)
  const left = gaps.flatMap((gap) => findRemainder({ timeframe: gap, timeField }, remainders) ?? [])
  return left.length > 0 ? left.reduce((sum, { conversations }) => sum + conversations, 0) : null
}

/**
 * The remainder that a gap belongs to. By created_at it is the gap that ends where the limit cut, so that a question
 * over another stretch of the same history gets a limit of its own; by updated_at everything before the cut.
 */
function findRemainder(gap: AskedTimeframe, remainders: readonly Remainder[]): Remainder | undefined {
  return remainders.find(({ timeField, timeframe }) => {
    if (timeField !== gap.timeField || timeframe.start > gap.timeframe.start) return false
    return timeField === 'created_at'
      ? timeframe.end === gap.timeframe.end
      : timeframe.end >= gap.timeframe.end
  })
}

function askedKey({ timeframe, timeField }: AskedTimeframe): string {
  return `${timeField} ${timeframe.start} ${timeframe.end}`
}
