import type { AggregationGroup, AggregationMetric } from '../domain/analysis-answers'
import type { FigureName, Figures } from '../storage/port'
import { describeNumbers, meanOf, shareOf } from './distribution'
import type { Group } from './groupings'

const neededFigures: Record<AggregationMetric, FigureName | null> = {
  count: null,
  avg_response_time: 'firstResponseSeconds',
  median_response_time: 'firstResponseSeconds',
  p90_response_time: 'firstResponseSeconds',
  resolution_rate: 'state',
  avg_rating: 'rating',
}

/** The columns that metrics read. */
export function figuresOf(metrics: readonly AggregationMetric[]): FigureName[] {
  return metrics.flatMap((metric) => neededFigures[metric] ?? [])
}

/**
 * One line of figures for each group. A figure over nothing is null; `response_count` and `rating_count` say over how
 * many conversations response times and ratings are, `resolution_rate` is over all of the group.
 */
export function aggregateGroups(
  figures: Partial<Figures>,
  groups: readonly Group[],
  metrics: readonly AggregationMetric[],
): AggregationGroup[] {
  const wanted = new Set(metrics)
  return groups.map(({ key, label, members }) => ({
    ...{ key, label, count: members.length },
    ...responseMetrics(figures, members, wanted),
    ...(wanted.has('resolution_rate') && { resolution_rate: resolutionRate(figures, members) }),
    ...(wanted.has('avg_rating') && ratingMetrics(figures, members)),
  }))
}

function responseMetrics(
  { firstResponseSeconds = [] }: Partial<Figures>,
  members: readonly number[],
  wanted: ReadonlySet<AggregationMetric>,
) {
  const metrics: AggregationMetric[] = ['avg_response_time', 'median_response_time', 'p90_response_time']
  if (!metrics.some((metric) => wanted.has(metric))) return {}
  const { count, mean, median, p90 } = describeNumbers(pick(firstResponseSeconds, members))
  return {
    ...(wanted.has('avg_response_time') && { avg_response_time: mean }),
    ...(wanted.has('median_response_time') && { median_response_time: median }),
    ...(wanted.has('p90_response_time') && { p90_response_time: p90 }),
    response_count: count,
  }
}

function resolutionRate({ state = [] }: Partial<Figures>, members: readonly number[]): number | null {
  return shareOf(members.filter((index) => state[index] === 'closed').length, members.length)
}

function ratingMetrics({ rating = [] }: Partial<Figures>, members: readonly number[]) {
  const ratings = pick(rating, members)
  return { avg_rating: meanOf(ratings), rating_count: ratings.length }
}

/** The values that are there at these places of a column. */
export function pick(column: readonly (number | null)[], members: readonly number[]): number[] {
  const values: number[] = []
  for (const index of members) {
    const value = column[index]
    if (value !== null && value !== undefined) values.push(value)
  }
  return values
}
