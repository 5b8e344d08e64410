import type { AnalysisBodies, AnalysisType, Dimension } from '../../domain/analysis-answers'
import type { Workspace } from '../../domain/conversation'
import type { FigureConditions, FigureName, Store } from '../../storage/port'
import type { LocalCalendar, PeriodUnit } from '../../text/local-calendar'
import { figureOf, type GroupNames } from '../groupings'

/** What an analysis works with: everything asked for, understood and checked. */
export interface AnalysisContext {
  store: Store
  /** The conversations to analyse. */
  conditions: FigureConditions
  /** Those to compare them with; null when nothing is compared. */
  previous: FigureConditions | null
  dimensions: readonly Dimension[]
  /** What `time_period` groups by. */
  periodUnit: PeriodUnit
  calendar: LocalCalendar
  /** Names of those dimensions that have any. */
  names: GroupNames
  workspace: Workspace | null
  /** Epoch seconds. */
  now: number
  /** How many conversations a topic shows; absent: some. */
  examples?: number
}

export interface AnalysisResult<Body> {
  body: Body
  /** Number of conversations analysed. */
  conversations: number
  /** What each figure means, by its name. */
  definitions: Record<string, string>
  notes: string[]
}

/** One kind of analysis. It reads the store and nothing else. */
export type Analysis<Type extends AnalysisType> = (
  context: AnalysisContext,
) => Promise<AnalysisResult<AnalysisBodies[Type]>>

/** What a dimension groups by. */
export function groupKindOf(dimension: Dimension, unit: PeriodUnit) {
  return dimension === 'time_period' ? unit : dimension
}

/** The columns that the dimensions read. */
export function dimensionFigures({ dimensions, periodUnit }: AnalysisContext): FigureName[] {
  return dimensions.map((dimension) => figureOf(groupKindOf(dimension, periodUnit)))
}
