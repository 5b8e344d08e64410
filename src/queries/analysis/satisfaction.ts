import type { SatisfactionBody, SatisfactionFigures } from '../../domain/analysis-answers'
import type { Figures } from '../../storage/port'
import { pick } from '../aggregate'
import { conversationUrl } from '../conversation-url'
import { meanOf, shareOf } from '../distribution'
import { beginningWithin } from '../size-budget'
import { changeDefinition, withComparison } from './comparison'
import { type Analysis, type AnalysisContext, dimensionFigures } from './context'
import { measureGroups, withinBudget } from './group-measures'

const mostRemarks = 20
const remarkTokens = 80

const definitions: Record<string, string> = {
  asked: 'Conversations created in the timeframe in which a rating was asked for.',
  rated: 'Those in which one of 1 to 5 was given.',
  response_rate: 'rated among asked.',
  mean: 'Mean rating, over the rated.',
  csat: 'Share of 4 and 5 among the rated.',
  distribution: 'Conversations by rating.',
  remarks: `What customers wrote with a rating: lowest ratings first, newest first among equals, at most ${mostRemarks}; remarks_total is the number of all.`,
}

/** Ratings that customers gave. */
export const analyseSatisfaction: Analysis<'customer_satisfaction'> = async (context) => {
  const { store, conditions, previous, dimensions } = context
  const names = [
    ...(['id', 'createdAt', 'rating', 'ratingAsked', 'ratingRemarked'] as const),
    ...dimensionFigures(context),
  ]
  const current = await store.listFigures(conditions, names)
  const before = previous && (await store.listFigures(previous, names))
  const measured = measureGroups(context, { current, previous: before }, measure)
  const groups = measured
    .filter(({ dimension, figures }) => figures.asked > 0 || dimension === 'time_period')
    .map(({ dimension, group: { key, label }, figures }) => ({ dimension, key, label, ...figures }))
  const fitting = withinBudget(groups, dimensions)
  const all = [...current.id.keys()]
  return {
    conversations: all.length,
    body: {
      totals: withComparison(measure(current, all), before && measure(before, [...before.id.keys()])),
      ...(await readRemarks(context, current)),
      groups: fitting.groups,
    },
    definitions: previous ? { ...definitions, change: changeDefinition } : definitions,
    notes: fitting.notes,
  }
}

function measure(
  { rating = [], ratingAsked = [] }: Partial<Figures>,
  members: readonly number[],
): SatisfactionFigures {
  const asked = members.filter((index) => ratingAsked[index] === 1).length
  const ratings = pick(rating, members)
  const distribution = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 }
  for (const score of ratings) distribution[score as keyof typeof distribution] += 1
  return {
    asked,
    rated: ratings.length,
    response_rate: shareOf(ratings.length, asked),
    mean: meanOf(ratings),
    csat: shareOf(distribution[4] + distribution[5], ratings.length),
    distribution,
  }
}

async function readRemarks(
  { store, workspace }: AnalysisContext,
  { id, createdAt, rating, ratingRemarked }: Pick<Figures, 'id' | 'createdAt' | 'rating' | 'ratingRemarked'>,
): Promise<Pick<SatisfactionBody, 'remarks' | 'remarks_total'>> {
  const remarked = [...id.keys()].filter((index) => ratingRemarked[index] === 1)
  // A remark without a rating comes last.
  const ratingOf = (index: number): number => rating[index] ?? 6
  const ranked = remarked.sort(
    (a, b) => ratingOf(a) - ratingOf(b) || (createdAt[b] ?? 0) - (createdAt[a] ?? 0),
  )
  const ids = ranked.slice(0, mostRemarks).map((index) => id[index] ?? '')
  const conversations = await store.getConversations(ids)
  return {
    remarks: conversations.map((conversation) => ({
      id: conversation.id,
      url: conversationUrl(workspace, conversation.id),
      rating: conversation.rating?.score ?? null,
      remark: beginningWithin(conversation.rating?.remark ?? '', remarkTokens),
    })),
    remarks_total: remarked.length,
  }
}
