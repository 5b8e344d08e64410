import { describe, expect, it } from 'vitest'
import { bm25Score, readTermStatistics } from '../../src/storage/bm25'

function matchinfo(...numbers: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer)
}

describe('BM25 from matchinfo', () => {
  // phrases, columns, documents, average lengths, then per phrase and column: hits here, in all, documents
  const score = bm25Score(readTermStatistics(matchinfo(1, 2, 10, 20, 1, 2, 5, 3, 0, 0, 0)))

  it('weighs a word by its rarity and how often it occurs', () => {
    expect(score(matchinfo(2, 0), 20)).toBeCloseTo(1.5746, 4)
    expect(score(matchinfo(0, 2), 20)).toBeCloseTo(1.5746, 4)
  })

  it('discounts long documents', () => {
    expect(score(matchinfo(1, 0), 10)).toBeGreaterThan(score(matchinfo(1, 0), 80))
  })

  it('adds up the terms, and counts nothing for those that are absent', () => {
    const both = bm25Score(readTermStatistics(matchinfo(2, 2, 10, 20, 1, 2, 5, 3, 0, 0, 0, 0, 9, 9, 0, 0, 0)))
    expect(both(matchinfo(2, 0, 0, 0), 20)).toBeCloseTo(1.5746, 4)
    // The second is in nine of the ten documents.
    expect(both(matchinfo(2, 0, 1, 0), 20)).toBeCloseTo(1.5746 + 0.1466, 4)
  })

  it('takes an only term for as frequent as it was found', () => {
    const info = matchinfo(1, 2, 10, 20, 1, 2, 0)
    expect(bm25Score(readTermStatistics(info, 3))(info, 20)).toBeCloseTo(1.5746, 4)
  })

  it('reads numbers wherever they lie in memory', () => {
    const bytes = new Uint8Array(9)
    bytes.set(matchinfo(2, 0), 1)
    expect(score(bytes.subarray(1), 20)).toBeCloseTo(1.5746, 4)
  })
})
