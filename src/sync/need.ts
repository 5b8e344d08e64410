import {
  type CoverageBounds,
  isStale,
  judgeCoverage,
  type SyncState,
  type TimeField,
} from '../domain/coverage'
import { mergeTimeframes, type Timeframe } from '../domain/timeframe'

export const daySeconds = 86_400

interface AskedTimeframe {
  timeframe: Timeframe
  timeField: TimeField
}

/** A question over a timeframe, and the most conversations that it alone may cause to be fetched. */
export interface LimitedQuestion extends AskedTimeframe {
  backfillLimit: number
}

/** What is missing of the timeframe that one question is about. */
export interface AskedGaps {
  timeField: TimeField
  gaps: Timeframe[]
  backfillLimit: number
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
  /** What questions lack: filled as far as the limit of each allows. */
  asked: AskedGaps[]
  /** Stretches of created_at that somebody ordered: filled whole. */
  ordered: Timeframe[]
  /** Stretches of created_at to be read again although they are covered, with their threads. */
  forced: Timeframe[]
}

/** A need for the incremental run alone; `parts` says what is different. */
export function aNeed(parts: Partial<SyncNeed> = {}): SyncNeed {
  const nothing = { days: null, force: false, background: false, asked: [], ordered: [], forced: [] }
  return { incremental: true, ...nothing, ...parts }
}

/** What somebody may order. */
export interface OrderedHistory {
  /** Days of history to make sure of; absent: incremental, or the configured first sync of a new store. */
  days?: number
  /** A stretch of created_at to make sure of, whatever `backfill_limit` says. */
  timeframe?: Timeframe
  /** Fetch again what is fresh and replace threads that are unchanged; with a timeframe those of it. */
  force?: boolean
}

/** The need of an order. */
export function needOfOrder({ days, timeframe, force = false }: OrderedHistory): SyncNeed {
  if (!timeframe) return aNeed({ days: days ?? null, force })
  return aNeed({ days: days ?? null, [force ? 'forced' : 'ordered']: [timeframe] })
}

/** Whether a need asks for more than questions do. */
export function isOrdered({ days, force, ordered, forced }: SyncNeed): boolean {
  return days !== null || force || ordered.length > 0 || forced.length > 0
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
    ordered: mergeTimeframes([...a.ordered, ...b.ordered]),
    forced: mergeTimeframes([...a.forced, ...b.forced]),
  }
}

/** A part of a timeframe that a question's limit left out, and how many conversations it was counted to hold. */
export interface Remainder extends LimitedQuestion {
  conversations: number
}

export interface Freshness {
  state: SyncState
  bounds: CoverageBounds
  maxSyncAgeMinutes: number
  /** What earlier questions left out because of their limit: asking the same again does not fetch more. */
  remainders: readonly Remainder[]
}

/** What a question is about; a timeframe of null is everything stored, whose history no question fetches. */
export interface SyncQuestion {
  timeframe: Timeframe | null
  timeField: TimeField
  backfillLimit: number
}

/** What a question over a timeframe (null: everything stored) needs fetched; null when it is covered and fresh. */
export function findNeed(
  question: SyncQuestion,
  { state, bounds, maxSyncAgeMinutes, remainders }: Freshness,
): SyncNeed | null {
  const incremental = isStale(state, bounds.now, maxSyncAgeMinutes)
  const { timeframe, timeField, backfillLimit } = question
  if (timeframe === null) return incremental ? aNeed() : null
  const missing = judgeCoverage(state, timeframe, timeField, bounds).gaps
  const gaps = missing.filter(
    (gap) => !findRemainder({ timeframe: gap, timeField, backfillLimit }, remainders),
  )
  if (gaps.length === 0) return incremental ? aNeed() : null
  return aNeed({ incremental, asked: [{ timeField, gaps, backfillLimit }] })
}

/**
 * What the background loop needs fetched: what is new, gaps of the timeframes asked about lately, and the days that
 * are always kept; null when all of it is there.
 */
export function findBackgroundNeed(
  lately: readonly LimitedQuestion[],
  syncDays: number,
  freshness: Freshness,
): SyncNeed | null {
  const { state, bounds } = freshness
  const incremental = isStale(state, bounds.now, freshness.maxSyncAgeMinutes)
  const asked = lately.flatMap((question) => findNeed(question, freshness)?.asked ?? [])
  const kept = { start: bounds.now - syncDays * daySeconds, end: bounds.now }
  const { gaps } = judgeCoverage(state, kept, 'created_at', bounds)
  if (!incremental && asked.length === 0 && gaps.length === 0) return null
  return aNeed({ incremental, background: true, asked })
}

/** Conversations that the limit is known to have left out of a timeframe; null when none are. */
export function countBeyondLimit(
  { timeframe, timeField, backfillLimit }: SyncQuestion,
  { state, bounds, remainders }: Freshness,
): number | null {
  if (!timeframe || remainders.length === 0) return null
  const { gaps } = judgeCoverage(state, timeframe, timeField, bounds)
  const left = gaps.flatMap(
    (gap) => findRemainder({ timeframe: gap, timeField, backfillLimit }, remainders) ?? [],
  )
  return left.length > 0 ? left.reduce((sum, { conversations }) => sum + conversations, 0) : null
}

/**
 * The remainder that a gap belongs to. By created_at it is the gap that ends where the limit cut, so that a question
 * over another stretch of the same history gets a limit of its own; by updated_at everything before the cut. What
 * a lower limit left out is nothing to a question with a higher one.
 */
function findRemainder(gap: LimitedQuestion, remainders: readonly Remainder[]): Remainder | undefined {
  return remainders.find(({ timeField, timeframe, backfillLimit }) => {
    if (backfillLimit < gap.backfillLimit) return false
    if (timeField !== gap.timeField || timeframe.start > gap.timeframe.start) return false
    return timeField === 'created_at'
      ? timeframe.end === gap.timeframe.end
      : timeframe.end >= gap.timeframe.end
  })
}

function askedKey({ timeField, gaps, backfillLimit }: AskedGaps): string {
  return `${timeField} ${backfillLimit} ${gaps.map(({ start, end }) => `${start}-${end}`).join(' ')}`
}
