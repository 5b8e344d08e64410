import type {
  SentimentBody,
  SentimentCounts,
  SentimentFigures,
  SentimentMovement,
} from '../../domain/sentiment-answers'
import type { FigureConditions, Figures } from '../../storage/port'
import {
  type ConversationSentiment,
  fromMostNegativeSentence,
  movementOf,
} from '../../text/conversation-sentiment'
import { labelOf } from '../../text/sentiment'
import { conversationUrl } from '../conversation-url'
import { meanOf, rounded, shareOf } from '../distribution'
import { groupFigures } from '../groupings'
import { beginningWithin } from '../size-budget'
import { changeDefinition, withComparison } from './comparison'
import { type AnalysisContext, type AnalysisResult, dimensionFigures } from './context'
import { measureGroups, withinBudget } from './group-measures'
import type { SentimentSource } from './sentiment-source'

const mostShown = 10
const passageTokens = 60

const definitions: Record<string, string> = {
  score:
    'From -1 to 1, from the words of the customers alone: the mean of the messages that express a feeling or report a fault, 0 when none does.',
  judged: 'Conversations created in the timeframe with at least one customer message in English.',
  not_judged: 'Those without: another language, no text, or a thread that is not stored.',
  negative: 'Unhappy, or reporting a fault however calmly.',
  neutral: 'Questions, requests, information; thanks as a courtesy.',
  positive: 'Praise, relief, thanks for something done, a fix that worked.',
  mean: 'Mean score, over the judged.',
  shares: 'Of the judged.',
  movement:
    'From the first to the last customer message, over conversations with two or more judged: improved and worsened count a change between negative, neutral and positive.',
  most_negative: `Lowest scores first, at most ${mostShown}; the passage is of the most negative message.`,
}

type Sentiments = ReadonlyMap<string, ConversationSentiment | null>

/** How customers feel by what they write: in all, over time, by dimension, and who is unhappiest. */
export async function analyzeSentiment(
  source: SentimentSource,
  context: AnalysisContext,
): Promise<AnalysisResult<SentimentBody>> {
  const { store, conditions, previous, dimensions, calendar, names, periodUnit } = context
  const columns = [...(['id', 'createdAt'] as const), ...dimensionFigures(context)]
  const read = (about: FigureConditions) => store.listFigures(about, columns)
  const current = await read(conditions)
  const before = previous && (await read(previous))
  const sentiments = await source.judge([...current.id, ...(before?.id ?? [])])
  const measure = (figures: Partial<Figures>, members: readonly number[]): SentimentFigures =>
    measureAll(sentimentsOf(sentiments, figures, members))
  const groups = measureGroups(context, { current, previous: before }, measure)
    .filter(({ dimension, group }) => group.members.length > 0 || dimension === 'time_period')
    .map(({ dimension, group: { key, label }, figures }) => ({ dimension, key, label, ...figures }))
  const fitting = withinBudget(groups, dimensions)
  const periods = groupFigures(current, periodUnit, { calendar, names, timeframe: conditions.timeframe })
  return {
    conversations: current.id.length,
    body: {
      totals: withComparison(
        measure(current, [...current.id.keys()]),
        before && measure(before, [...before.id.keys()]),
      ),
      periods: periods.map(({ days, members }) => ({
        start: localDate(days?.from ?? 0),
        ...countAll(sentimentsOf(sentiments, current, members)),
      })),
      most_negative: await findMostNegative(source, context, { ids: current.id, sentiments }),
      groups: fitting.groups,
    },
    definitions: previous ? { ...definitions, change: changeDefinition } : definitions,
    notes: fitting.notes,
  }
}

function sentimentsOf(
  sentiments: Sentiments,
  { id = [] }: Partial<Figures>,
  members: readonly number[],
): (ConversationSentiment | null)[] {
  return members.map((index) => sentiments.get(id[index] ?? '') ?? null)
}

function measureAll(all: readonly (ConversationSentiment | null)[]): SentimentFigures {
  const counts = countAll(all)
  return {
    ...counts,
    shares: {
      negative: shareOf(counts.negative, counts.judged),
      neutral: shareOf(counts.neutral, counts.judged),
      positive: shareOf(counts.positive, counts.judged),
    },
    movement: measureMovement(all),
  }
}

function countAll(all: readonly (ConversationSentiment | null)[]): SentimentCounts {
  const scores = all.flatMap((sentiment) => (sentiment ? [sentiment.score] : []))
  const labels = { negative: 0, neutral: 0, positive: 0 }
  for (const score of scores) labels[labelOf(score)] += 1
  return { judged: scores.length, not_judged: all.length - scores.length, ...labels, mean: meanOf(scores) }
}

function measureMovement(all: readonly (ConversationSentiment | null)[]): SentimentMovement {
  const moving = all.flatMap((sentiment) => (sentiment && sentiment.judged > 1 ? [sentiment] : []))
  return {
    count: moving.length,
    first_mean: meanOf(moving.map(({ first }) => first)),
    last_mean: meanOf(moving.map(({ last }) => last)),
    improved: moving.filter((sentiment) => movementOf(sentiment) > 0).length,
    worsened: moving.filter((sentiment) => movementOf(sentiment) < 0).length,
  }
}

async function findMostNegative(
  source: SentimentSource,
  { workspace }: AnalysisContext,
  { ids, sentiments }: { ids: readonly string[]; sentiments: Sentiments },
): Promise<SentimentBody['most_negative']> {
  const negative = ids.flatMap((id) => {
    const sentiment = sentiments.get(id)
    return sentiment && labelOf(sentiment.score) === 'negative' ? [{ id, ...sentiment }] : []
  })
  const worst = negative
    .sort((a, b) => a.score - b.score || a.last - b.last || (a.id < b.id ? -1 : 1))
    .slice(0, mostShown)
  const texts = await source.readTexts(worst.map(({ id }) => id))
  return worst.map(({ id, score, lowest }) => ({
    id,
    url: conversationUrl(workspace, id),
    score: rounded(score),
    passage: passageOf(texts.get(id)?.[lowest] ?? ''),
  }))
}

function passageOf(text: string): string {
  const line = fromMostNegativeSentence(text)
  const beginning = beginningWithin(line, passageTokens)
  return beginning === line ? line : `${beginning.replace(/ \S*$/, '')}…`
}

/** `2026-03-02` of a number of days since 1970. */
function localDate(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
