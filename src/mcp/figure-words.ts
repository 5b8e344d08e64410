import type { AggregationGroup } from '../domain/analysis-answers'
import { joinParts, oneLine } from './answer-text'

/** A duration as people say it: `45 s`, `12 min`, `3.5 h`, `2.1 days`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 360) / 10} h`
  return `${Math.round(seconds / 8640) / 10} days`
}

/** A share as percent; `no figure` when it is of nothing. */
export function describeShare(share: number | null | undefined): string {
  return share === null || share === undefined ? 'no figure' : `${Math.round(share * 1000) / 10} %`
}

/** One line for each group of a search. */
export function describeGroups(groups: readonly AggregationGroup[]): string[] {
  return groups.map((group) =>
    joinParts(
      [
        `${oneLine(group.label)}: ${group.count}`,
        describeResponse(group),
        group.resolution_rate !== undefined && `${describeShare(group.resolution_rate)} closed`,
        group.avg_rating !== undefined &&
          (group.avg_rating === null
            ? 'not rated'
            : `rating ${group.avg_rating} (${group.rating_count} rated)`),
      ],
      '; ',
    ),
  )
}

function describeResponse(group: AggregationGroup): string | null {
  if (group.response_count === undefined) return null
  if (group.response_count === 0) return 'no first response'
  const figures = [
    ['mean', group.avg_response_time],
    ['median', group.median_response_time],
    ['p90', group.p90_response_time],
  ] as const
  const shown = figures.flatMap(([name, seconds]) =>
    typeof seconds === 'number' ? [`${name} ${describeSeconds(seconds)}`] : [],
  )
  return `first response ${shown.join(', ')} (${group.response_count} answered)`
}
