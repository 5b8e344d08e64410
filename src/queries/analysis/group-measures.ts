import type { AnalysisGroup, Compared, Dimension } from '../../domain/analysis-answers'
import type { Figures } from '../../storage/port'
import { type Group, groupFigures } from '../groupings'
import { estimateTokens } from '../size-budget'
import { withComparison } from './comparison'
import { type AnalysisContext, groupKindOf } from './context'

/** Columns of what is analysed, and of what it is compared with. */
export interface ComparedFigures<Columns extends Partial<Figures> = Partial<Figures>> {
  current: Columns
  previous: Columns | null
}

export interface MeasuredGroup<Own> {
  dimension: Dimension
  group: Group
  figures: Compared<Own>
}

/**
 * Measures every group of every dimension. Periods of time are compared with nothing: the other time has others.
 * `alsoKeys` names groups to list although the time has no conversation of theirs.
 */
export function measureGroups<Own extends object, Columns extends Partial<Figures>>(
  context: AnalysisContext,
  { current, previous }: ComparedFigures<Columns>,
  measure: (figures: Columns, members: readonly number[]) => Own,
  alsoKeys: (dimension: Dimension) => readonly Pick<Group, 'key' | 'label'>[] = () => [],
): MeasuredGroup<Own>[] {
  return context.dimensions.flatMap((dimension) => {
    const groups = groupBy(context, dimension, current)
    const known = new Set(groups.map(({ key }) => key))
    const others = alsoKeys(dimension).filter(({ key }) => !known.has(key))
    const all = [...groups, ...others.map((other) => ({ ...other, members: [] }))]
    const isCompared = previous !== null && dimension !== 'time_period'
    const before = isCompared
      ? new Map(groupBy(context, dimension, previous).map((group) => [group.key, group.members]))
      : null
    return all.map((group) => ({
      dimension,
      group,
      figures: withComparison(
        measure(current, group.members),
        before && previous && measure(previous, before.get(group.key) ?? []),
      ),
    }))
  })
}

/** The groups of one dimension. */
export function groupBy(context: AnalysisContext, dimension: Dimension, figures: Partial<Figures>): Group[] {
  const { calendar, names, conditions, periodUnit } = context
  const kind = groupKindOf(dimension, periodUnit)
  return groupFigures(figures, kind, { calendar, names, timeframe: conditions.timeframe })
}

/** Beside totals, definitions and freshness an answer has room for so much. */
const groupTokens = 16_000

/**
 * The groups that there is room for: in turn one of each dimension, the largest first, of periods the latest, so that
 * none takes the room of another.
 */
export function withinBudget<Own>(
  groups: AnalysisGroup<Own>[],
  dimensions: readonly Dimension[],
): { groups: AnalysisGroup<Own>[]; notes: string[] } {
  const ranked = dimensions.map((dimension) => {
    const own = groups.filter((group) => group.dimension === dimension)
    return dimension === 'time_period' ? own.reverse() : own
  })
  const longest = Math.max(0, ...ranked.map(({ length }) => length))
  const kept = new Set<AnalysisGroup<Own>>()
  let tokensLeft = groupTokens
  for (let rank = 0; rank < longest && tokensLeft > 0; rank++) {
    for (const group of ranked.flatMap((own) => own[rank] ?? [])) {
      tokensLeft -= estimateTokens(group)
      if (tokensLeft >= 0) kept.add(group)
    }
  }
  const notes = ranked.flatMap((own, place) => {
    const count = own.filter((group) => kept.has(group)).length
    if (count === own.length) return []
    const which = dimensions[place] === 'time_period' ? 'latest' : 'largest'
    return [
      `Of ${own.length} groups by ${dimensions[place]} the ${which} ${count} are listed: ask for one dimension at a time, or use filters or a shorter timeframe.`,
    ]
  })
  return { groups: groups.filter((group) => kept.has(group)), notes }
}
