import { findAnchors } from './topic-anchors'
import {
  type Assignment,
  addEvidence,
  type Classes,
  characteristic,
  decide,
  judge,
  learnClasses,
} from './topic-classes'
import { type TermCodes, termHash } from './topic-terms'
import { createVocabulary, type Vocabulary } from './topic-vocabulary'

export interface TopicDocument {
  id: string
  codes: TermCodes
}

/** A term of a topic: how much it tells that a conversation belongs to it. */
export interface TopicTerm {
  hash: number
  weight: number
}

export interface TopicModel {
  /** Largest first; the terms of each most characteristic first. */
  topics: readonly { terms: readonly TopicTerm[] }[]
  assign(codes: TermCodes): Assignment
}

/** Enough to see what makes a hundredth of all, and few enough to be read in a tenth of a second. */
const sampleSize = 4_000

/** Beyond it a list of topics is no overview. */
export const maxTopics = 25

/** More than topics: the largest and most different of what grows from them stay. */
const maxAnchors = 40

/** A topic has at least this part of the conversations. */
const smallestShare = 0.01

/** Topics whose words are this much alike are one. */
const alike = 0.7

const rounds = 16
const settledShare = 0.002
const termsPerTopic = 30

/**
 * What groups of conversations are about, found from their terms alone: anchors first, then in turns each
 * conversation goes to the topic that explains its words best, and each topic takes the words of its conversations.
 * Depends on nothing but the documents' ids and terms, not on their order.
 */
export function findTopics(documents: readonly TopicDocument[]): TopicModel {
  const sample = drawSample(documents)
  const vocabulary = createVocabulary(sample.map(({ codes }) => codes))
  const fewest = Math.max(2, Math.ceil(sample.length * smallestShare))
  const anchors = findAnchors(vocabulary, anchorLimit(sample.length))
  const first = anchors.map(({ profile }) => Float32Array.from(profile))
  let groups = vocabulary.documents.map((terms) => bestByProfile(terms, first))
  let classes = settle(vocabulary, groups, anchors.length)
  // What is too small or a double goes, and its conversations find another topic.
  for (;;) {
    const kept = mergeAlike(dropSmall(classes, fewest), vocabulary.frequencies)
    if (kept.count === classes.count) break
    groups = classes.groups.map((group) => kept.placeOf[group] ?? -1)
    classes = settle(vocabulary, groups, kept.count)
  }
  return createModel(vocabulary, classes)
}

/** The same conversations are drawn again when others come along: those whose ids have the lowest hashes. */
function drawSample(documents: readonly TopicDocument[]): readonly TopicDocument[] {
  const filled = documents.filter(({ codes }) => codes.length > 0)
  if (filled.length <= sampleSize) return filled
  const ranks = Uint32Array.from(filled, ({ id }) => rankOf(id))
  const highest = ranks.slice().sort()[sampleSize - 1] ?? 0
  return filled.filter((_, index) => (ranks[index] ?? 0) <= highest)
}

function rankOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0
}

/** Few conversations have few topics. */
function anchorLimit(documents: number): number {
  return Math.min(maxAnchors, Math.max(1, Math.floor(Math.sqrt(documents))))
}

function bestByProfile(terms: Int32Array, profiles: readonly Float32Array[]): number {
  let best = -1
  let highest = 0
  profiles.forEach((profile, topic) => {
    let score = 0
    for (const term of terms) score += profile[term] ?? 0
    if (score > highest) {
      highest = score
      best = topic
    }
  })
  return best
}

function settle(vocabulary: Vocabulary, start: readonly number[], count: number): Classes {
  let groups = [...start]
  let classes = learnClasses(vocabulary, groups, count)
  const scores = new Float64Array(count)
  for (let round = 0; round < rounds; round++) {
    const next = vocabulary.documents.map((terms) => judge(terms, classes.weights, scores).topic)
    const moved = next.reduce((sum, group, index) => sum + (group === groups[index] ? 0 : 1), 0)
    groups = next
    classes = learnClasses(vocabulary, groups, count)
    if (moved <= groups.length * settledShare) break
  }
  return classes
}

interface Kept {
  count: number
  /** New place of each topic; -1 when it is gone. */
  placeOf: number[]
  classes: Classes
}

/** Keeps the largest, as many as there may be, none smaller than `smallest`. */
function dropSmall(classes: Classes, smallest: number): Kept {
  const kept = new Set(bySize(classes.sizes).slice(0, maxTopics))
  let count = 0
  const placeOf = Array.from(classes.sizes, (size, topic) =>
    kept.has(topic) && size >= smallest ? count++ : -1,
  )
  return { count, placeOf, classes }
}

function bySize(sizes: Int32Array): number[] {
  const order = Array.from(sizes, (_, topic) => topic)
  return order.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
}

/** Gives topics of the same words one place. */
function mergeAlike(
  { placeOf, classes }: Kept,
  frequencies: Int32Array,
): { count: number; placeOf: number[] } {
  const rows = placeOf.map((_, topic) => characteristic(classes, topic, frequencies.length))
  const merged = [...placeOf]
  let count = 0
  placeOf.forEach((place, topic) => {
    if (place < 0) return
    const twin = rows.findIndex((row, other) => {
      return other < topic && (merged[other] ?? -1) >= 0 && cosine(row, rows[topic]) > alike
    })
    merged[topic] = twin === -1 ? count++ : (merged[twin] ?? -1)
  })
  return { count, placeOf: merged }
}

function cosine(a: Float64Array, b: Float64Array = new Float64Array()): number {
  let dot = 0
  let lengthA = 0
  let lengthB = 0
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0]
    dot += x * y
    lengthA += x * x
    lengthB += y * y
  }
  return dot === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}

function createModel(vocabulary: Vocabulary, classes: Classes): TopicModel {
  const size = vocabulary.hashes.length
  const order = bySize(classes.sizes)
  const placeOf = Array.from(order, (_, topic) => order.indexOf(topic))
  const topics = order.map((topic) => {
    const row = characteristic(classes, topic, size)
    const terms = Array.from(row, (weight, term) => ({ hash: vocabulary.hashes[term] ?? 0, weight }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight || a.hash - b.hash)
    return { terms: terms.slice(0, termsPerTopic) }
  })
  const scores = new Float64Array(classes.count)
  return {
    topics,
    assign: (codes) => {
      scores.fill(0)
      let known = 0
      for (const code of codes) {
        const term = vocabulary.indexOf.get(termHash(code))
        if (term === undefined) continue
        known += 1
        addEvidence(scores, classes.weights, term)
      }
      const { topic, fit } = decide(scores, known)
      return { topic: placeOf[topic] ?? -1, fit }
    },
  }
}
