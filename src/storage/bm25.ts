/** The usual constants: how fast repeated words stop counting, how much long documents are discounted. */
const k1 = 1.2
const b = 0.75

/** What BM25 needs to know of a query beside each document. */
export interface TermStatistics {
  columns: number
  documents: number
  averageLength: number
  /** Documents that each term is in. */
  matching: number[]
}

/** Numbers of SQLite's matchinfo that stand before those of the terms: terms, columns, documents, average lengths. */
export function headLength(matchinfo: Uint32Array): number {
  return 3 + (matchinfo[1] ?? 0)
}

/** In how many documents each term is, from SQLite's matchinfo for any of its matches, in the format `pcnax`. */
export function readCounts(matchinfo: Uint32Array): number[] {
  const [phrases = 0, columns = 0] = matchinfo
  // For each phrase and column: hits in the document, hits in all, documents with hits.
  const hits = matchinfo.subarray(headLength(matchinfo))
  return Array.from({ length: phrases }, (_, phrase) =>
    Math.max(
      ...Array.from({ length: columns }, (_, column) => hits[3 * (phrase * columns + column) + 2] ?? 0),
    ),
  )
}

/**
 * The statistics of a query whose terms are in `matching` documents each, from a matchinfo that begins with `pcna`. Length
 * is that of the first column, the running text.
 */
export function readTermStatistics(matchinfo: Uint32Array, matching: number[]): TermStatistics {
  const [, columns = 0, documents = 0, averageLength = 0] = matchinfo
  return { columns, documents, averageLength: Math.max(1, averageLength), matching }
}

/** The hits of a document's terms, in numbers that are of many documents. */
export interface Hits {
  numbers: Uint32Array
  /** Where those of the document begin: a number for each phrase and column. */
  start: number
  /** How far it is from one to the next: 1 in the format `y`, 3 in `x`. */
  step: number
}

/**
 * BM25 of a document from its hits and its length: the sum over the query's terms of their rarity times their saturated
 * frequency. A term's hits are those of all columns: a mark keeps words and forms apart, so it is found in one of them
 * only.
 */
export function bm25Score(statistics: TermStatistics): (hits: Hits, length: number) => number {
  const { columns, documents, averageLength, matching } = statistics
  const rarities = matching.map((count) => Math.log(1 + (documents - count + 0.5) / (count + 0.5)))
  return ({ numbers, start, step }, length) => {
    const lengthFactor = k1 * (1 - b + (b * length) / averageLength)
    let score = 0
    let at = start
    for (const rarity of rarities) {
      let frequency = 0
      for (let column = 0; column < columns; column++) {
        frequency += numbers[at] ?? 0
        at += step
      }
      if (frequency > 0) score += (rarity * frequency * (k1 + 1)) / (frequency + lengthFactor)
    }
    return score
  }
}
