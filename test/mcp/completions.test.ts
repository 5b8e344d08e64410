import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../../src/domain/errors'
import { timeframeWords } from '../../src/mcp/completions'
import { findTimeframeProblem } from '../../src/service/timeframe-check'
import { createSampleStore } from '../queries/sample-store'
import { createWorkspace } from '../service/workspace'
import { connectClient } from './connect'
import { createSampleService } from './sample-service'

const neverReady = () => new Promise<never>(() => {})
const template = { type: 'ref/resource' as const, uri: 'intercom://conversation/{id}' }
const prompt = (name: string) => ({ type: 'ref/prompt' as const, name })

async function serveStored() {
  const store = await createSampleStore([
    { id: '1001', daysAgo: 9, customerEmail: 'Mira@example.com' },
    { id: '1002', daysAgo: 3, customerEmail: 'milan@example.com' },
    { id: '2001', daysAgo: 1, customerEmail: 'ada@example.com' },
  ])
  await store.apply({ tags: [{ id: 't1', name: 'Refund' }] })
  const { service } = await createWorkspace({ store, token: null })
  const { client } = await connectClient(async () => service)
  return async (ref: typeof template | ReturnType<typeof prompt>, name: string, value: string) =>
    (await client.complete({ ref, argument: { name, value } })).completion
}

describe('completions', () => {
  test('come out of what is stored, for each kind of argument', async () => {
    const complete = await serveStored()
    const history = prompt('customer_history')
    const found = { total: 1, hasMore: false }
    expect(await complete(history, 'customer_email', 'MI')).toEqual({
      ...{ values: ['milan@example.com', 'mira@example.com'], total: 2, hasMore: false },
    })
    expect(await complete(prompt('weekly_report'), 'team', 'bil')).toEqual({ values: ['Billing'], ...found })
    expect(await complete(prompt('weekly_report'), 'tag', 're')).toEqual({ values: ['Refund'], ...found })
    expect(await complete(prompt('escalations'), 'assignee', 'sm')).toEqual({
      ...{ values: ['Cleo Smith'], ...found },
    })
    expect(await complete(template, 'id', '10')).toEqual({
      values: ['1002', '1001'],
      total: 2,
      hasMore: false,
    })
    expect((await complete(template, 'id', 'conversation_2')).values).toEqual(['conversation_2001'])
    expect((await complete(template, 'id', '')).values).toEqual(['2001', '1002', '1001'])
  })

  test('of a timeframe are words that the tools read, without the data', async () => {
    const { client } = await connectClient(neverReady)
    const argument = { name: 'timeframe', value: 'Last 3' }
    expect((await client.complete({ ref: prompt('weekly_report'), argument })).completion).toEqual({
      ...{ values: ['last 30 days'], total: 1, hasMore: false },
    })
    for (const words of timeframeWords) expect(findTimeframeProblem(words), words).toBeNull()
  })

  test('say that there are more, without counting them', async () => {
    const values = Array.from({ length: 100 }, (_, index) => `a${index}@example.com`)
    const service = createSampleService({ suggest: async () => ({ values, total: null, has_more: true }) })
    const { client } = await connectClient(async () => service)
    const argument = { name: 'customer_email', value: 'a' }
    const { completion } = await client.complete({ ref: prompt('before_the_call'), argument })
    expect(completion).toEqual({ values, hasMore: true })
  })

  test('are none for free words, and none while the data cannot be opened', async () => {
    const { client } = await connectClient(async () => {
      throw new ConfigurationError('There is no access token.')
    })
    const none = { values: [], total: 0, hasMore: false }
    for (const name of ['about', 'customer_email']) {
      const { completion } = await client.complete({
        ref: prompt('before_the_call'),
        argument: { name, value: 'a' },
      })
      expect(completion).toEqual(none)
    }
  })

  test.each([
    [prompt('monthly_report'), 'team', /Unknown prompt "monthly_report"/],
    [prompt('weekly_report'), 'customer_email', /There is no argument "customer_email"/],
    [prompt('weekly_report'), 'toString', /There is no argument "toString"/],
    [{ ...template, uri: 'intercom://status' }, 'id', /Unknown template "intercom:\/\/status"/],
    [template, 'cursor', /There is no argument "cursor"/],
  ])('of %j, argument %s, are refused', async (ref, name, message) => {
    const { client } = await connectClient(neverReady)
    await expect(client.complete({ ref, argument: { name, value: '' } })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(message),
    })
  })
})
