import { describe, expect, it, test } from 'vitest'
import { closingTimesOf, countUnclosedAt } from '../../../src/queries/analysis/closing-times'
import type { Figures } from '../../../src/storage/port'

/** One conversation that was created at 100. */
function one(fields: Partial<Record<keyof Figures, unknown>>): Partial<Figures> {
  const row = {
    ...{ createdAt: 100, state: 'open', hasThread: 1, closings: null },
    ...{ firstCloseAt: null, lastCloseAt: null, reopens: null, ...fields },
  }
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]]))
}

describe('what was not closed at a moment', () => {
  const times = [50, 100, 199, 200, 250, 300, 350, 400]
  test.each([
    ['never closed', {}, [0, 1, 1, 1, 1, 1, 1, 1]],
    ['closed once', { state: 'closed', closings: '200' }, [0, 1, 1, 0, 0, 0, 0, 0]],
    ['closed, opened and closed', { state: 'closed', closings: '200,300,400' }, [0, 1, 1, 0, 0, 1, 1, 0]],
    ['closed and opened', { closings: '200,300' }, [0, 1, 1, 0, 0, 1, 1, 1]],
    // Without a thread the statistics tell as far as they can.
    ['without a thread, never closed', { hasThread: 0 }, [0, 1, 1, 1, 1, 1, 1, 1]],
    [
      'without a thread, closed once',
      { hasThread: 0, state: 'closed', firstCloseAt: 200, lastCloseAt: 200, reopens: 0 },
      [0, 1, 1, 0, 0, 0, 0, 0],
    ],
    [
      'without a thread, reopened',
      { hasThread: 0, state: 'closed', firstCloseAt: 200, lastCloseAt: 400, reopens: 1 },
      [0, 1, 1, null, null, null, null, 0],
    ],
    ['a thread that knows of no close', { state: 'closed' }, [0, ...Array(7).fill(null)]],
    [
      'a thread that is older than the state',
      { state: 'open', closings: '200', firstCloseAt: 200, lastCloseAt: 200 },
      [0, 1, 1, null, null, null, null, null],
    ],
  ])('%s', (_, fields, counts) => {
    expect(countUnclosedAt(one(fields), times)).toEqual(counts)
  })

  it('adds up', () => {
    const figures = {
      createdAt: [100, 150, 300],
      state: ['closed', 'open', 'snoozed'] as Figures['state'],
      hasThread: [1, 1, 1],
      closings: ['200', null, null],
    }
    expect(countUnclosedAt(figures, [100, 175, 250, 300])).toEqual([1, 2, 1, 2])
  })
})

describe('closing times', () => {
  test.each([
    [
      'by the statistics',
      { firstCloseAt: 10, lastCloseAt: 30, reopens: 1, closings: '11' },
      [10, 30, true, true],
    ],
    ['by the thread', { closings: '10,20,30,40' }, [10, 30, true, true]],
    ['of one close', { closings: '10' }, [10, 10, true, false]],
    ['of a thread that does not tell, closed', { state: 'closed' }, [null, null, true, false]],
    ['never', {}, [null, null, false, false]],
  ])('%s', (_, fields, expected) => {
    const { firstCloseAt, lastCloseAt, isEverClosed, isReopened } = closingTimesOf(one(fields), 0)
    expect([firstCloseAt, lastCloseAt, isEverClosed, isReopened]).toEqual(expected)
  })
})
