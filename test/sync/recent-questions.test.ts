import { describe, expect, it } from 'vitest'
import { createRecentQuestions } from '../../src/sync/recent-questions'
import { createTestTimers } from '../helpers/sync-timers'

const minute = 60_000
const question = (start: number, end = 1_000) => ({
  ...{ timeframe: { start, end }, timeField: 'created_at' as const, backfillLimit: 100 },
})

describe('createRecentQuestions', () => {
  it('tells what was asked within the last hour, latest first', () => {
    const timers = createTestTimers()
    const questions = createRecentQuestions(timers)
    questions.note(question(1))
    timers.advance(30 * minute)
    questions.note(question(2))
    timers.advance(30 * minute)
    expect(questions.list()).toEqual([question(2), question(1)])
    timers.advance(1)
    expect(questions.list()).toEqual([question(2)])
  })

  it('takes a question that is asked again for the same, with its later end', () => {
    const questions = createRecentQuestions(createTestTimers())
    questions.note(question(1, 500))
    questions.note(question(2))
    questions.note(question(1, 560))
    expect(questions.list()).toEqual([question(1, 560), question(2)])
  })

  it('remembers ten at most', () => {
    const questions = createRecentQuestions(createTestTimers())
    for (let start = 1; start <= 12; start += 1) questions.note(question(start))
    expect(questions.list().map(({ timeframe }) => timeframe.start)).toEqual([
      12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
    ])
  })

  it('does not keep them for as long as the clock was set back', () => {
    const timers = createTestTimers()
    const questions = createRecentQuestions(timers)
    questions.note(question(1))
    timers.advance(-5 * 60 * minute)
    expect(questions.list()).toEqual([])
  })
})
