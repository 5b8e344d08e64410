import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placesByLargest } from '../../src/domain/selection'

function sorted(keys: readonly number[]): number[] {
  return [...keys.keys()].sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0) || a - b)
}

describe('placesByLargest', () => {
  it.each([
    ['whole numbers of 32 bits', fc.integer({ min: 0, max: 2 ** 32 - 1 })],
    ['few different ones', fc.integer({ min: 0, max: 3 })],
    [
      'anything else',
      fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.integer({ min: 2 ** 32, max: 2 ** 50 })),
    ],
  ])('has the places of the largest first, equal ones in their order: %s', (_kind, key) => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        const plain = keys.map((one) => one + 0)
        expect([...placesByLargest(Float64Array.from(plain))]).toEqual(sorted(plain))
      }),
    )
  })
})
