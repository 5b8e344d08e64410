import type { AggregationGroup } from '../domain/analysis-answers'
import type { SearchAnswer, SearchRequest } from '../domain/answers'
import type { Figures, Store } from '../storage/port'
import { createLocalCalendar } from '../text/local-calendar'
import { anyTermQuery } from '../text/query-parser'
import { aggregateGroups, figuresOf } from './aggregate'
import { figureOf, groupFigures, readGroupNames } from './groupings'
import { planSearch, type SearchContext } from './search-plan'
import { defaultTokens, envelopeTokens, estimateTokens, maxTokens } from './size-budget'

/** Whoever asks for figures wants some hits as examples, and room for the groups. */
const defaultLimit = 10
const maxLimit = 50

/** What is left beside a page of hits. */
const groupTokens = maxTokens - defaultTokens - envelopeTokens

/** The request with room for its groups beside the hits; a request without aggregation as it is. */
export function makeRoomForGroups(request: SearchRequest): SearchRequest {
  if (request.aggregation === undefined || request.cursor !== undefined) return request
  return { ...request, limit: Math.min(request.limit ?? defaultLimit, maxLimit) }
}

export interface SearchGroups {
  groups: AggregationGroup[]
  /** Said when not all groups have room. */
  notes: string[]
}

/**
 * The figures that a search asks for, over every conversation that it found and not over a page of them; null when it
 * asks for none or goes on with a cursor. `matched` is how the search found its hits.
 */
export async function groupSearch(
  store: Store,
  request: SearchRequest,
  context: SearchContext,
  matched: SearchAnswer['matched'],
): Promise<SearchGroups | null> {
  const { aggregation } = request
  if (aggregation === undefined || request.cursor !== undefined) return null
  const { group_by: kind, metrics = ['count'] } = aggregation
  const { parsed, timeframe, timeField, filters } = await planSearch(store, request, context)
  const query = parsed && matched === 'any_term' ? anyTermQuery(parsed) : (parsed?.query ?? null)
  const time = timeField === 'updated_at' ? 'updatedAt' : 'createdAt'
  const wanted = kind === undefined ? null : figureOf(kind)
  const read = await store.listFigures({ query, timeframe, timeField, filters }, [
    wanted === null || wanted === 'createdAt' ? time : wanted,
    ...figuresOf(metrics),
  ])
  const figures: Partial<Figures> = { ...read, createdAt: read[time] }
  const groups =
    kind === undefined
      ? [{ key: 'all', label: 'all', members: [...(figures.createdAt ?? []).keys()] }]
      : groupFigures(figures, kind, {
          calendar: createLocalCalendar(context.timezone),
          names: await readGroupNames(store, [kind]),
          timeframe,
        })
  return withinBudget(aggregateGroups(figures, groups, metrics), kind)
}

const periods = new Set<string | undefined>(['day', 'week', 'month'])

/** Of days, weeks and months the latest stay; of others, which come largest first, the first. */
function withinBudget(groups: AggregationGroup[], kind: string | undefined): SearchGroups {
  const isPeriods = periods.has(kind)
  let tokensLeft = groupTokens
  const ranked = isPeriods ? groups.toReversed() : groups
  const over = ranked.findIndex((group) => {
    tokensLeft -= estimateTokens(group)
    return tokensLeft < 0
  })
  if (over === -1) return { groups, notes: [] }
  const kept = ranked.slice(0, over)
  const which = isPeriods ? 'latest' : 'largest'
  return {
    groups: isPeriods ? kept.reverse() : kept,
    notes: [
      `Of ${groups.length} groups the ${which} ${over} are listed: narrow the timeframe or the filters, or group by a longer time, for the others.`,
    ],
  }
}
