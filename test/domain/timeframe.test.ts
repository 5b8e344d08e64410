import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  intersectTimeframes,
  mergeTimeframes,
  subtractTimeframes,
  type Timeframe,
} from '../../src/domain/timeframe'

describe('intersectTimeframes', () => {
  it.each([
    ['overlap', { start: 0, end: 10 }, { start: 5, end: 15 }, { start: 5, end: 10 }],
    ['one inside the other', { start: 0, end: 10 }, { start: 3, end: 4 }, { start: 3, end: 4 }],
    ['only touch', { start: 0, end: 10 }, { start: 10, end: 20 }, null],
    ['lie apart', { start: 0, end: 1 }, { start: 5, end: 6 }, null],
    ['one is empty', { start: 0, end: 10 }, { start: 5, end: 5 }, null],
  ])('finds the common part when they %s', (_case, a, b, expected) => {
    expect(intersectTimeframes(a, b)).toEqual(expected)
    expect(intersectTimeframes(b, a)).toEqual(expected)
  })
})

describe('mergeTimeframes', () => {
  it.each([
    ['nothing', [], []],
    [
      'empty and reversed members',
      [
        { start: 5, end: 5 },
        { start: 9, end: 2 },
      ],
      [],
    ],
    [
      'members that touch',
      [
        { start: 5, end: 9 },
        { start: 0, end: 5 },
      ],
      [{ start: 0, end: 9 }],
    ],
    [
      'a member inside another',
      [
        { start: 0, end: 9 },
        { start: 2, end: 3 },
      ],
      [{ start: 0, end: 9 }],
    ],
    [
      'members with a second between them',
      [
        { start: 6, end: 9 },
        { start: 0, end: 5 },
      ],
      [
        { start: 0, end: 5 },
        { start: 6, end: 9 },
      ],
    ],
  ])('merges %s', (_case, frames: Timeframe[], expected: Timeframe[]) => {
    expect(mergeTimeframes(frames)).toEqual(expected)
  })

  it('leaves its argument as it was', () => {
    const frames = [
      { start: 5, end: 9 },
      { start: 0, end: 6 },
    ]
    mergeTimeframes(frames)
    expect(frames).toEqual([
      { start: 5, end: 9 },
      { start: 0, end: 6 },
    ])
  })
})

describe('subtractTimeframes', () => {
  it.each([
    ['nothing is covered', [], [{ start: 10, end: 20 }]],
    ['all of it is covered', [{ start: 0, end: 30 }], []],
    ['exactly it is covered', [{ start: 10, end: 20 }], []],
    ['its start is covered', [{ start: 0, end: 12 }], [{ start: 12, end: 20 }]],
    ['its end is covered', [{ start: 18, end: 30 }], [{ start: 10, end: 18 }]],
    [
      'its middle is covered',
      [{ start: 14, end: 15 }],
      [
        { start: 10, end: 14 },
        { start: 15, end: 20 },
      ],
    ],
    [
      'what is covered touches it outside',
      [
        { start: 0, end: 10 },
        { start: 20, end: 30 },
      ],
      [{ start: 10, end: 20 }],
    ],
    [
      'several overlapping parts are covered',
      [
        { start: 17, end: 19 },
        { start: 11, end: 13 },
        { start: 12, end: 14 },
      ],
      [
        { start: 10, end: 11 },
        { start: 14, end: 17 },
        { start: 19, end: 20 },
      ],
    ],
  ])('finds the gaps when %s', (_case, covered: Timeframe[], expected: Timeframe[]) => {
    expect(subtractTimeframes({ start: 10, end: 20 }, covered)).toEqual(expected)
  })

  it('finds no gap in an empty timeframe', () => {
    expect(subtractTimeframes({ start: 10, end: 10 }, [])).toEqual([])
  })
})

describe('the arithmetic, second by second', () => {
  const frame = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
    .map(([start, end]): Timeframe => ({ start, end }))
  const frames = fc.array(frame, { maxLength: 8 })
  const has = (list: readonly Timeframe[], second: number) =>
    list.some((f) => f.start <= second && second < f.end)
  const seconds = Array.from({ length: 61 }, (_, second) => second)

  it('merging keeps every second and adds none', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const merged = mergeTimeframes(list)
        for (const second of seconds) expect(has(merged, second)).toBe(has(list, second))
      }),
    )
  })

  it('merged lists are sorted, without empty members, and do not touch', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const merged = mergeTimeframes(list)
        for (const [index, { start, end }] of merged.entries()) {
          expect(start).toBeLessThan(end)
          const next = merged[index + 1]
          if (next) expect(end).toBeLessThan(next.start)
        }
      }),
    )
  })

  it('a second is in a gap exactly when it is in the whole and not covered', () => {
    fc.assert(
      fc.property(frame, frames, (whole, covered) => {
        const gaps = subtractTimeframes(whole, covered)
        for (const second of seconds) {
          expect(has(gaps, second)).toBe(has([whole], second) && !has(covered, second))
        }
        expect(gaps).toEqual(mergeTimeframes(gaps))
      }),
    )
  })

  it('a second is in the common part exactly when it is in both', () => {
    fc.assert(
      fc.property(frame, frame, (a, b) => {
        const common = intersectTimeframes(a, b)
        for (const second of seconds) {
          expect(has(common ? [common] : [], second)).toBe(has([a], second) && has([b], second))
        }
      }),
    )
  })
})
