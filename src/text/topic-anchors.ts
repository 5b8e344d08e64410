import type { Vocabulary } from './topic-vocabulary'

/** A term that a topic grows from, and how strongly each term of the vocabulary goes along with it. */
export interface Anchor {
  term: number
  profile: Float32Array
}

/** Terms considered: the table of pairs has their number squared. */
const maxTerms = 500

/** Pairs seen together less often than this are chance. */
const fewestTogether = 3
const fewestInSmallSets = 2
const smallSet = 200

/** What a term says of its own documents although no other term goes along with it. */
const ownWeight = 0.1

/** An anchor that would add less than this part of what the first one says is no topic of its own. */
const weakestShare = 0.02

/**
 * The terms with the most company of their own: each one drags many other terms along, and others than the anchors
 * before it. Strongest first, at most `limit`. Rests on counts alone, so that a few documents more change little.
 */
export function findAnchors(vocabulary: Vocabulary, limit: number): Anchor[] {
  const size = Math.min(vocabulary.hashes.length, maxTerms)
  const associations = associate(vocabulary, size)
  const profiles = Array.from({ length: size }, (_, term) =>
    normalised(associations.subarray(term * size, (term + 1) * size)),
  )
  const strengths = Float64Array.from(profiles, (_, term) => strengthOf(associations, term, size))
  const overlaps = new Float64Array(size)
  const anchors: Anchor[] = []
  let weakest = 0
  while (anchors.length < limit) {
    const term = strongest(strengths, overlaps)
    const profile = profiles[term]
    if (profile === undefined) break
    const gain = gainOf(strengths, overlaps, term)
    if (anchors.length === 0) weakest = gain * weakestShare
    if (gain <= 0 || gain < weakest) break
    anchors.push({ term, profile })
    profiles.forEach((other, index) => {
      overlaps[index] = Math.max(overlaps[index] ?? 0, dot(profile, other))
    })
    overlaps[term] = 1
  }
  return anchors
}

/** How much more often than by chance two terms stand together, weighed by how often: rows of `size`. */
function associate({ documents, frequencies }: Vocabulary, size: number): Float32Array {
  const together = new Float32Array(size * size)
  for (const terms of documents) {
    for (const a of terms) {
      if (a >= size) continue
      for (const b of terms) if (b < size) together[a * size + b] = (together[a * size + b] ?? 0) + 1
    }
  }
  const fewest = documents.length < smallSet ? fewestInSmallSets : fewestTogether
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      const count = together[a * size + b] ?? 0
      const byChance = ((frequencies[a] ?? 0) * (frequencies[b] ?? 0)) / (documents.length + 1)
      const surprise = count < fewest ? 0 : Math.log(count / byChance)
      together[a * size + b] = surprise > 0 ? surprise * Math.sqrt(count) : 0
    }
  }
  return together
}

function strengthOf(associations: Float32Array, term: number, size: number): number {
  let strength = 0
  for (let other = 0; other < size; other++) {
    const association = associations[term * size + other] ?? 0
    strength += association ** 2 * (other === term ? ownWeight : 1)
  }
  return strength
}

function gainOf(strengths: Float64Array, overlaps: Float64Array, term: number): number {
  return (strengths[term] ?? 0) * (1 - (overlaps[term] ?? 0)) ** 2
}

function strongest(strengths: Float64Array, overlaps: Float64Array): number {
  let best = 0
  for (let term = 1; term < strengths.length; term++) {
    if (gainOf(strengths, overlaps, term) > gainOf(strengths, overlaps, best)) best = term
  }
  return best
}

function normalised(row: Float32Array): Float32Array {
  const length = Math.sqrt(dot(row, row))
  return length === 0 ? row : row.map((value) => value / length)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
