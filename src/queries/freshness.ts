import type { Freshness, RefreshState } from '../domain/answers'
import {
  type CoverageBounds,
  isStale,
  judgeCoverage,
  type SyncState,
  type TimeField,
} from '../domain/coverage'
import { type AppError, IntercomApiError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import { toLocalTime } from '../text/iso-dates'
import { isoTime, isoTimeOrNull } from './iso-time'

/** What the store alone can say of an answer's ground. */
export type FreshnessJudgement = Pick<Freshness, 'as_of' | 'age_seconds' | 'stale' | 'coverage' | 'gaps'>

export interface FreshnessContext extends CoverageBounds {
  maxAgeMinutes: number
}

/** How old the data behind an answer is and how much of its timeframe (null: everything stored) it covers. */
export function judgeFreshness(
  state: SyncState,
  timeframe: Timeframe | null,
  timeField: TimeField,
  context: FreshnessContext,
): FreshnessJudgement {
  const stale = isStale(state, context.now, context.maxAgeMinutes)
  const { coverage, gaps } = judgeCoverage(
    vouchedFor(state, stale, context.now),
    timeframe,
    timeField,
    context,
  )
  return {
    as_of: isoTimeOrNull(state.asOf),
    // The API's clock may be ahead of ours.
    age_seconds: state.asOf === null ? null : Math.max(0, Math.round(context.now - state.asOf)),
    stale,
    coverage,
    gaps: gaps.map(({ start, end }) => [isoTime(start), isoTime(end)]),
  }
}

/**
 * What may be said to be covered: the last minutes of fresh data pass for it, the time since a stale as_of does not.
 * There may be days of which nothing is stored.
 */
export function vouchedFor(state: SyncState, stale: boolean, now: number): SyncState {
  return stale && state.asOf !== null ? { ...state, asOf: now } : state
}

/** Why a refresh failed or is not possible, in the four kinds that a reader acts on differently. */
export function toRefreshError(error: AppError | null): Freshness['refresh_error'] {
  if (error === null) return null
  const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`
  return { code: refreshErrorCode(error), message }
}

function refreshErrorCode(error: AppError): NonNullable<Freshness['refresh_error']>['code'] {
  if (error.code === 'configuration') return 'unauthorised'
  if (!(error instanceof IntercomApiError)) return 'server'
  switch (error.kind) {
    case 'unauthorised':
    case 'missing_scope':
    case 'plan':
      return 'unauthorised'
    case 'rate_limited':
      return 'throttled'
    case 'network':
      return 'offline'
    default:
      return 'server'
  }
}

export interface FreshnessParts {
  refresh: RefreshState
  refresh_error: Freshness['refresh_error']
  /** True when no timeframe was named, so that coverage speaks of everything. */
  wholeHistory?: boolean
  /** Whose days a gap is told in; UTC when absent. */
  timezone?: string | null
  /** Number of matches, where the answer is a search: none is told apart from none known. */
  matches?: number
  /** Said instead of what is being done about stale data, by a process that can do nothing about it. */
  readOnly?: string
  /** Sentences on how the request was understood. */
  notes?: readonly string[]
}

/**
 * The whole of `freshness`, with its line for people: how old, how complete, what is being done about it, and what
 * stands in the way. Not yet synced, throttled, unauthorised, offline and no matches read differently.
 */
export function composeFreshness(judgement: FreshnessJudgement, parts: FreshnessParts): Freshness {
  const { refresh, refresh_error: error } = parts
  const sentences = [
    ageSentence(judgement),
    coverageSentence(judgement, parts.wholeHistory === true, parts.timezone ?? null),
    matchesSentence(judgement, parts.matches),
    parts.readOnly ?? refreshSentence(judgement, refresh, error),
    ...(parts.notes ?? []),
  ]
  const message = sentences.filter((sentence) => sentence !== null).join(' ')
  return { ...judgement, refresh, refresh_error: error, message }
}

function ageSentence({ age_seconds: age, stale }: FreshnessJudgement): string {
  if (age === null) return 'Not synced yet.'
  // No age is older than allowed but one below zero.
  if (age === 0 && stale) {
    return 'Synced at a time that the clock of this machine has not reached, so newer messages may be missing.'
  }
  return `Synced ${describeAge(age)} ago${stale ? ', so newer messages may be missing' : ''}.`
}

function coverageSentence(
  { age_seconds: age, coverage, gaps }: FreshnessJudgement,
  wholeHistory: boolean,
  timezone: string | null,
): string | null {
  if (age === null) return null
  if (coverage === 'full')
    return wholeHistory ? 'The whole history is covered.' : 'The time asked about is covered.'
  if (coverage === 'none' && !wholeHistory) return 'Nothing of the time asked about is covered.'
  const gap = describeGaps(gaps, timezone)
  return wholeHistory ? `Not covered: ${gap}.` : `Of the time asked about, this is not covered: ${gap}.`
}

/** The longest of some gaps in words, and how many others there are. */
export function describeGaps(gaps: readonly [string, string][], timezone: string | null = null): string {
  const length = ([from, to]: [string, string]): number => Date.parse(to) - Date.parse(from)
  const [longest, ...others] = gaps.toSorted((a, b) => length(b) - length(a))
  return `${describeGap(longest, timezone)}${others.length > 0 ? ` and ${others.length} more` : ''}`
}

/** A gap in words: days of the workspace's timezone (UTC without one), or times within one day. */
function describeGap([from, to]: [string, string] | [] = [], timezone: string | null = null): string {
  if (from === undefined || to === undefined) return 'a part'
  const [start, end] = [toLocalTime(from, timezone), toLocalTime(to, timezone)]
  // Without a workspace's creation the first gap begins with the clock; that date would only puzzle.
  if (from.startsWith('1970-')) return `everything before ${end.day}`
  if (start.day !== end.day) return `${start.day} to ${end.day}`
  return `${start.minute} to ${end.minute} (${end.zone})`
}

function matchesSentence(judgement: FreshnessJudgement, matches: number | undefined): string | null {
  if (matches !== 0) return null
  if (judgement.age_seconds === null)
    return 'Nothing found means nothing is stored, not that there are no matches.'
  return judgement.coverage === 'full' && !judgement.stale
    ? 'No conversation matches.'
    : 'No stored conversation matches.'
}

const blocked: Record<NonNullable<Freshness['refresh_error']>['code'], string> = {
  unauthorised: 'No refresh is possible',
  throttled: 'Intercom is limiting our requests for the moment',
  offline: 'Intercom cannot be reached',
  server: 'The last refresh failed',
}

function refreshSentence(
  judgement: FreshnessJudgement,
  refresh: RefreshState,
  error: Freshness['refresh_error'],
): string | null {
  if (refresh === 'started') return 'A refresh has been started: ask again in a moment.'
  if (refresh === 'running') return 'A refresh is running: ask again in a moment.'
  if (error) return `${blocked[error.code]}: ${error.message}`
  if (refresh === 'failed') return 'The last refresh failed; the next try follows.'
  if (refresh === 'unavailable') return 'Nothing is refreshed from here: run `npx fast-intercom-mcp sync`.'
  return judgement.age_seconds === null
    ? 'Run `npx fast-intercom-mcp sync`, or ask for sync_conversations.'
    : null
}

/** An age in words: `3 minutes`. */
export function describeAge(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} minutes`
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}
