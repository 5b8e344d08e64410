import { describe, expect, it } from 'vitest'
import type { SyncState } from '../../src/domain/coverage'
import { aNeed, countBeyondLimit, type Freshness, findBackgroundNeed, findNeed } from '../../src/sync/need'

const day = 86_400
const now = 100 * day
const covered = [{ start: 60 * day, end: now - 60 }]
const fresh: SyncState = { asOf: now - 60, unbrokenSince: 60 * day, covered }
const stale: SyncState = { ...fresh, asOf: now - 3_600 }

function freshness(state: SyncState, remainders: Freshness['remainders'] = []): Freshness {
  return { state, bounds: { now, workspaceCreatedAt: 0 }, maxSyncAgeMinutes: 5, remainders }
}
const about = (from: number, to: number, backfillLimit = 1_000) => ({
  timeframe: { start: from * day, end: to * day },
  timeField: 'created_at' as const,
  backfillLimit,
})
/** What a question lacks. */
const lacks = (from: number, to: number, limit?: number) => {
  const { timeframe, ...question } = about(from, to, limit)
  return { ...question, gaps: [timeframe] }
}
const everything = { timeframe: null, timeField: 'created_at' as const, backfillLimit: 1_000 }

describe('findNeed', () => {
  it('is nothing when the timeframe is covered and fresh', () => {
    expect(findNeed(about(70, 100), freshness(fresh))).toBeNull()
  })

  it('is the incremental run when it is stale', () => {
    expect(findNeed(about(70, 100), freshness(stale))).toEqual(aNeed())
  })

  it('is the gap alone when it is fresh but not covered', () => {
    expect(findNeed(about(50, 70), freshness(fresh))).toEqual(
      aNeed({ incremental: false, asked: [lacks(50, 60)] }),
    )
  })

  it('is both when it is stale and not covered', () => {
    expect(findNeed(about(50, 70), freshness(stale))).toEqual(aNeed({ asked: [lacks(50, 60)] }))
  })

  it('is every gap of the timeframe, with the limit of the question', () => {
    const holed = { ...fresh, covered: [{ start: 20 * day, end: 30 * day }, ...covered] }
    expect(findNeed(about(10, 70, 7), freshness(holed))).toEqual(
      aNeed({
        incremental: false,
        asked: [{ ...lacks(10, 20, 7), gaps: [...lacks(10, 20).gaps, ...lacks(30, 60).gaps] }],
      }),
    )
  })

  it('never back-fills without a timeframe', () => {
    expect(findNeed(everything, freshness(fresh))).toBeNull()
    expect(findNeed(everything, freshness(stale))).toEqual(aNeed())
  })
})

describe('what the limit left out', () => {
  const left = [{ ...about(10, 45), conversations: 9_000 }]
  const known = freshness({ ...fresh, covered: [{ start: 45 * day, end: now - 60 }] }, left)

  it('is not fetched because the same question is asked again', () => {
    expect(findNeed(about(10, 70), known)).toBeNull()
    expect(countBeyondLimit(about(10, 70), known)).toBe(9_000)
  })

  it('is not fetched by the rolling question a day later', () => {
    expect(findNeed(about(11, 71), known)).toBeNull()
  })

  it('is fetched, up to the limit again, by a question over another part of it', () => {
    expect(findNeed(about(20, 30), known)).toEqual(aNeed({ incremental: false, asked: [lacks(20, 30)] }))
    expect(countBeyondLimit(about(20, 30), known)).toBeNull()
  })

  it('is fetched by a question that may cause more than the one that left it out', () => {
    expect(findNeed(about(10, 70, 20_000), known)).toEqual(
      aNeed({ incremental: false, asked: [lacks(10, 45, 20_000)] }),
    )
    expect(countBeyondLimit(about(10, 70, 20_000), known)).toBeNull()
    expect(findNeed(about(10, 70, 10), known)).toBeNull()
    expect(countBeyondLimit(about(10, 70, 10), known)).toBe(9_000)
  })

  it('is nothing to a question that it does not touch', () => {
    expect(countBeyondLimit(about(60, 70), known)).toBeNull()
    expect(countBeyondLimit(everything, known)).toBeNull()
  })
})

describe('findBackgroundNeed', () => {
  it('is nothing when all is covered and fresh', () => {
    expect(findBackgroundNeed([], 7, freshness(fresh))).toBeNull()
  })

  it('is the incremental run when it is stale', () => {
    expect(findBackgroundNeed([], 7, freshness(stale))).toEqual(aNeed({ background: true }))
  })

  it('is the kept days when they are not covered', () => {
    expect(findBackgroundNeed([], 50, freshness(fresh))).toEqual(
      aNeed({ incremental: false, background: true }),
    )
  })

  it('sees to the gaps of what was asked about lately', () => {
    expect(findBackgroundNeed([about(50, 70)], 7, freshness(fresh))).toEqual(
      aNeed({ incremental: false, background: true, asked: [lacks(50, 60)] }),
    )
  })
})
