import { describe, expect, it } from 'vitest'
import { bm25Score, type Hits, headLength, readCounts, readTermStatistics } from '../../src/storage/bm25'

const numbers = (...all: number[]) => Uint32Array.from(all)

/** The hits of a document alone, in the format `y`. */
const hits = (...all: number[]): Hits => ({ numbers: numbers(...all), start: 0, step: 1 })

describe('BM25 from matchinfo', () => {
  // phrases, columns, documents, average lengths, then per phrase and column: hits here, in all, documents
  const info = numbers(1, 2, 10, 20, 1, 2, 5, 3, 0, 0, 0)
  const scorerOf = (info: Uint32Array, counts = readCounts(info)) =>
    bm25Score(readTermStatistics(info, counts))
  const score = scorerOf(info)

  it('weighs a word by its rarity and how often it occurs', () => {
    expect(score(hits(2, 0), 20)).toBeCloseTo(1.5746, 4)
    expect(score(hits(0, 2), 20)).toBeCloseTo(1.5746, 4)
  })

  it('discounts long documents', () => {
    expect(score(hits(1, 0), 10)).toBeGreaterThan(score(hits(1, 0), 80))
  })

  it('adds up the terms, and counts nothing for those that are absent', () => {
    const both = scorerOf(numbers(2, 2, 10, 20, 1, 2, 5, 3, 0, 0, 0, 0, 9, 9, 0, 0, 0))
    expect(both(hits(2, 0, 0, 0), 20)).toBeCloseTo(1.5746, 4)
    // The second is in nine of the ten documents.
    expect(both(hits(2, 0, 1, 0), 20)).toBeCloseTo(1.5746 + 0.1466, 4)
  })

  it('takes an only term for as frequent as it was found', () => {
    const only = numbers(1, 2, 10, 20, 1, 2, 0)
    const start = headLength(only)
    expect(scorerOf(only, [3])({ numbers: only, start, step: 1 }, 20)).toBeCloseTo(1.5746, 4)
  })

  it('reads the hits of one document among those of many, also between other numbers', () => {
    const start = info.length + headLength(info)
    expect(score({ numbers: numbers(...info, ...info), start, step: 3 }, 20)).toBeCloseTo(1.5746, 4)
    const none = numbers(...info, 1, 2, 10, 20, 1, 0, 5, 3, 0, 0, 0)
    expect(score({ numbers: none, start, step: 3 }, 20)).toBe(0)
  })
})
