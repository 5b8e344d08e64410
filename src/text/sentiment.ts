import { type Clause, isShouted, ownWords, readClauses, withoutNames } from './sentiment/clauses'
import { complaintPhrases } from './sentiment/complaint-phrases'
import { readEmoji } from './sentiment/emoji'
import { looksEnglish } from './sentiment/english'
import { valenceOf } from './sentiment/lexicon'
import { neutralPhrases } from './sentiment/neutral-phrases'
import { createPhraseFinder, type FoundPhrase } from './sentiment/phrase-matcher'
import { praisePhrases, warmThanksWeight } from './sentiment/praise-phrases'

export type SentimentLabel = 'negative' | 'neutral' | 'positive'

export interface Sentiment {
  /** -1 (very negative) to 1 (very positive). */
  score: number
  label: SentimentLabel
}

/** Fitted to the tuning half of test/sentiment/labelled-messages.ndjson. */
const negativeBelow = -0.25
const positiveAbove = 0.42

/** Longer messages are logs and forwarded mails; what the writer feels stands at the beginning. */
export const maxJudgedChars = 6000

/** How much of a feeling is left in a question for information, or in a condition. */
const questionShare = 0.2
const conditionShare = 0.35
const exclaimedShare = 1.15
const shoutedShare = 1.3
/** How much of what precedes a `but` is left. */
const beforeContrastShare = 0.35
/** What worked until yesterday does not now. */
const beforeUntilShare = -0.4
/** A message's end says more about how its writer feels than its beginning. */
const firstClauseShare = 0.7
const negators = new Set(
  'not no never without nothing nobody neither nor hardly barely cannot isnt none zero stopped'.split(' '),
)
/** `No, thanks a lot`: a `no` before a phrase is more often an answer. */
const phraseNegators = new Set(['not', 'never', 'hardly', 'barely'])
const intensifiers = new Map<string, number>([
  ...'very really so extremely absolutely totally completely incredibly super highly truly utterly such terribly insanely deeply damn'
    .split(' ')
    .map((word): [string, number] => [word, 1.3]),
  ...'bit slightly somewhat little rather fairly'.split(' ').map((word): [string, number] => [word, 0.7]),
])

const findPhrase = createPhraseFinder([neutralPhrases, ...praisePhrases, ...complaintPhrases])

/**
 * How the writer of a message feels about the company or the matter; null when that is not judged: the text is in
 * another language than English, or holds neither words nor emoji. Never throws.
 */
export function judgeSentiment(text: string): Sentiment | null {
  const own = ownWords(text.slice(0, maxJudgedChars))
  const emoji = readEmoji(own)
  if (!looksEnglish(emoji.rest)) return null
  const clauses = readClauses(withoutNames(emoji.rest))
  if (clauses.length === 0) return emoji.found ? toSentiment(emoji.weight) : null
  const loudness = isShouted(own) ? shoutedShare : 1
  return toSentiment(sum(weighClauses(clauses, emoji.weight)) * loudness)
}

/** The label that a score stands for; also for the mean of several messages. */
export function labelOf(score: number): SentimentLabel {
  if (score < negativeBelow) return 'negative'
  return score > positiveAbove ? 'positive' : 'neutral'
}

function toSentiment(weight: number): Sentiment {
  const score = Math.max(-1, Math.min(1, weight / Math.sqrt(weight * weight + 8)))
  return { score, label: labelOf(score) }
}

function weighClauses(clauses: Clause[], emojiWeight: number): number[] {
  const weights = clauses.map(weighClause)
  const complains = emojiWeight <= -2 || weights.some((weight) => weight <= -1)
  const asks = clauses.some(isRequest)
  for (const [index, clause] of clauses.entries()) {
    const weight = weights[index] ?? 0
    if (weight > 0 && complains && isSarcasm(clause, weights.slice(index + 1))) weights[index] = -1
    else if (weight > 0 && (complains || asks) && isThanks(clause, weight)) weights[index] = 0
    if (clause.isContrast) softenBefore(clauses, weights, index)
  }
  const last = clauses.length - 1
  return [...weights.map((weight, index) => weight * shareOfPlace(index, last)), emojiWeight]
}

function shareOfPlace(index: number, last: number): number {
  return last === 0 ? 1 : firstClauseShare + (1 - firstClauseShare) * (index / last)
}

function isRequest({ isQuestion, words }: Clause): boolean {
  return isQuestion || words.includes('please')
}

/** Thanks that say no more than that: a courtesy beside a request or a complaint. */
function isThanks({ words }: Clause, weight: number): boolean {
  return (
    weight <= warmThanksWeight * exclaimedShare && words.some((word) => word === 'thank' || word === 'thanks')
  )
}

/** `Fantastic. Offline again.`: a lone word of praise, and then a complaint. */
function isSarcasm(clause: Clause, later: number[]): boolean {
  return clause.words.length <= 2 && (later.find((weight) => weight !== 0) ?? 0) <= -1
}

function softenBefore(clauses: Clause[], weights: number[], index: number): void {
  const sentence = clauses[index]?.sentence
  const share = clauses[index]?.words[0] === 'until' ? beforeUntilShare : beforeContrastShare
  for (let before = index - 1; before >= 0 && clauses[before]?.sentence === sentence; before--) {
    weights[before] = (weights[before] ?? 0) * share
  }
}

function weighClause(clause: Clause): number {
  const { words } = clause
  let weight = 0
  for (let at = 0; at < words.length; ) {
    const phrase = findBestPhrase(words, at)
    if (phrase) {
      weight +=
        phrase.weight > 0 && isNegated(words, at, phraseNegators) ? -phrase.weight * 0.7 : phrase.weight
      at += phrase.length
    } else {
      weight += weighWord(words, at++)
    }
  }
  const bounded = Math.max(-6, Math.min(6, weight))
  const loud = clause.exclaims ? exclaimedShare : 1
  const share = clause.isQuestion ? questionShare : clause.isCondition ? conditionShare : 1
  return bounded * loud * share
}

/** Null also where a longer phrase, or after a mild one a stronger, begins inside: `it is [not fine]`. */
function findBestPhrase(words: string[], at: number): FoundPhrase | null {
  const phrase = findPhrase(words, at)
  if (!phrase) return null
  for (let inside = at + 1; inside < at + phrase.length; inside++) {
    const other = findPhrase(words, inside)
    if (!other) continue
    const reachesFurther = inside + other.length > at + phrase.length
    const isMild = phrase.weight < 0 && phrase.weight > -2
    if (reachesFurther && other.length >= phrase.length) return null
    if (isMild && (reachesFurther || Math.abs(other.weight) > -phrase.weight)) return null
  }
  return phrase
}

function weighWord(words: string[], at: number): number {
  const valence = valenceOf(words[at] ?? '')
  if (valence === 0) return 0
  const strength = intensifiers.get(words[at - 1] ?? '') ?? 1
  if (!isNegated(words, at)) return valence * strength
  return valence > 0 ? -valence * 0.8 : -valence * 0.4
}

/** `not happy`, `not very happy`, `never a good idea`. */
function isNegated(words: string[], at: number, by: ReadonlySet<string> = negators): boolean {
  for (let before = at - 1; before >= Math.max(0, at - 3); before--) {
    if (by.has(words[before] ?? '')) return true
  }
  return false
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
