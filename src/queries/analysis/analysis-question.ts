import type { AnalysisRequest } from '../../domain/analysis-answers'
import { createLocalCalendar } from '../../text/local-calendar'
import type { TimeframeContext } from '../../text/timeframe-words'
import { canonicalJson } from '../canonical-json'
import type { StoredTimes } from '../stored-times'
import type { Analysed } from './analyze-conversations'
import { type AnalysisFrames, type NamedTimeframe, readFrames } from './frames'

export interface AnalysisQuestion extends Pick<AnalysisFrames, 'timeframe' | 'comparedTo'> {
  /** All that the answer depends on besides what is stored. */
  key: string
}

/**
 * What an analysis asks at a moment. It is the same question at another moment as long as the same conversations lie
 * in its times, which the clock moves on, and until the day is another one.
 */
export async function readAnalysisQuestion(
  request: AnalysisRequest,
  context: TimeframeContext,
  times: StoredTimes,
): Promise<AnalysisQuestion> {
  const { timeframe: _words, compare_to: _other, ...rest } = request
  const { timeframe, comparedTo, periodUnit } = readFrames(request, context)
  const calendar = createLocalCalendar(context.timezone)
  const describe = async (named: NamedTimeframe | null) => {
    if (named === null) return null
    const { start, end } = named.frame
    // Groups by day begin and end with the timeframe, also where nothing was created.
    return [
      ...[await times.createdBefore(start), await times.createdBefore(end)],
      ...[start === 0, start < end, calendar.dayOf(start), calendar.dayOf(end - 1)],
    ]
  }
  const { now } = context
  const moment = (await times.isBehindAll(now)) ? `day ${calendar.dayOf(now)}` : now
  const spans = [await describe(timeframe), await describe(comparedTo)]
  return { key: canonicalJson({ ...rest, spans, periodUnit, moment }), timeframe, comparedTo }
}

/** What was analysed a while ago and is the answer to `question` still, with its times and waits as of now. */
export function renewAnalysed(
  analysed: Analysed,
  { timeframe, comparedTo }: AnalysisQuestion,
  now: number,
): Analysed {
  if (analysed.analysis_type === 'performance_metrics') {
    const { totals, groups } = analysed.body
    for (const { backlog } of [totals, ...groups]) {
      for (const waiting of backlog.longest_waiting) {
        waiting.waiting_seconds = Math.max(0, Math.round(now - Date.parse(waiting.waiting_since) / 1000))
      }
    }
  }
  return { ...analysed, timeframe, comparedTo }
}
