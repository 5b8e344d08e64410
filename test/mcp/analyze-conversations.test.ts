import { describe, expect, test } from 'vitest'
import type { TopicBody } from '../../src/domain/analysis-answers'
import { createWorkspace, day, noon } from '../service/workspace'
import { connectClient, textOf } from './connect'
import { analysisAnswer, createSampleService, searchAnswer } from './sample-service'

describe('analyze_conversations', () => {
  test('passes its arguments on and returns the answer as structured content', async () => {
    const service = createSampleService()
    const { call } = await connectClient(async () => service)
    const args = {
      ...{ analysis_type: 'performance_metrics', timeframe: { relative: 'last_7_days' } },
      ...{ filters: { assignee_id: 'Bo' }, dimensions: ['assignee'], compare_to: 'previous_period' },
    }
    const result = await call('analyze_conversations', args)
    expect(service.calls).toMatchObject([{ method: 'analyzeConversations', request: args }])
    expect(result.structuredContent).toEqual(analysisAnswer)
  })

  test('says all of it in lines', async () => {
    const { call } = await connectClient(async () => createSampleService())
    expect(textOf(await call('analyze_conversations', { analysis_type: 'performance_metrics' }))).toBe(
      [
        'performance_metrics of this month: 2026-03-01 00:00 to 2026-03-02 14:02 (Europe/Dublin).',
        "Totals: 12 conversations; 66.7 % closed now; no figure of 0 ever closed were reopened; replies per conversation: median 2, mean 2.5, p90 5 (12); 1 outbound without a customer's message, left out of the times.",
        'First response: median 5 min, mean 7 min, p90 15 min (10).',
        'Time to first close: median 24 h, mean 25 h, p90 2.3 days (8).',
        'Backlog now: 3 open, 1 snoozed',
        '- id 4711 waits 28.5 h, since 2026-03-01 09:30 UTC',
        'Busiest hours: 09:00 (7); weekdays: Monday (12).',
        'assignee Bo Helper: 12 conversations; first response median 5 min, p90 15 min (10); 66.7 % closed; backlog 3 open, 1 snoozed (before: 1 conversation; first response median 5 min, p90 15 min (10); 66.7 % closed)',
        'Meaning of volume: Conversations created in the timeframe.',
        'Note: One thread is missing.',
        'Data: Synced 2 minutes ago; the timeframe is covered.',
      ].join('\n'),
    )
  })

  test.each([
    [{}, 'Argument "analysis_type" is required.'],
    [{ analysis_type: 'magic' }, 'must be one of: performance_metrics, customer_satisfaction'],
    [{ analysis_type: 'customer_satisfaction', dimensions: ['moon'] }, 'must be one of: assignee, team'],
    [{ analysis_type: 'customer_satisfaction', filters: { stat: [] } }, 'is not known; known are: state'],
  ])('says what is wrong with %j', async (args, message) => {
    const { call } = await connectClient(async () => createSampleService())
    const result = await call('analyze_conversations', args)
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain(message)
  })
})

describe('through service and store', () => {
  async function serveSynced() {
    const made = await createWorkspace()
    made.workspace.create('1', noon - 2 * day)
    made.workspace.create('2', noon - 3 * day)
    await made.service.forceSync({})
    const { call, logger } = await connectClient(async () => made.service)
    return { ...made, call, logger }
  }

  test('sentiment_trends finds who is unhappy, in structure and in words', async () => {
    const { call, workspace, service } = await serveSynced()
    workspace.reply('1', 'This is the third time I write and the export is still not working. Terrible.')
    workspace.reply('2', 'Perfect, that solved it, you are wonderful!')
    await service.forceSync({})
    const result = await call('analyze_conversations', {
      analysis_type: 'sentiment_trends',
      timeframe: 'last 7 days',
    })
    expect(result.structuredContent).toMatchObject({
      totals: { judged: 2, negative: 1, positive: 1 },
      most_negative: [{ id: '1', passage: expect.stringContaining('still not working') }],
    })
    expect(textOf(result)).toContain('Totals: 2 judged: 1 negative, 0 neutral, 1 positive')
    expect(textOf(result)).toContain('- id 1, ')
  })

  test('topic_analysis counts every conversation once, takes examples and refuses dimensions', async () => {
    const { call } = await serveSynced()
    const ask = (more: object) => call('analyze_conversations', { analysis_type: 'topic_analysis', ...more })
    const result = await ask({ timeframe: 'last 7 days', compare_to: 'previous_period', examples: 1 })
    const { topics, other } = result.structuredContent as unknown as TopicBody
    expect(topics.reduce((sum, { count }) => sum + count, other.count)).toBe(2)
    expect(textOf(result)).toContain('Other: ')
    expect(textOf(await ask({ dimensions: ['team'] }))).toContain('takes no dimensions')
    expect(textOf(await ask({ examples: 201 }))).toContain('200')
  })

  test.each(['performance_metrics', 'customer_satisfaction'])(
    '%s answers within its schema',
    async (type) => {
      const { call, logger } = await serveSynced()
      const result = await call('analyze_conversations', {
        ...{ analysis_type: type, timeframe: 'last 7 days', compare_to: 'previous_period' },
        dimensions: ['assignee', 'team', 'tag', 'priority', 'time_period'],
      })
      expect(result.isError).toBeUndefined()
      expect(result.structuredContent).toMatchObject({
        ...{ analysis_type: type, compared_to: { coverage: 'full' }, notes: [] },
        freshness: { stale: false, coverage: 'full', refresh: 'none' },
      })
      expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
    },
  )

  test('an answer over old data starts a refresh, and says which time is not whole', async () => {
    const { call, advance, workspace } = await serveSynced()
    advance(3600)
    const requests = workspace.requests.length
    const result = await call('analyze_conversations', {
      ...{ analysis_type: 'performance_metrics', timeframe: 'last 7 days', compare_to: '2020' },
    })
    expect(result.structuredContent).toMatchObject({
      totals: { volume: 2, previous: { volume: 0 } },
      compared_to: { coverage: 'none' },
      freshness: { stale: true, coverage: 'partial', refresh: 'started' },
      notes: [expect.stringContaining('The time compared with is not whole: ')],
    })
    expect(workspace.requests.length).toBeGreaterThanOrEqual(requests)
  })

  test('before the first sync it answers, and says that nothing is synced', async () => {
    const { service } = await createWorkspace()
    const { call } = await connectClient(async () => service)
    const result = await call('analyze_conversations', { analysis_type: 'performance_metrics' })
    expect(result.structuredContent).toMatchObject({ totals: { volume: 0 }, freshness: { coverage: 'none' } })
    expect(textOf(result)).toContain('Nothing found means nothing is stored')
  })

  test('a search with aggregation has groups in its answer and its text', async () => {
    const { call, logger } = await serveSynced()
    const result = await call('search_conversations', {
      timeframe: 'last 7 days',
      aggregation: {
        group_by: 'state',
        metrics: ['count', 'median_response_time', 'resolution_rate', 'avg_rating'],
      },
    })
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(result.structuredContent).toMatchObject({ total: 2, groups: [{ key: 'open', count: 2 }, {}, {}] })
    expect(textOf(result)).toContain('open: 2; no first response; 0 % closed; not rated')
  })

  test('groups stand before the hits', async () => {
    const groups = [{ key: 't', label: 'bill\ning', count: 3, p90_response_time: 600, response_count: 2 }]
    const { call } = await connectClient(async () =>
      createSampleService({ searchConversations: async () => ({ ...searchAnswer, groups }) }),
    )
    const lines = textOf(await call('search_conversations', { aggregation: { group_by: 'tag' } })).split('\n')
    expect(lines.slice(1, 3)).toEqual([
      'bill ing: 3; first response p90 10 min (2 answered)',
      'Some of the conversations:',
    ])
  })
})
