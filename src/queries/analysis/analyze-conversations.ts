import type {
  AnalysedTimeframe,
  AnalysisBodies,
  AnalysisRequest,
  AnalysisType,
} from '../../domain/analysis-answers'
import type { TimeframeRequest } from '../../domain/answers'
import type { Workspace } from '../../domain/conversation'
import { UserInputError } from '../../domain/errors'
import type { Timeframe } from '../../domain/timeframe'
import type { FigureConditions, Store } from '../../storage/port'
import { createLocalCalendar, type PeriodUnit } from '../../text/local-calendar'
import { previousPeriod } from '../../text/previous-period'
import { parseTimeframe } from '../../text/timeframe-words'
import { readFilters } from '../conversation-filters'
import { readGroupNames } from '../groupings'
import { isoTime } from '../iso-time'
import { analyses } from './analyses'
import { type AnalysisResult, groupKindOf } from './context'

/** An analysis and what it is about; freshness is judged by the caller. */
export type Analysed = {
  [Type in AnalysisType]: { analysis_type: Type } & AnalysisResult<AnalysisBodies[Type]>
}[AnalysisType] & {
  timeframe: NamedTimeframe | null
  comparedTo: NamedTimeframe | null
}

export interface NamedTimeframe {
  frame: Timeframe
  shown: AnalysedTimeframe
}

interface Moment {
  now: number
  workspace: Workspace | null
}

/** Analyses what is stored. Rejects with UserInputError what cannot be meant. */
export async function analyzeConversations(
  store: Store,
  request: AnalysisRequest,
  { now, workspace }: Moment,
): Promise<Analysed> {
  const timezone = workspace?.timezone ?? null
  const calendar = createLocalCalendar(timezone)
  const read = (words: TimeframeRequest) => nameTimeframe(parseTimeframe(words, { now, timezone }))
  const timeframe = request.timeframe === undefined ? null : read(request.timeframe)
  const comparedTo = readComparison(request, timeframe, read, timezone)
  const filters = await readFilters(store, { filters: request.filters })
  const about = ({ frame }: NamedTimeframe): FigureConditions => ({
    ...{ query: null, timeframe: frame, timeField: 'created_at', filters },
  })
  const periodUnit = choosePeriod(timeframe?.frame ?? null)
  const dimensions = [...new Set(request.dimensions ?? [])]
  const kinds = dimensions.map((dimension) => groupKindOf(dimension, periodUnit))
  const context = {
    ...{ store, workspace, now, calendar, dimensions, periodUnit, examples: request.examples },
    conditions: timeframe
      ? about(timeframe)
      : { query: null, timeframe: null, timeField: 'created_at' as const, filters },
    previous: comparedTo && about(comparedTo),
    names: await readGroupNames(store, kinds),
  }
  const type = request.analysis_type
  const result = await analyses[type](context)
  const notes = calendar.timezoneNote === undefined ? result.notes : [calendar.timezoneNote, ...result.notes]
  // The record pairs each type with its own body.
  return { ...result, analysis_type: type, notes, timeframe, comparedTo } as Analysed
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
