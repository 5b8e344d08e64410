/** The usual constants: how fast repeated words stop counting, how much long documents are discounted. */
const k1 = 1.2
const b = 0.75

/**
 * BM25 of one document from SQLite's matchinfo in the format `pcnax`, the sum over the query's terms of their
 * rarity times their saturated frequency. `length` is that of the first column, the running text; a term's hits are
 * those of all columns: a mark keeps words and forms apart, so it is found in one of them only.
 */
export function bm25Score(matchinfo: Uint8Array, length: number): number {
  const view = new DataView(matchinfo.buffer, matchinfo.byteOffset, matchinfo.byteLength)
  const at = (position: number): number => view.getUint32(position * 4, true)
  const phrases = at(0)
  const columns = at(1)
  const documents = at(2)
  const averageLength = Math.max(1, at(3))
  const hits = 3 + columns
  const lengthFactor = k1 * (1 - b + (b * length) / averageLength)
  let score = 0
  for (let phrase = 0; phrase < phrases; phrase++) {
    let frequency = 0
    let matching = 0
    for (let column = 0; column < columns; column++) {
      const entry = hits + 3 * (phrase * columns + column)
      frequency += at(entry)
      matching = Math.max(matching, at(entry + 2))
    }
    if (frequency === 0) continue
    const rarity = Math.log(1 + (documents - matching + 0.5) / (matching + 0.5))
    score += (rarity * frequency * (k1 + 1)) / (frequency + lengthFactor)
  }
  return score
}
