import { describe, expect, it } from 'vitest'
import { bm25Score } from '../../src/storage/bm25'

function matchinfo(...numbers: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer)
}

describe('BM25 from matchinfo', () => {
  // phrases, columns, documents, average lengths, then per phrase and column: hits here, in all, documents
  it('weighs a word by its rarity and how often it occurs', () => {
    const info = matchinfo(1, 2, 10, 20, 1, 2, 5, 3, 0, 0, 0)
    expect(bm25Score(info, 20)).toBeCloseTo(1.5746, 4)
  })

  it('discounts long documents', () => {
    const info = matchinfo(1, 2, 10, 20, 1, 1, 5, 3, 0, 0, 0)
    expect(bm25Score(info, 10)).toBeGreaterThan(bm25Score(info, 80))
  })

  it('adds up the terms, and counts nothing for those that are absent', () => {
    const info = matchinfo(2, 2, 10, 20, 1, 2, 5, 3, 0, 0, 0, 0, 9, 9, 0, 0, 0)
    expect(bm25Score(info, 20)).toBeCloseTo(1.5746, 4)
  })
})
