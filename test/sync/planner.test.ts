import { describe, expect, it } from 'vitest'
import { emptySyncState, type SyncState } from '../../src/domain/coverage'
import { aNeed, mergeNeeds, type SyncNeed } from '../../src/sync/need'
import { expectState, type PlanSettings, planRun } from '../../src/sync/planner'

const day = 86_400
const now = 100 * day
const settings: PlanSettings = { initialSyncDays: 30, syncDays: 7, overlapSeconds: 600 }
/** Synced first at day 90, with 30 days of history. */
const synced: SyncState = {
  asOf: now - 3_600,
  unbrokenSince: 60 * day,
  covered: [{ start: 60 * day, end: now - 3_600 }],
}
const asked = (from: number, to: number, timeField: 'created_at' | 'updated_at' = 'created_at') => ({
  gaps: [{ start: from * day, end: to * day }],
  timeField,
  backfillLimit: 1_000,
})
const days = (from: number, to: number) => ({ start: from * day, end: to * day })

function plan(need: Partial<SyncNeed>, state: SyncState = synced) {
  return planRun({ state, now, workspaceCreatedAt: 10 * day, settings, need: aNeed(need) })
}

function windows(need: Partial<SyncNeed>, state?: SyncState) {
  return plan(need, state).windows.map(({ timeframe, field, purpose, question }) => [
    purpose,
    field,
    timeframe.start,
    timeframe.end,
    question !== null,
  ])
}

const incremental = ['incremental', 'updated_at', now - 3_600 - 600, now, false]

describe('planRun on an empty store', () => {
  const initial = ['initial', 'updated_at', 70 * day, now, false]

  it.each<[string, Partial<SyncNeed>, unknown[]]>([
    ['reads the configured days', {}, [initial]],
    [
      'reads the days that were ordered instead',
      { days: 5 },
      [['initial', 'updated_at', 95 * day, now, false]],
    ],
    ['reads the configured days in a background run too', { background: true }, [initial]],
    ['reads them once when forced', { force: true }, [initial]],
    [
      'reads them although only a gap was asked for',
      { incremental: false, asked: [asked(80, 90)] },
      [initial],
    ],
    [
      'adds an older timeframe that was asked for, limited',
      { asked: [asked(60, 75)] },
      [initial, ['backfill', 'created_at', 60 * day, 70 * day, true]],
    ],
    [
      'adds an older timeframe by updated_at, limited',
      { asked: [asked(60, 75, 'updated_at')] },
      [initial, ['backfill', 'updated_at', 60 * day, 70 * day, true]],
    ],
  ])('%s', (_case, need, expected) => {
    expect(windows(need, emptySyncState)).toEqual(expected)
  })

  it('is a full run whose coverage is its window', () => {
    expect(plan({ background: true }, emptySyncState)).toMatchObject({
      type: 'full',
      upperBound: now,
      coverageStart: 70 * day,
      coverageEnd: now,
    })
  })

  it('reads at least a second', () => {
    expect(windows({ days: 0 }, emptySyncState)).toEqual([['initial', 'updated_at', now - 1, now, false]])
  })
})

describe('planRun on a synced store', () => {
  it.each<[string, Partial<SyncNeed>, unknown[]]>([
    ['reads what was updated since as_of less the overlap', {}, [incremental]],
    ['reads nothing more for a timeframe that is covered', { asked: [asked(70, 80)] }, [incremental]],
    ['reads nothing when nothing is needed', { incremental: false, asked: [asked(70, 80)] }, []],
    [
      'fills only the gap when what is new is not needed',
      { incremental: false, asked: [asked(50, 80)] },
      [['backfill', 'created_at', 50 * day, 60 * day, true]],
    ],
    [
      'fills the gaps of a question newest first, after what is new',
      { asked: [{ ...asked(20, 30), gaps: [days(20, 30), days(50, 55)] }] },
      [
        incremental,
        ['backfill', 'created_at', 50 * day, 55 * day, true],
        ['backfill', 'created_at', 20 * day, 30 * day, true],
      ],
    ],
    [
      'sees to questions in the order in which they were asked',
      { asked: [asked(20, 30), asked(50, 55)] },
      [
        incremental,
        ['backfill', 'created_at', 20 * day, 30 * day, true],
        ['backfill', 'created_at', 50 * day, 55 * day, true],
      ],
    ],
    [
      'reads what two questions share once',
      { asked: [asked(20, 30), asked(25, 40), asked(22, 28)] },
      [
        incremental,
        ['backfill', 'created_at', 20 * day, 30 * day, true],
        ['backfill', 'created_at', 30 * day, 40 * day, true],
      ],
    ],
    [
      'clips a gap to the creation of the workspace',
      { asked: [asked(0, 80)] },
      [incremental, ['backfill', 'created_at', 10 * day, 60 * day, true]],
    ],
    ['ignores a timeframe before the workspace', { asked: [asked(1, 9)] }, [incremental]],
    [
      'reaches up to the unbroken point for a timeframe by updated_at',
      { asked: [asked(20, 30, 'updated_at')] },
      [incremental, ['backfill', 'updated_at', 20 * day, 60 * day, true]],
    ],
    [
      'counts what that brings as covered by created_at',
      { asked: [asked(20, 30, 'updated_at'), asked(15, 40)] },
      [
        incremental,
        ['backfill', 'updated_at', 20 * day, 60 * day, true],
        ['backfill', 'created_at', 15 * day, 20 * day, true],
      ],
    ],
    [
      'fills ordered days without a limit',
      { days: 60 },
      [incremental, ['backfill', 'created_at', 40 * day, 60 * day, false]],
    ],
    [
      'limits only what an order does not cover',
      { days: 60, asked: [asked(30, 50)] },
      [
        incremental,
        ['backfill', 'created_at', 40 * day, 50 * day, false],
        ['backfill', 'created_at', 30 * day, 40 * day, true],
        ['backfill', 'created_at', 50 * day, 60 * day, false],
      ],
    ],
    [
      'sees to a question first, and without a limit where that has been ordered anyway',
      { days: 60, asked: [asked(45, 50), asked(30, 42)] },
      [
        incremental,
        ['backfill', 'created_at', 45 * day, 50 * day, false],
        ['backfill', 'created_at', 40 * day, 42 * day, false],
        ['backfill', 'created_at', 30 * day, 40 * day, true],
        ['backfill', 'created_at', 50 * day, 60 * day, false],
        ['backfill', 'created_at', 42 * day, 45 * day, false],
      ],
    ],
    [
      'fills what an ordered timeframe lacks, whole',
      { ordered: [days(30, 70)] },
      [incremental, ['backfill', 'created_at', 30 * day, 60 * day, false]],
    ],
    ['reads nothing more for an order that is covered', { ordered: [days(70, 80)] }, [incremental]],
    [
      'reads a forced timeframe again although it is covered, as far as there is time',
      { forced: [days(70, 200)] },
      [incremental, ['backfill', 'created_at', 70 * day, now, false]],
    ],
    [
      'reads the configured days again when forced',
      { force: true },
      [['force', 'updated_at', 70 * day, now, false]],
    ],
    [
      'reads the ordered days again when forced',
      { force: true, days: 3 },
      [['force', 'updated_at', 97 * day, now, false]],
    ],
  ])('%s', (_case, need, expected) => {
    expect(windows(need)).toEqual(expected)
  })

  it('reaches back to as_of after a long pause, so that no hole is left', () => {
    const paused = { ...synced, asOf: 65 * day, covered: [{ start: 60 * day, end: 65 * day }] }
    const from = 65 * day - 600
    expect(windows({}, paused)).toEqual([['incremental', 'updated_at', from, now, false]])
    expect(windows({ force: true, days: 3 }, paused)).toEqual([['force', 'updated_at', from, now, false]])
  })

  it('keeps the last days covered in a background run', () => {
    const recent = { asOf: now - 60, unbrokenSince: 98 * day, covered: [{ start: 98 * day, end: now - 60 }] }
    expect(windows({ background: true }, recent)).toEqual([
      ['incremental', 'updated_at', now - 660, now, false],
      ['backfill', 'created_at', 93 * day, 98 * day, false],
    ])
  })

  it('reads ordered days whole although a question over updates, which may be cut, reaches as far', () => {
    expect(windows({ incremental: false, days: 60, asked: [asked(40, 50, 'updated_at')] })).toEqual([
      ['backfill', 'updated_at', 40 * day, 60 * day, true],
      ['backfill', 'created_at', 40 * day, 60 * day, false],
    ])
  })

  it('ends its window now even when as_of lies in the future', () => {
    const ahead = { ...synced, asOf: now + day }
    expect(windows({}, ahead)).toEqual([['incremental', 'updated_at', now - 600, now, false]])
  })

  it('fetches threads again in what is forced, and nowhere else', () => {
    const { windows } = plan({ forced: [days(30, 40)], days: 80 })
    expect(windows.map(({ timeframe, anew }) => [timeframe, anew])).toEqual([
      [{ start: now - 3_600 - 600, end: now }, false],
      [days(40, 60), false],
      [days(30, 40), true],
      [days(20, 30), false],
    ])
  })

  it.each<[string, Partial<SyncNeed>, string]>([
    ['a question', {}, 'incremental'],
    ['a background run', { background: true }, 'background'],
    ['an order of days', { days: 60 }, 'full'],
    ['an ordered timeframe', { ordered: [days(20, 30)] }, 'full'],
    ['a forced timeframe', { forced: [days(20, 30)] }, 'full'],
    ['a forced run', { force: true }, 'full'],
  ])('names the type of %s', (_case, need, type) => {
    expect(plan(need).type).toBe(type)
  })

  it('has no coverage when there is nothing to read', () => {
    expect(plan({ incremental: false })).toMatchObject({
      windows: [],
      coverageStart: null,
      coverageEnd: null,
    })
  })
})

describe('expectState', () => {
  it('is what is known once every window is stored', () => {
    const asking = plan({ asked: [asked(20, 30), asked(50, 55, 'updated_at')] })
    expect(expectState(synced, asking, 1_000)).toEqual({
      asOf: now,
      unbrokenSince: 50 * day,
      covered: [
        { start: 20 * day, end: 30 * day },
        { start: 50 * day, end: now },
      ],
    })
  })
})

describe('expectState of a plan that a limit may cut', () => {
  const asking = plan({ asked: [{ ...asked(20, 30), backfillLimit: 50 }, asked(40, 50)] })

  it('promises nothing of it to whoever wants more', () => {
    const whole = { start: 60 * day, end: now }
    expect(expectState(synced, asking).covered).toEqual([whole])
    expect(expectState(synced, asking, 1_000).covered).toEqual([days(40, 50), whole])
    expect(expectState(synced, asking, 50).covered).toEqual([days(20, 30), days(40, 50), whole])
  })
})

describe('mergeNeeds', () => {
  it('wants what either wants, each timeframe once', () => {
    const a = aNeed({
      ...{ incremental: false, days: 3, ordered: [days(5, 6)] },
      asked: [asked(1, 2), asked(3, 4)],
    })
    const b = aNeed({
      ...{ force: true, days: 5, ordered: [days(6, 7)], forced: [days(8, 9)] },
      asked: [asked(3, 4), asked(3, 4, 'updated_at')],
    })
    expect(mergeNeeds(a, b)).toEqual({
      incremental: true,
      days: 5,
      force: true,
      background: false,
      asked: [asked(1, 2), asked(3, 4), asked(3, 4, 'updated_at')],
      ordered: [days(5, 7)],
      forced: [days(8, 9)],
    })
  })

  it('keeps the days of the one that names some', () => {
    expect(mergeNeeds(aNeed({ days: 3 }), aNeed()).days).toBe(3)
    expect(mergeNeeds(aNeed(), aNeed({ days: 4 })).days).toBe(4)
  })
})
