import type { AnalysedTimeframe, AnalysisRequest } from '../../domain/analysis-answers'
import type { TimeframeRequest } from '../../domain/answers'
import { UserInputError } from '../../domain/errors'
import type { Timeframe } from '../../domain/timeframe'
import type { PeriodUnit } from '../../text/local-calendar'
import { previousPeriod } from '../../text/previous-period'
import { parseTimeframe, type TimeframeContext } from '../../text/timeframe-words'
import { isoTime } from '../iso-time'

export interface NamedTimeframe {
  frame: Timeframe
  shown: AnalysedTimeframe
}

/** The times that an analysis is about. */
export interface AnalysisFrames {
  /** null: everything stored. */
  timeframe: NamedTimeframe | null
  comparedTo: NamedTimeframe | null
  /** What `time_period` groups by. */
  periodUnit: PeriodUnit
}

/** Reads the times of a request at a moment. Rejects with UserInputError what cannot be meant. */
export function readFrames(request: AnalysisRequest, context: TimeframeContext): AnalysisFrames {
  const read = (words: TimeframeRequest) => nameTimeframe(parseTimeframe(words, context))
  const timeframe = request.timeframe === undefined ? null : read(request.timeframe)
  const comparedTo = readComparison(request, timeframe, read, context.timezone)
  return { timeframe, comparedTo, periodUnit: choosePeriod(timeframe?.frame ?? null) }
}

function nameTimeframe({ timeframe: frame, label }: { timeframe: Timeframe; label: string }): NamedTimeframe {
  return { frame, shown: { start: isoTime(frame.start), end: isoTime(frame.end), label } }
}

function readComparison(
  { timeframe: asked, compare_to: other }: AnalysisRequest,
  timeframe: NamedTimeframe | null,
  read: (words: TimeframeRequest) => NamedTimeframe,
  timezone: string | null,
): NamedTimeframe | null {
  if (other === undefined) return null
  if (timeframe === null) {
    throw new UserInputError('compare_to needs a timeframe to compare with.', {
      hint: 'Give timeframe too, for example "last 30 days".',
    })
  }
  const words =
    typeof other === 'string'
      ? other
          .trim()
          .toLowerCase()
          .replaceAll(/[\s-]+/g, '_')
      : ''
  if (words !== 'previous_period') return read(other)
  const inWeeks =
    typeof asked === 'string' && /\bweek|\bwtd\b|^\s*\d+\s*w\s*$/i.test(asked.replaceAll('_', ' '))
  return nameTimeframe(previousPeriod(timeframe.frame, timezone, { inWeeks }))
}

const daysOfDays = 31
const daysOfWeeks = 190

/** Days of a month, weeks of half a year, months of more. */
function choosePeriod(timeframe: Timeframe | null): PeriodUnit {
  if (timeframe === null) return 'month'
  const days = (timeframe.end - timeframe.start) / 86_400
  // A day that clocks make longer still counts as one.
  if (days <= daysOfDays + 0.5) return 'day'
  return days <= daysOfWeeks ? 'week' : 'month'
}
