import type { SearchRequest } from '../domain/answers'
import type { Timeframe } from '../domain/timeframe'
import { createLocalCalendar } from '../text/local-calendar'
import { parseTimeframe } from '../text/timeframe-words'
import { canonicalJson } from './canonical-json'
import type { SearchContext } from './search-plan'
import type { StoredTimes } from './stored-times'

export interface SearchQuestion {
  /** All that the answer depends on besides what is stored; null for a question whose answer is not to be kept. */
  key: string | null
  /** What its words mean at this moment; null for everything stored. */
  timeframe: Timeframe | null
}

/**
 * What a search asks at a moment. "Last 7 days" is the same question a minute later as long as nothing stored is of
 * that minute, and until the day is another one.
 */
export async function readSearchQuestion(
  request: SearchRequest,
  context: SearchContext,
  times: StoredTimes,
): Promise<SearchQuestion> {
  const { timeframe, time_filter: timeFilter, wait_seconds: _, ...rest } = request
  const words = timeframe ?? timeFilter
  // A cursor goes on in a list of its own; two timeframes are refused by the search.
  const isKept = request.cursor === undefined && (timeframe === undefined || timeFilter === undefined)
  if (!isKept) return { key: null, timeframe: null }
  const frame = words === undefined ? null : parseTimeframe(words, context).timeframe
  const span = frame && (await describeSpan(frame, context, times))
  // The words too: pages of the answer can be asked for in the same words only.
  return { key: canonicalJson({ ...rest, words, span }), timeframe: frame }
}

/** A timeframe without the moment at which it was asked about, where that moment changes nothing. */
async function describeSpan(
  { start, end }: Timeframe,
  { now, timezone }: SearchContext,
  times: StoredTimes,
): Promise<(number | string)[]> {
  if (end !== now || start === end || !(await times.isBehindAll(now))) return [start, end]
  // Groups by day reach up to the present one.
  return [start, `until now, day ${createLocalCalendar(timezone).dayOf(end - 1)}`]
}
