import { describe, expect, test } from 'vitest'
import {
  AppError,
  ConfigurationError,
  IntercomApiError,
  NotFoundError,
  StorageError,
  UserInputError,
} from '../../src/domain/errors'
import { connectClient, textOf } from './connect'
import { createSampleService } from './sample-service'

async function refuse(name: string, args: Record<string, unknown>): Promise<string> {
  const service = createSampleService()
  const { call } = await connectClient(async () => service)
  const result = await call(name, args)
  expect(result.isError).toBe(true)
  expect(service.calls).toEqual([])
  return textOf(result)
}

describe('wrong arguments', () => {
  test.each([
    [{ limit: -1 }, 'Argument "limit" must be a whole number from 1 to 1000; received -1.'],
    [{ limit: 1001 }, 'Argument "limit" must be a whole number from 1 to 1000; received 1001.'],
    [{ limit: 2.5 }, 'Argument "limit" must be a whole number from 1 to 1000; received 2.5.'],
    [{ limit: Number.NaN }, 'Argument "limit" must be a whole number from 1 to 1000; received NaN.'],
    [{ limit: '5' }, 'Argument "limit" must be a whole number from 1 to 1000; received "5".'],
    [{ wait_seconds: 31 }, 'Argument "wait_seconds" must be a number from 0 to 30; received 31.'],
    [
      { sort: 'best' },
      'Argument "sort" must be one of: relevance, newest, oldest, longest_waiting; received "best".',
    ],
    [{ query: 7 }, 'Argument "query" must be a text; received 7.'],
    [
      { filters: { state: ['opened'] } },
      'Argument "filters.state.0" must be one of: open, closed, snoozed; received "opened".',
    ],
    [
      { filters: { priority: 'huge' } },
      'Argument "filters.priority" must be one of: none, low, medium, high, urgent, priority, not_priority, or a list of such; received "huge".',
    ],
    [{ filters: { rating: 6 } }, 'Argument "filters.rating" must be a whole number from 1 to 5; received 6.'],
    [
      { timeframe: 7 },
      'Argument "timeframe" must be words such as "last week", or an object with start_date, end_date or relative; received 7.',
    ],
    [
      { timeframe: { relative: 'last_year' } },
      'Argument "timeframe.relative" must be one of: today, yesterday, last_7_days, last_30_days, last_90_days; received "last_year".',
    ],
  ])('search_conversations %j says what is allowed', async (args, expected) => {
    expect(await refuse('search_conversations', args)).toContain(expected)
  })

  test('refuses a query of 10,000 characters without repeating it', async () => {
    const text = await refuse('search_conversations', { query: 'a'.repeat(10_000) })
    expect(text).toContain('Argument "query" must be at most 1000 characters long; received "aaa')
    expect(text.length).toBeLessThan(300)
  })

  test('names an argument that is not known, and those that are', async () => {
    const text = await refuse('search_conversations', { querry: 'refund' })
    expect(text).toContain('Argument "querry" is not known; known are: query, timeframe, time_filter,')
  })

  test('names an unknown argument inside an object', async () => {
    const text = await refuse('search_conversations', { filters: { status: 'open' } })
    expect(text).toContain('Argument "filters.status" is not known; known are: state, priority, assignee_id,')
    const inTimeframe = await refuse('search_conversations', { timeframe: { from: '2026-01-01' } })
    expect(inTimeframe).toContain(
      'Argument "timeframe.from" is not known; known are: start_date, end_date, relative.',
    )
  })

  test('a group or figure that there is not is told what there is', async () => {
    expect(await refuse('search_conversations', { aggregation: { group_by: 'moon' } })).toContain(
      'Argument "aggregation.group_by" must be one of: day, week, month, hour, weekday, assignee',
    )
    expect(await refuse('search_conversations', { aggregation: { metrics: ['sum'] } })).toContain(
      'Argument "aggregation.metrics.0" must be one of: count, avg_response_time',
    )
  })

  test('a tool without arguments says so', async () => {
    expect(await refuse('get_data_info', { verbose: true })).toContain(
      'Argument "verbose" is not known: no arguments are taken here.',
    )
  })

  test('get_conversation needs an id', async () => {
    expect(await refuse('get_conversation', {})).toContain('Argument "conversation_id" is required.')
    expect(await refuse('get_conversation', { conversation_id: true })).toContain(
      'Argument "conversation_id" must be an id such as "123", "conversation_123", or the address of the conversation in Intercom; received true.',
    )
  })

  test('tells every wrong argument at once', async () => {
    const text = await refuse('search_conversations', { limit: 0, offset: -1 })
    expect(text).toContain('"limit" must be')
    expect(text).toContain('"offset" must be')
  })
})

describe('failures of the service', () => {
  async function fail(error: unknown) {
    const { call, logger, client } = await connectClient(async () =>
      createSampleService({
        searchConversations: async () => {
          throw error
        },
      }),
    )
    const result = await call('search_conversations')
    expect(result.isError).toBe(true)
    await client.ping()
    return { text: textOf(result), logger }
  }

  test('an expected error says what, why and what next', async () => {
    const { text } = await fail(
      new IntercomApiError('unauthorised', 'Intercom refused the access token.', {
        hint: 'Run "init" again.',
      }),
    )
    expect(text).toBe(
      [
        'search_conversations failed: Intercom refused the access token.',
        'Reason code: intercom_unauthorised',
        'Next: Run "init" again.',
      ].join('\n'),
    )
  })

  test.each([
    [new UserInputError('No.'), 'Next: Change the arguments'],
    [new NotFoundError('No.'), 'Next: Look the id up'],
    [new ConfigurationError('No.'), 'Next: Run `npx fast-intercom-mcp init`'],
    [new IntercomApiError('rate_limited', 'No.'), 'Next: Wait a minute'],
    [new IntercomApiError('network', 'No.'), 'Next: Check the network'],
    [new IntercomApiError('server', 'No.'), 'Next: Call again later'],
    [new StorageError('damaged', 'No.'), 'Next: Run "fast-intercom-mcp status"'],
  ])('%s without a hint of its own still says what next', async (error, expected) => {
    expect((await fail(error)).text).toContain(expected)
  })

  test('an error without any next step says nothing false', async () => {
    expect((await fail(new AppError('other', 'No.'))).text).not.toContain('Next:')
  })

  test('a bug is logged in full, and its text and stack are not shown', async () => {
    const { text, logger } = await fail(new TypeError('secret-token is not a function'))
    expect(text).not.toContain('secret-token')
    expect(text).not.toContain('at ')
    expect(text).toContain('unexpected error inside the server')
    const line = logger.lines.find(({ level }) => level === 'error')
    expect(String(line?.fields?.error)).toContain('secret-token')
  })

  test('an answer that breaks the output schema is a bug, not an answer', async () => {
    const { call, logger } = await connectClient(async () =>
      createSampleService({ forceSync: async () => ({ success: 'yes' }) as never }),
    )
    expect((await call('force_sync')).isError).toBe(true)
    expect(JSON.stringify(logger.lines)).toContain('broke its output schema')
  })

  test('a service that cannot be had is an answer too, and is asked for again', async () => {
    let attempts = 0
    const { call } = await connectClient(async () => {
      attempts += 1
      if (attempts === 1) throw new StorageError('locked', 'Another machine holds the data.')
      return createSampleService()
    })
    expect(textOf(await call('get_data_info'))).toContain('Another machine holds the data.')
    expect((await call('get_data_info')).isError).toBeUndefined()
  })
})

test('an unknown tool is an error of the protocol', async () => {
  const { call } = await connectClient(async () => createSampleService())
  await expect(call('delete_everything')).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('Unknown tool "delete_everything"; known are: search_conversations'),
  })
})
