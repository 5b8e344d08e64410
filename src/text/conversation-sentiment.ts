import { judgeSentiment, labelOf, maxJudgedChars, type SentimentLabel } from './sentiment'

/** A score times this is a whole number. */
export const scoreScale = 10_000

/** A conversation's sentiment: enough for every figure, without its text. Scores have four decimals, as they are stored. */
export interface ConversationSentiment {
  /** Mean of the messages that express a feeling, 0 when none does. */
  score: number
  /** Of the first and the last message that could be judged. */
  first: number
  last: number
  /** Number of messages that could be judged. */
  judged: number
  /** Place of the most negative message among those given. */
  lowest: number
}

/**
 * The sentiment of what a customer wrote in one conversation, oldest message first; null when none of it could be
 * judged. Messages without feeling do not dilute those with one.
 */
export function judgeConversation(texts: readonly string[]): ConversationSentiment | null {
  const scores = texts.map((text) => judgeSentiment(text)?.score ?? null)
  const judged = scores.filter((score) => score !== null)
  const [first, last] = [judged[0], judged.at(-1)]
  if (first === undefined || last === undefined) return null
  const felt = judged.filter((score) => labelOf(score) !== 'neutral')
  const sum = felt.reduce((total, score) => total + score, 0)
  return {
    score: felt.length === 0 ? 0 : rounded(sum / felt.length),
    first: rounded(first),
    last: rounded(last),
    judged: judged.length,
    lowest: scores.indexOf(Math.min(...judged)),
  }
}

/** Never -0, which no database keeps. */
function rounded(score: number): number {
  return Math.round(score * scoreScale) / scoreScale + 0
}

const ranks: Record<SentimentLabel, number> = { negative: 0, neutral: 1, positive: 2 }

/** Whether the customer's last message is of a better (1) or worse (-1) label than the first, or of the same (0). */
export function movementOf({ first, last }: Pick<ConversationSentiment, 'first' | 'last'>): number {
  return Math.sign(ranks[labelOf(last)] - ranks[labelOf(first)])
}

const sentences = /[^.!?\n]+[.!?]*\s*/g

/** A text from its most negative sentence on, on one line; `…` stands for what is left out before. */
export function fromMostNegativeSentence(text: string): string {
  let lowest = { score: Number.POSITIVE_INFINITY, at: 0 }
  for (const sentence of text.slice(0, maxJudgedChars).matchAll(sentences)) {
    const score = judgeSentiment(sentence[0])?.score ?? 0
    if (score < lowest.score) lowest = { score, at: sentence.index }
  }
  const line = text.slice(lowest.at).replace(/\s+/g, ' ').trim()
  return text.slice(0, lowest.at).trim() === '' ? line : `…${line}`
}
