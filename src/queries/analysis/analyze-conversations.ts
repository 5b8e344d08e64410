import type { AnalysisBodies, AnalysisRequest, AnalysisType } from '../../domain/analysis-answers'
import type { Workspace } from '../../domain/conversation'
import type { FigureConditions, Store } from '../../storage/port'
import { createLocalCalendar } from '../../text/local-calendar'
import { readFilters } from '../conversation-filters'
import { readGroupNames } from '../groupings'
import { analyses } from './analyses'
import { type AnalysisResult, groupKindOf } from './context'
import { type NamedTimeframe, readFrames } from './frames'

/** An analysis and what it is about; freshness is judged by the caller. */
export type Analysed = {
  [Type in AnalysisType]: { analysis_type: Type } & AnalysisResult<AnalysisBodies[Type]>
}[AnalysisType] & {
  timeframe: NamedTimeframe | null
  comparedTo: NamedTimeframe | null
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
  const { timeframe, comparedTo, periodUnit } = readFrames(request, { now, timezone })
  const filters = await readFilters(store, { filters: request.filters })
  const about = ({ frame }: NamedTimeframe): FigureConditions => ({
    ...{ query: null, timeframe: frame, timeField: 'created_at', filters },
  })
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
