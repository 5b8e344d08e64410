import { isNameTerm, type TermCodes, termHash } from './topic-terms'

/** The terms that can tell one topic from another, numbered by frequency, and the documents in those numbers. */
export interface Vocabulary {
  /** Hash of each term. */
  hashes: readonly number[]
  indexOf: ReadonlyMap<number, number>
  /** In how many documents each term occurs. */
  frequencies: Int32Array
  documents: Int32Array[]
}

/** More terms cost time, and the rarer ones only describe single conversations. */
const maxTerms = 1_000

/** Rarer than in one of 250 conversations a term tells of people rather than of topics. */
const rarest = 0.004

/** More frequent than this a term is how one writes in this workspace; a handful of conversations may all be alike. */
const mostFrequent = 0.4
const handful = 30

/** A term written like a name in most places is one: a town, a person, a product. */
const nameShare = 0.7

/** Chooses the terms of these documents and translates the documents. Their order does not matter for the terms. */
export function createVocabulary(documents: readonly TermCodes[]): Vocabulary {
  const fewest = Math.max(documents.length < handful ? 2 : 3, Math.ceil(documents.length * rarest))
  const most = documents.length <= handful ? documents.length : documents.length * mostFrequent
  const chosen = [...countTerms(documents)]
    .filter(([, { count, names }]) => count >= fewest && count <= most && names < count * nameShare)
    .sort(([a, { count: countA }], [b, { count: countB }]) => countB - countA || a - b)
    .slice(0, maxTerms)
  const indexOf = new Map(chosen.map(([hash], index) => [hash, index]))
  return {
    hashes: chosen.map(([hash]) => hash),
    indexOf,
    frequencies: Int32Array.from(chosen, ([, { count }]) => count),
    documents: documents.map((codes) => translate(codes, indexOf)),
  }
}

/** The document's terms as numbers of the vocabulary; others are left out. */
function translate(codes: TermCodes, indexOf: ReadonlyMap<number, number>): Int32Array {
  const terms = new Int32Array(codes.length)
  let length = 0
  for (const code of codes) {
    const index = indexOf.get(termHash(code))
    if (index !== undefined) terms[length++] = index
  }
  return terms.slice(0, length)
}

interface TermCount {
  count: number
  names: number
}

function countTerms(documents: readonly TermCodes[]): Map<number, TermCount> {
  const counts = new Map<number, TermCount>()
  for (const codes of documents) {
    for (const code of codes) {
      const hash = termHash(code)
      let known = counts.get(hash)
      if (known === undefined) {
        known = { count: 0, names: 0 }
        counts.set(hash, known)
      }
      known.count += 1
      if (isNameTerm(code)) known.names += 1
    }
  }
  return counts
}
