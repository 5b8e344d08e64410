import type {
  SentimentBody,
  SentimentCounts,
  SentimentFigures,
  SentimentMovement,
} from '../../domain/sentiment-answers'
import type { Figures } from '../../storage/port'
import { fromMostNegativeSentence, judgeConversation, movementOf } from '../../text/conversation-sentiment'
import { readCustomerWords } from '../../text/customer-words'
import { labelOf } from '../../text/sentiment'
import type { SentimentScores } from '../../text/text-figures'
import { conversationUrl } from '../conversation-url'
import { meanOf, rounded, shareOf } from '../distribution'
import { groupFigures } from '../groupings'
import { beginningWithin } from '../size-budget'
import { changeDefinition, withComparison } from './comparison'
import { type Analysis, type AnalysisContext, dimensionFigures } from './context'
import { measureGroups, withinBudget } from './group-measures'

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

type Sentiment = SentimentScores | null

/** How customers feel by what they write: in all, over time, by dimension, and who is unhappiest. */
export const analyseSentiment: Analysis<'sentiment_trends'> = async (context) => {
  const { store, conditions, previous, dimensions, calendar, names, periodUnit } = context
  const columns = [...(['id', 'createdAt', 'sentiment'] as const), ...dimensionFigures(context)]
  const current = await store.listFigures(conditions, columns)
  const before = previous && (await store.listFigures(previous, columns))
  const groups = measureGroups(context, { current, previous: before }, measure)
    .filter(({ dimension, group }) => group.members.length > 0 || dimension === 'time_period')
    .map(({ dimension, group: { key, label }, figures }) => ({ dimension, key, label, ...figures }))
  const fitting = withinBudget(groups, dimensions)
  const periods = groupFigures(current, periodUnit, { calendar, names, timeframe: conditions.timeframe })
  return {
    conversations: current.id.length,
    body: {
      totals: withComparison(measureAll(current.sentiment), before && measureAll(before.sentiment)),
      periods: periods.map(({ days, members }) => ({
        start: localDate(days?.from ?? 0),
        ...countAll(sentimentsOf(current, members)),
      })),
      most_negative: await findMostNegative(context, current),
      groups: fitting.groups,
    },
    definitions: previous ? { ...definitions, change: changeDefinition } : definitions,
    notes: fitting.notes,
  }
}

function measure(figures: Partial<Figures>, members: readonly number[]): SentimentFigures {
  return measureAll(sentimentsOf(figures, members))
}

function sentimentsOf({ sentiment = [] }: Partial<Figures>, members: readonly number[]): Sentiment[] {
  return members.map((index) => sentiment[index] ?? null)
}

function measureAll(all: readonly Sentiment[]): SentimentFigures {
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

// Loops, because a conversation is counted for its period and again for every dimension.
function countAll(all: readonly Sentiment[]): SentimentCounts {
  const labels = { negative: 0, neutral: 0, positive: 0 }
  const scores: number[] = []
  for (const sentiment of all) {
    if (sentiment === null) continue
    scores.push(sentiment.score)
    labels[labelOf(sentiment.score)] += 1
  }
  return { judged: scores.length, not_judged: all.length - scores.length, ...labels, mean: meanOf(scores) }
}

function measureMovement(all: readonly Sentiment[]): SentimentMovement {
  const firsts: number[] = []
  const lasts: number[] = []
  let [improved, worsened] = [0, 0]
  for (const sentiment of all) {
    if (!sentiment?.hasSeveral) continue
    firsts.push(sentiment.first)
    lasts.push(sentiment.last)
    const movement = movementOf(sentiment)
    if (movement > 0) improved += 1
    else if (movement < 0) worsened += 1
  }
  return {
    ...{ count: firsts.length, first_mean: meanOf(firsts), last_mean: meanOf(lasts) },
    ...{ improved, worsened },
  }
}

async function findMostNegative(
  { store, workspace }: AnalysisContext,
  { id: ids, sentiment: sentiments }: Pick<Figures, 'id' | 'sentiment'>,
): Promise<SentimentBody['most_negative']> {
  const negative = ids.flatMap((id, index) => {
    const sentiment = sentiments[index]
    return sentiment && labelOf(sentiment.score) === 'negative' ? [{ id, ...sentiment }] : []
  })
  const worst = negative
    .sort((a, b) => a.score - b.score || a.last - b.last || (a.id < b.id ? -1 : 1))
    .slice(0, mostShown)
  const threads = await store.getTexts(worst.map(({ id }) => id))
  return worst.map(({ id, score }) => {
    const { texts } = readCustomerWords(null, threads.get(id) ?? [])
    // Which message it is would be too much to keep of all for the sake of these few.
    const lowest = judgeConversation(texts)?.lowest ?? 0
    return {
      id,
      url: conversationUrl(workspace, id),
      score: rounded(score),
      passage: passageOf(texts[lowest] ?? ''),
    }
  })
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
