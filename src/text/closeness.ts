import { toPlainText } from './plain-text'
import { tokenizeText } from './tokenizer'

/** A word of the question, in its place there, and what meeting it is worth. */
export interface WordingToken {
  token: string
  weight: number
}

/** What each word between two words of the question costs, on either side: in the text, or in the question. */
const gapCost = 0.25

/** Words in another order than the question's count, when they stand within so many words of each other. */
const windowWords = 12
const unorderedShare = 0.3

/** So far apart words count as neighbours: long ones take more characters. */
const usualDistance = 1.5

/** A thread is read so far; the longest ones would otherwise cost more than all others together. */
const maxCharacters = 30_000

/** A question's wording beyond this adds nothing but time. */
const maxWording = 80

/** Between two words of plain text lie about so many characters for each word. */
const charactersPerWord = 6

const plainWord = /^[a-z0-9]+$/

/** A word of the text that is of the question too. */
interface Meeting {
  /** Where it stands in the text, in words. */
  at: number
  /** Its places in the question, last first. */
  places: readonly number[]
}

/**
 * Prepares a measure of how closely the words of a question stand together in texts (the messages of a thread; no
 * closeness spans two): the weight of the words that stand there as they do in the question, less what is left out
 * or comes between, and a part of the weight of those that merely stand near each other. At least 0.
 */
export function createClosenessMeter(wording: readonly WordingToken[]): (texts: readonly string[]) => number {
  const words = wording.slice(0, maxWording)
  const places = new Map<string, number[]>()
  for (const [place, { token }] of words.entries()) {
    places.set(token, [place, ...(places.get(token) ?? [])])
  }
  const weights = Float64Array.from(words, ({ weight }) => weight)
  const scratch = createScratch(words.length)
  const findMeetings = createMeetingFinder(places)
  return (texts) => {
    let best = 0
    findMeetings(texts, (meetings) => {
      const close = align(meetings, weights, scratch) + unorderedShare * densest(meetings, weights, scratch)
      if (close > best) best = close
    })
    return best
  }
}

/**
 * The words of plain English text that can be of the question at all: stemming leaves the first two letters alone, so the
 * others need not be looked at.
 */
function candidatePattern(tokens: Iterable<string>): RegExp {
  const heads = [...tokens]
    .filter((token) => plainWord.test(token))
    .map(([first = '', second]) =>
      second === undefined ? `${first}(?:'s)?(?![a-z0-9'])` : `${first}'?${second}[a-z0-9]*(?:'[a-z]+)*`,
    )
  // Without any, a pattern that nothing matches.
  return new RegExp(`\\b(?:${[...new Set(heads), '(?!)'].join('|')})`, 'gi')
}

/** Calls `tell` with the meetings of each text that has any. */
type MeetingFinder = (texts: readonly string[], tell: MeetingTold) => void
type MeetingTold = (meetings: readonly Meeting[]) => void

/** Between two texts; no word goes over it. */
const textEnd = '\n'

function createMeetingFinder(places: ReadonlyMap<string, readonly number[]>): MeetingFinder {
  const candidates = candidatePattern(places.keys())
  // The same words come again and again.
  const known = new Map<string, readonly number[] | null>()
  const placesOf = (word: string): readonly number[] | null => {
    const found = known.get(word)
    if (found !== undefined) return found
    const [first = ''] = tokenizeText(word)
    const read = places.get(first) ?? null
    known.set(word, read)
    return read
  }
  // All texts in one go: beginning anew with each takes longer than most of them.
  const findInPlain = (texts: readonly string[], whole: string, tell: MeetingTold): void => {
    let meetings: Meeting[] = []
    let index = 0
    let start = 0
    let end = texts[0]?.length ?? 0
    candidates.lastIndex = 0
    for (let word = candidates.exec(whole); word !== null; word = candidates.exec(whole)) {
      const found = placesOf(word[0])
      if (found === null) continue
      if (word.index >= end && meetings.length > 0) {
        tell(meetings)
        meetings = []
      }
      while (word.index >= end) {
        start = end + textEnd.length
        end = start + (texts[++index]?.length ?? Number.POSITIVE_INFINITY)
      }
      // From the text's own beginning: the same words are worth exactly the same in every thread.
      meetings.push({ at: (word.index - start) / charactersPerWord, places: found })
    }
    if (meetings.length > 0) tell(meetings)
  }
  const findInAny = (text: string): Meeting[] => {
    const meetings: Meeting[] = []
    for (const [at, token] of tokenizeText(text).entries()) {
      const found = places.get(token)
      if (found !== undefined) meetings.push({ at, places: found })
    }
    return meetings
  }
  return (texts, tell) => {
    const read = beginningOf(texts)
    const whole = toPlainText(read.join(textEnd))
    if (whole !== null) return findInPlain(read, whole, tell)
    const plain: string[] = []
    for (const text of read) {
      const plainly = toPlainText(text)
      if (plainly !== null) {
        plain.push(plainly)
        continue
      }
      const meetings = findInAny(text)
      if (meetings.length > 0) tell(meetings)
    }
    findInPlain(plain, plain.join(textEnd), tell)
  }
}

/** The first `maxCharacters` of the texts together. */
function beginningOf(texts: readonly string[]): readonly string[] {
  let left = maxCharacters
  const whole = texts.findIndex((text) => {
    left -= text.length
    return left < 0
  })
  if (whole === -1) return texts
  // What is left is negative: so many characters of the last one are too many.
  return [...texts.slice(0, whole), (texts[whole] ?? '').slice(0, left)]
}

/** Numbers for each word of the question, used for one text after the other: making them anew takes longer. */
interface Scratch {
  worth: Float64Array
  endedAt: Float64Array
  counts: Uint16Array
}

function createScratch(words: number): Scratch {
  return {
    worth: new Float64Array(words),
    endedAt: new Float64Array(words),
    counts: new Uint16Array(words),
  }
}

/**
 * The best local alignment of the question with the text, both read forwards. For each place in the question it keeps
 * the best way that ended there, and what that was worth then: words between only wear it off.
 */
function align(text: readonly Meeting[], weights: Float64Array, { worth, endedAt }: Scratch): number {
  worth.fill(0)
  endedAt.fill(0)
  let best = 0
  for (const { at, places } of text) {
    for (const place of places) {
      let reached = 0
      for (let before = 0; before < place; before++) {
        if (worth[before] === 0) continue
        const between = place - before - 1 + Math.max(0, at - endedAt[before]! - usualDistance)
        const value = worth[before]! - gapCost * between
        if (value > reached) reached = value
      }
      const value = reached + weights[place]!
      if (value < worth[place]! - gapCost * (at - endedAt[place]!)) continue
      worth[place] = value
      endedAt[place] = at
      if (value > best) best = value
    }
  }
  return best
}

/** The weight of the different words of the question in the stretch of the text that holds most of it. */
function densest(text: readonly Meeting[], weights: Float64Array, { counts }: Scratch): number {
  counts.fill(0)
  let held = 0
  let best = 0
  let first = 0
  for (const { at, places } of text) {
    const enters = places[0]!
    if (counts[enters]!++ === 0) held += weights[enters]!
    for (; at - text[first]!.at > windowWords; first++) {
      const leaves = text[first]!.places[0]!
      if (--counts[leaves]! === 0) held -= weights[leaves]!
    }
    if (held > best) best = held
  }
  return best
}
