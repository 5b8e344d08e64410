import { expect, test } from 'vitest'
import { createProgressScale } from '../../src/mcp/progress'
import { aProgress } from './sample-service'

test('progress rises over all phases, also while the total is unknown', () => {
  const scale = createProgressScale()
  const notes = [
    aProgress({ phase: 'starting', done: 0, total: null }),
    aProgress({ phase: 'conversations', done: 0, total: null }),
    aProgress({ phase: 'conversations', done: 1000, total: null }),
    aProgress({ phase: 'conversations', done: 3000, total: null }),
    aProgress({ phase: 'threads', done: 0, total: 3000 }),
    aProgress({ phase: 'threads', done: 3000, total: 3000 }),
    aProgress({ phase: 'finishing', done: 1, total: 1 }),
  ].map((progress) => scale(progress)?.progress)
  expect(notes).toEqual([0, 1, 15.5, 22.75, 30, 98, 100])
})

test('a report that does not raise it is left out', () => {
  const scale = createProgressScale()
  expect(scale(aProgress({ done: 5 }))?.progress).toBe(64)
  expect(scale(aProgress({ done: 4 }))).toBe(null)
  expect(scale(aProgress({ done: 5 }))).toBe(null)
})

test('nothing to do counts as done', () => {
  expect(createProgressScale()(aProgress({ phase: 'threads', done: 0, total: 0 }))?.progress).toBe(98)
})
