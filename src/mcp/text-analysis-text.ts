import type { TopicBody, TopicFigures } from '../domain/analysis-answers'
import type { SentimentBody, SentimentFigures } from '../domain/sentiment-answers'
import { countOf, joinParts, oneLine } from './answer-text'
import { describeSeconds, describeShare } from './figure-words'

/** Sentiment in lines: totals, periods that have any, groups, the unhappiest. */
export function sentimentLines({
  totals,
  periods,
  most_negative: unhappiest,
  groups,
}: SentimentBody): string[] {
  const { movement } = totals
  return [
    `Totals: ${briefSentiment(totals)}.`,
    ...(totals.previous ? [`Before: ${briefSentiment(totals.previous)}.`] : []),
    ...(movement.count > 0
      ? [
          `From the first to the last message, of ${movement.count}: ${movement.improved} improved, ${movement.worsened} worsened.`,
        ]
      : []),
    ...periods
      .filter(({ judged }) => judged > 0)
      .map((period) => `${period.start}: ${briefSentiment(period)}`),
    ...groups.map((group) => {
      const changed = group.previous ? ` (before: ${briefSentiment(group.previous)})` : ''
      return `${group.dimension} ${oneLine(group.label)}: ${briefSentiment(group)}${changed}`
    }),
    ...(unhappiest.length > 0 ? ['Most negative:'] : []),
    ...unhappiest.map(
      ({ id, score, passage }) => `- id ${id}, ${score}: ${JSON.stringify(oneLine(passage))}`,
    ),
  ]
}

function briefSentiment(figures: Partial<SentimentFigures>): string {
  const { judged = 0, not_judged: others = 0, negative = 0, neutral = 0, positive = 0, mean } = figures
  return joinParts(
    [
      `${judged} judged: ${negative} negative, ${neutral} neutral, ${positive} positive`,
      mean != null && `mean ${mean}`,
      others > 0 && `${others} not judged`,
    ],
    '; ',
  )
}

/** Topics in lines, each with what customers wrote. */
export function topicLines({ topics, other }: TopicBody): string[] {
  return [
    ...topics.flatMap((topic) => [
      briefTopic(topic),
      ...topic.examples.map(({ id, snippet }) => `   id ${id}: ${JSON.stringify(oneLine(snippet))}`),
    ]),
    `Other: ${countOf(other.count, 'conversation')} (${describeShare(other.share)}).`,
  ]
}

function briefTopic(topic: TopicFigures): string {
  const { median } = topic.first_response_seconds
  return joinParts(
    [
      `- ${oneLine(topic.label)}: ${topic.count} (${describeShare(topic.share)})`,
      topic.previous_count !== null && `before ${topic.previous_count}`,
      topic.growth !== null && `growth ${describeShare(topic.growth)}`,
      topic.sentiment_mean !== null && `sentiment ${topic.sentiment_mean}`,
      median !== null && `first response median ${describeSeconds(median)}`,
      topic.terms.length > 0 && `terms: ${topic.terms.map(oneLine).join(', ')}`,
    ],
    '; ',
  )
}
