import { describe, expect, it } from 'vitest'
import { describeFirstQuestions, findFirstQuestions } from '../../../src/cli/init/first-questions'
import type { AnalysisAnswer } from '../../../src/domain/analysis-answers'
import type { SearchAnswer } from '../../../src/domain/answers'
import { UserInputError } from '../../../src/domain/errors'

const signal = new AbortController().signal

describe('the first questions', () => {
  it('are about what this workspace has most of', async () => {
    const questions = await findFirstQuestions(
      {
        analyzeConversations: async () =>
          ({
            analysis_type: 'topic_analysis',
            topics: [{ label: 'refund, invoice' }, { label: 'login' }],
          }) as AnalysisAnswer,
        searchConversations: async () =>
          ({
            groups: [
              { key: null, label: 'No tag', count: 90 },
              { key: '1', label: 'Bug', count: 3 },
              { key: '2', label: 'Billing', count: 7 },
            ],
          }) as SearchAnswer,
      },
      signal,
    )
    expect(questions).toEqual([
      'What do customers say about “refund”, and what would help them?',
      'How long do conversations tagged “Billing” wait for a first reply?',
      'Which open conversations have waited longest, and what do they need?',
    ])
  })

  it('are about everything where there are no topics and tags, or they cannot be read', async () => {
    const questions = await findFirstQuestions(
      {
        analyzeConversations: async () =>
          ({ analysis_type: 'topic_analysis', topics: [] }) as unknown as AnalysisAnswer,
        searchConversations: async () => {
          throw new UserInputError('Nothing is stored.')
        },
      },
      signal,
    )
    expect(questions).toEqual(describeFirstQuestions({ topic: null, tag: null }))
    expect(questions[0]).toBe('What did customers write about most in the last 30 days?')
  })

  it('cannot steer a terminal', () => {
    const [, question] = describeFirstQuestions({ topic: null, tag: '\u001B[31mred\n' })
    expect(question).toBe('How long do conversations tagged “red” wait for a first reply?')
  })
})
