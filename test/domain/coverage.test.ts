import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySyncState, isStale, judgeCoverage, type SyncState } from '../../src/domain/coverage'

const bounds = { now: 1_100, workspaceCreatedAt: 100 }
/** Synced from 500, with a back-fill of 200 to 300. */
const state: SyncState = {
  asOf: 1_000,
  unbrokenSince: 500,
  covered: [
    { start: 200, end: 300 },
    { start: 500, end: 1_000 },
  ],
}

describe('judgeCoverage by created_at', () => {
  it.each([
    ['inside what is covered', { start: 600, end: 700 }, 'full', []],
    ['inside the back-fill', { start: 200, end: 300 }, 'full', []],
    ['reaching past as_of up to now', { start: 600, end: 1_100 }, 'full', []],
    ['reaching into the future', { start: 600, end: 9_000 }, 'full', []],
    ['beginning at as_of', { start: 1_000, end: 1_100 }, 'full', []],
    ['wholly before the workspace', { start: 0, end: 100 }, 'full', []],
    ['across a gap', { start: 250, end: 600 }, 'partial', [{ start: 300, end: 500 }]],
    ['inside a gap', { start: 350, end: 400 }, 'none', [{ start: 350, end: 400 }]],
    ['from before the workspace', { start: 0, end: 250 }, 'partial', [{ start: 100, end: 200 }]],
  ])('judges a timeframe %s', (_case, timeframe, coverage, gaps) => {
    expect(judgeCoverage(state, timeframe, 'created_at', bounds)).toEqual({ coverage, gaps })
  })

  it('judges everything from the creation of the workspace to now when no timeframe is given', () => {
    expect(judgeCoverage(state, null, 'created_at', bounds)).toEqual({
      coverage: 'partial',
      gaps: [
        { start: 100, end: 200 },
        { start: 300, end: 500 },
      ],
    })
  })

  it('is none before the first run', () => {
    expect(judgeCoverage(emptySyncState, { start: 200, end: 300 }, 'created_at', bounds)).toEqual({
      coverage: 'none',
      gaps: [{ start: 200, end: 300 }],
    })
  })

  it('is none without gaps before the first run when the timeframe lies in the future', () => {
    expect(judgeCoverage(emptySyncState, { start: 2_000, end: 3_000 }, 'created_at', bounds)).toEqual({
      coverage: 'none',
      gaps: [],
    })
  })
})

describe('judgeCoverage by updated_at', () => {
  it.each([
    ['after runs began to be unbroken', { start: 500, end: 1_100 }, 'full', []],
    ['beginning before that', { start: 400, end: 600 }, 'partial', [{ start: 400, end: 500 }]],
    [
      'wholly before that, back-filled by created_at or not',
      { start: 200, end: 300 },
      'none',
      [{ start: 200, end: 300 }],
    ],
  ])('judges a timeframe %s', (_case, timeframe, coverage, gaps) => {
    expect(judgeCoverage(state, timeframe, 'updated_at', bounds)).toEqual({ coverage, gaps })
  })
})

describe('judgeCoverage, whatever is stored', () => {
  const second = fc.integer({ min: 0, max: 1_200 })
  const timeframe = fc.tuple(second, second).map(([start, end]) => ({ start, end }))
  const states = fc.record({
    asOf: second,
    unbrokenSince: second,
    covered: fc.array(timeframe, { maxLength: 5 }),
  })

  it('says full exactly when there are no gaps, and none exactly when the gaps are all of it', () => {
    fc.assert(
      fc.property(states, timeframe, fc.constantFrom('created_at', 'updated_at'), (known, asked, field) => {
        const { coverage, gaps } = judgeCoverage(known, asked, field, bounds)
        const start = Math.max(asked.start, 100)
        const end = Math.min(asked.end, 1_100)
        const missing = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0)
        expect(coverage === 'full').toBe(missing === 0)
        expect(coverage === 'none').toBe(missing > 0 && missing === end - start)
        for (const gap of gaps) {
          expect(gap.start).toBeGreaterThanOrEqual(start)
          expect(gap.end).toBeLessThanOrEqual(end)
        }
      }),
    )
  })
})

describe('isStale', () => {
  it.each([
    ['was never synced', emptySyncState, 1_000, true],
    ['is as old as allowed', state, 1_300, false],
    ['is a second older than allowed', state, 1_301, true],
    ['was synced this second', state, 1_000, false],
    ['is a little ahead of the clock', state, 990, false],
    ['is far ahead of the clock', state, 600, true],
  ])('judges a store that %s', (_case, known, now, expected) => {
    expect(isStale(known, now, 5)).toBe(expected)
  })

  it('takes fractions of a minute', () => {
    expect(isStale(state, 1_030, 0.5)).toBe(false)
    expect(isStale(state, 1_031, 0.5)).toBe(true)
  })
})
