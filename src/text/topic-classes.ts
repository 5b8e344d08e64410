import type { Vocabulary } from './topic-vocabulary'

/** How far a topic's words are taken from all conversations instead of its own: higher is more tolerant. */
const smoothing = 0.5

/** Less evidence than that of one telling word (about five times as frequent as elsewhere) leaves a conversation without topic. */
const leastEvidence = 1.7

export interface Assignment {
  /** Place in `topics`; -1 for none of them. */
  topic: number
  /** How typical of it the conversation is: comparable inside a topic. */
  fit: number
}

/** Topics as counts of what their conversations say. */
export interface Classes {
  count: number
  groups: number[]
  sizes: Int32Array
  /** Of each topic a row over the terms. */
  counts: Float64Array
  /** Of each term a row over the topics: what it says for each. */
  weights: Float32Array
}

/** Class-based weights: how much more frequent a term is inside a topic than outside of it. */
export function learnClasses(
  { documents, frequencies }: Vocabulary,
  groups: number[],
  count: number,
): Classes {
  const size = frequencies.length
  const counts = new Float64Array(count * size)
  const totals = new Float64Array(count)
  const sizes = new Int32Array(count)
  documents.forEach((terms, index) => {
    const group = groups[index] ?? -1
    if (group < 0) return
    sizes[group] = (sizes[group] ?? 0) + 1
    totals[group] = (totals[group] ?? 0) + terms.length
    for (const term of terms) counts[group * size + term] = (counts[group * size + term] ?? 0) + 1
  })
  const all = frequencies.reduce((sum, frequency) => sum + frequency, 0)
  const weights = new Float32Array(count * size)
  for (let topic = 0; topic < count; topic++) {
    const inside = Math.max(1, totals[topic] ?? 0)
    const outside = Math.max(1, all - (totals[topic] ?? 0))
    for (let term = 0; term < size; term++) {
      const here = counts[topic * size + term] ?? 0
      const usual = smoothing * ((frequencies[term] ?? 0) / all)
      const elsewhere = ((frequencies[term] ?? 0) - here) / outside
      weights[term * count + topic] = Math.log((here / inside + usual) / (elsewhere + usual))
    }
  }
  return { count, groups, sizes, counts, weights }
}

/** The topic with most evidence. `scores` is room for one number per topic. */
export function judge(terms: Int32Array, weights: Float32Array, scores: Float64Array): Assignment {
  scores.fill(0)
  for (const term of terms) addEvidence(scores, weights, term)
  return decide(scores, terms.length)
}

/** Adds what a term says for each topic. */
export function addEvidence(scores: Float64Array, weights: Float32Array, term: number): void {
  const row = term * scores.length
  for (let topic = 0; topic < scores.length; topic++) {
    scores[topic] = (scores[topic] as number) + (weights[row + topic] as number)
  }
}

/** The topic that the evidence of so many terms speaks for. */
export function decide(scores: Float64Array, terms: number): Assignment {
  let best = -1
  let highest = leastEvidence
  for (let topic = 0; topic < scores.length; topic++) {
    const score = scores[topic] as number
    if (score > highest) {
      highest = score
      best = topic
    }
  }
  // Long conversations collect evidence without being more typical.
  return { topic: best, fit: best < 0 ? 0 : highest / (terms + 4) }
}

/** How much each term tells of the topic: how often it occurs there, and how much more than elsewhere. */
export function characteristic(
  { counts, weights, count }: Classes,
  topic: number,
  size: number,
): Float64Array {
  return Float64Array.from({ length: size }, (_, term) => {
    return (counts[topic * size + term] ?? 0) * Math.max(0, weights[term * count + topic] ?? 0)
  })
}
