import type { CoverageAnswer, CoverageRequest, RefreshState } from '../domain/answers'
import { isStale, judgeCoverage, type SyncState } from '../domain/coverage'
import type { Timeframe } from '../domain/timeframe'
import type { Store } from '../storage/port'
import { type IsoDateRules, parseIsoDates } from '../text/iso-dates'
import { describeAge, describeGaps, vouchedFor } from './freshness'
import { isoTime } from './iso-time'

const dateRules: IsoDateRules = {
  takesTimes: true,
  clipsFuture: true,
  example:
    'Give ISO dates or times, for example start_date "2026-03-01" and end_date "2026-03-07", or "2026-03-07T18:00:00Z".',
}

export interface CoverageContext {
  /** Epoch seconds on the API's clock. */
  now: number
  maxAgeMinutes: number
  /** Asks for what is stale or missing of a timeframe to be fetched, and returns at once. */
  refresh(timeframe: Timeframe): Promise<RefreshState>
}

/**
 * Whether every conversation created between two dates is stored, and if not, what is missing; what is missing or
 * old is asked for. Rejects with UserInputError.
 */
export async function checkCoverage(
  store: Store,
  request: CoverageRequest,
  { now, maxAgeMinutes, refresh }: CoverageContext,
): Promise<CoverageAnswer> {
  const [state, workspace] = await Promise.all([store.getSyncState(), store.getWorkspace()])
  const context = { now, timezone: workspace?.timezone ?? null }
  const { timeframe, timezoneNote } = parseIsoDates(request, context, dateRules)
  const refreshed = await refresh(timeframe)
  const isComing = refreshed === 'started' || refreshed === 'running'
  if (state.asOf === null) {
    const gap: [string, string] = [isoTime(timeframe.start), isoTime(timeframe.end)]
    return { has_coverage: false, reason: 'No data available', coverage_gaps: [gap] }
  }
  const workspaceCreatedAt = workspace?.createdAt ?? null
  const isOld = isStale(state, now, maxAgeMinutes)
  const { coverage, gaps } = judgeCoverage(vouchedFor(state, isOld, now), timeframe, 'created_at', {
    now,
    workspaceCreatedAt,
  })
  const missing = gaps.map(({ start, end }): [string, string] => [isoTime(start), isoTime(end)])
  const age = Math.max(0, Math.round(now - state.asOf))
  const reasons = [
    workspaceCreatedAt !== null && timeframe.end <= workspaceCreatedAt
      ? 'Nothing can be missing: the workspace was created after this time.'
      : coverageReason(missing, coverage === 'none', isComing, context.timezone),
    ageReason(age, isOld, isComing),
    timezoneNote,
  ]
  return {
    has_coverage: coverage === 'full',
    partial_coverage: coverage === 'partial',
    coverage_gaps: missing,
    cached_range: cachedRange(state),
    data_age_minutes: Math.round(age / 60),
    reason: reasons.filter((sentence) => sentence !== undefined).join(' '),
  }
}

function cachedRange({ covered }: SyncState): { start: string; end: string } | null {
  const [first, last] = [covered[0], covered.at(-1)]
  return first && last ? { start: isoTime(first.start), end: isoTime(last.end) } : null
}

function coverageReason(
  gaps: [string, string][],
  isNothing: boolean,
  isComing: boolean,
  timezone: string | null,
): string {
  if (gaps.length === 0) return 'Covered: every conversation created in this time is stored.'
  const what = isNothing
    ? 'Nothing of this time is covered.'
    : `Not covered: ${describeGaps(gaps, timezone)}.`
  if (isComing) return `${what} It is being fetched: ask again in a moment.`
  return `${what} sync_conversations with this timeframe fetches it.`
}

function ageReason(seconds: number, isOld: boolean, isComing: boolean): string {
  if (!isOld) return `The data is fresh: synced ${describeAge(seconds)} ago.`
  const remedy = isComing ? 'a refresh is under way' : 'force_sync brings it'
  return `The data is old: synced ${describeAge(seconds)} ago, so what has changed since then is missing; ${remedy}.`
}
