import { describe, expect, it } from 'vitest'
import { emptySyncState, type SyncState } from '../../src/domain/coverage'
import { afterBackfill, afterIncremental } from '../../src/sync/sync-state'

const state: SyncState = {
  asOf: 1_000,
  unbrokenSince: 500,
  covered: [
    { start: 200, end: 300 },
    { start: 500, end: 1_000 },
  ],
}

describe('afterIncremental', () => {
  it.each([
    [
      'the first run covers its window by both times',
      emptySyncState,
      { start: 500, end: 1_000 },
      { asOf: 1_000, unbrokenSince: 500, covered: [{ start: 500, end: 1_000 }] },
    ],
    [
      'a run with an overlap moves as_of and extends what is covered',
      state,
      { start: 400 + 500, end: 1_200 },
      {
        asOf: 1_200,
        unbrokenSince: 500,
        covered: [
          { start: 200, end: 300 },
          { start: 500, end: 1_200 },
        ],
      },
    ],
    [
      'a run that reaches further back than before moves the unbroken point too',
      state,
      { start: 250, end: 1_200 },
      { asOf: 1_200, unbrokenSince: 250, covered: [{ start: 200, end: 1_200 }] },
    ],
    [
      'a run that begins exactly at as_of leaves no hole',
      state,
      { start: 1_000, end: 1_200 },
      {
        asOf: 1_200,
        unbrokenSince: 500,
        covered: [
          { start: 200, end: 300 },
          { start: 500, end: 1_200 },
        ],
      },
    ],
    [
      'a run that begins after as_of leaves a hole, so that what was known is given up',
      state,
      { start: 1_001, end: 1_200 },
      { asOf: 1_200, unbrokenSince: 1_001, covered: [{ start: 1_001, end: 1_200 }] },
    ],
    ['an empty window changes nothing', state, { start: 1_000, end: 1_000 }, state],
  ])('%s', (_case, before, window, expected) => {
    expect(afterIncremental(before, window)).toEqual(expected)
  })
})

describe('afterBackfill', () => {
  it.each([
    [
      'by created_at adds to what is covered and leaves the rest',
      { timeframe: { start: 300, end: 500 }, field: 'created_at' as const },
      { asOf: 1_000, unbrokenSince: 500, covered: [{ start: 200, end: 1_000 }] },
    ],
    [
      'by updated_at up to the unbroken point moves that point back and covers from there',
      { timeframe: { start: 400, end: 500 }, field: 'updated_at' as const },
      {
        asOf: 1_000,
        unbrokenSince: 400,
        covered: [
          { start: 200, end: 300 },
          { start: 400, end: 1_000 },
        ],
      },
    ],
    [
      'by updated_at with a hole before the unbroken point teaches nothing',
      { timeframe: { start: 100, end: 499 }, field: 'updated_at' as const },
      state,
    ],
    [
      'with an empty window changes nothing',
      { timeframe: { start: 400, end: 400 }, field: 'created_at' as const },
      state,
    ],
  ])('%s', (_case, window, expected) => {
    expect(afterBackfill(state, window)).toEqual(expected)
  })
})
