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

/**
 * The statistics of a query from SQLite's matchinfo for any of its matches, in the format `pcnax`; or in one that begins
 * with `pcna`, and `found` is the number of documents that its only term is in. Length is that of the first column, the
 * running text.
 */
export function readTermStatistics(matchinfo: Uint8Array, found?: number): TermStatistics {
  const [phrases = 0, columns = 0, documents = 0, averageLength = 0, ...rest] = toNumbers(matchinfo)
  // For each phrase and column: hits in the document, hits in all, documents with hits.
  const hits = rest.slice(columns - 1)
  const countMatching = (phrase: number): number =>
    Math.max(
      ...Array.from({ length: columns }, (_, column) => hits[3 * (phrase * columns + column) + 2] ?? 0),
    )
  const matching = Array.from({ length: phrases }, (_, phrase) => found ?? countMatching(phrase))
  return { columns, documents, averageLength: Math.max(1, averageLength), matching }
}

/**
 * BM25 of a document from its matchinfo, whose last numbers are those of the format `y`, and its length: the sum over the
 * query's terms of their rarity times their saturated frequency. A term's hits are those of all columns: a mark keeps
 * words and forms apart, so it is found in one of them only.
 */
export function bm25Score(statistics: TermStatistics): (matchinfo: Uint8Array, length: number) => number {
  const { columns, documents, averageLength, matching } = statistics
  const rarities = matching.map((count) => Math.log(1 + (documents - count + 0.5) / (count + 0.5)))
  return (matchinfo, length) => {
    const numbers = toNumbers(matchinfo)
    const first = numbers.length - rarities.length * columns
    const lengthFactor = k1 * (1 - b + (b * length) / averageLength)
    let score = 0
    for (let phrase = 0; phrase < rarities.length; phrase++) {
      let frequency = 0
      for (let column = 0; column < columns; column++) {
        frequency += numbers[first + phrase * columns + column] ?? 0
      }
      if (frequency > 0)
        score += ((rarities[phrase] ?? 0) * frequency * (k1 + 1)) / (frequency + lengthFactor)
    }
    return score
  }
}

/** Numbers of 32 bits in the machine's own order, which is where SQLite runs too. */
function toNumbers(matchinfo: Uint8Array): Uint32Array {
  const isAligned = matchinfo.byteOffset % 4 === 0
  const { buffer, byteOffset, byteLength } = isAligned ? matchinfo : Uint8Array.from(matchinfo)
  return new Uint32Array(buffer, byteOffset, byteLength >> 2)
}
