import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { IntercomApiError } from '../../src/domain/errors'
import { createApiClock } from '../../src/intercom/api-clock'
import { type Operation, operations } from '../../src/intercom/operations'
import { createRateLimiter } from '../../src/intercom/rate-limiter'
import { createTransport } from '../../src/intercom/transport'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

type Answer = 'hang' | 'cut' | number

const operation: Operation = {
  name: 'slow',
  doing: 'waiting',
  permission: '',
  timeoutMs: 30_000,
  attempts: 6,
  timeouts: 2,
}
const parse = (json: unknown): unknown => json ?? null
const slow = { operation, path: '/slow', parse }

/** A transport whose far side answers each path as scripted: not at all, by cutting, or with a status. */
function aTransport(answers: Record<string, Answer>) {
  const tries: string[] = []
  const answer = (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    tries.push(pathname)
    const scripted = answers[pathname]
    if (typeof scripted === 'number') {
      return Promise.resolve(Response.json({ errors: [{ code: 'some_code' }] }, { status: scripted }))
    }
    return new Promise((_, reject) => {
      if (scripted === 'cut') reject(new TypeError('fetch failed'))
      request.signal.addEventListener('abort', () => reject(request.signal.reason))
    })
  }
  const transport = createTransport({
    baseUrl: 'https://api.example',
    destination: { host: 'api.example', region: 'us', custom: false },
    headers: {},
    limiter: createRateLimiter(),
    clock: createApiClock(Date.now),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    sleep: async () => {},
    fetch: (input) => answer(input as Request),
  })
  return { transport, tries, answers }
}

/** How a request ends, and after how many seconds. */
async function outcomeOf(sent: Promise<unknown>): Promise<{ error: unknown; seconds: number }> {
  let seconds = 0
  let error: unknown
  let isOver = false
  const over = sent.catch((reason: unknown) => {
    error = reason
  })
  void over.then(() => {
    isOver = true
  })
  await vi.advanceTimersByTimeAsync(0)
  while (!isOver && seconds < 1_000) {
    await vi.advanceTimersByTimeAsync(1_000)
    seconds += 1
  }
  return { error, seconds }
}

describe('a request that gets no answer in time', () => {
  it('fails by itself where Intercom can be reached, and asks for less meanwhile', async () => {
    const { transport, tries } = aTransport({ '/slow': 'hang', '/me': 200 })
    const onOverload = vi.fn()
    const { error, seconds } = await outcomeOf(transport.send({ ...slow, onOverload }))
    expect(error).toMatchObject({
      kind: 'server',
      status: null,
      message: 'api.example can be reached, but gave no answer within 30 seconds while waiting.',
    })
    expect(tries).toEqual(['/slow', '/me', '/slow', '/me'])
    expect(onOverload).toHaveBeenCalledTimes(2)
    expect(seconds).toBe(60)
  })

  it.each([
    ['a refusal', 401],
    ['a failure', 502],
    ['a 429', 429],
  ])('takes %s for a sign of life too', async (_, status) => {
    const { transport } = aTransport({ '/slow': 'hang', '/me': status })
    const { error } = await outcomeOf(transport.send(slow))
    expect(error).toMatchObject({ kind: 'server' })
  })

  it('does not ask who is there while others are answered', async () => {
    const { transport, tries } = aTransport({ '/slow': 'hang', '/quick': 200, '/me': 200 })
    const waiting = outcomeOf(transport.send(slow))
    for (let n = 0; n < 30; n += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      await transport.send({ ...slow, path: '/quick' })
    }
    await waiting
    expect(tries.slice(0, 32)).not.toContain('/me')
  })

  it('fails by itself, however many of its kind hold every place of the limiter', async () => {
    const { transport } = aTransport({ '/quick': 200, '/slow': 'hang', '/me': 200 })
    await transport.send({ ...slow, path: '/quick' })
    const waiting = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(transport.send(slow))))
    expect(waiting.map(({ error }) => (error as IntercomApiError).kind)).toEqual(Array(20).fill('server'))
  })

  it('is the end of it, within seconds, where nothing answers at all', async () => {
    const { transport, tries } = aTransport({ '/slow': 'hang', '/me': 'hang' })
    const { error, seconds } = await outcomeOf(transport.send(slow))
    expect(error).toMatchObject({
      kind: 'network',
      message: 'api.example did not answer within 30 seconds while waiting.',
    })
    expect(tries).toEqual(['/slow', '/me'])
    expect(seconds).toBe(40)
  })

  it('is asked about once for all that wait in vain at the same time', async () => {
    const { transport, tries } = aTransport({ '/quick': 200, '/slow': 'hang', '/me': 'hang' })
    await transport.send({ ...slow, path: '/quick' })
    const waiting = await Promise.all([1, 2].map(() => outcomeOf(transport.send(slow))))
    expect(waiting).toMatchObject([{ error: { kind: 'network' } }, { error: { kind: 'network' } }])
    expect(tries.filter((path) => path === '/me')).toHaveLength(1)
  })

  it('ends with the signal of its caller, also while it is asked who is there', async () => {
    const enough = new Error('enough')
    const controller = new AbortController()
    const { transport, tries } = aTransport({ '/slow': 'hang', '/me': 'hang' })
    const sent = expect(transport.send(slow, { signal: controller.signal })).rejects.toBe(enough)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(tries).toEqual(['/slow', '/me'])
    controller.abort(enough)
    await sent
  })
})

describe('a connection that is cut every time', () => {
  it('is a matter of that request where Intercom can be reached', async () => {
    const { transport, tries } = aTransport({ '/slow': 'cut', '/me': 200 })
    const { error } = await outcomeOf(transport.send(slow))
    expect(error).toMatchObject({
      kind: 'server',
      message: 'api.example can be reached, but cut the connection while waiting.',
    })
    expect(tries).toEqual([...Array(6).fill('/slow'), '/me'])
  })

  it('is the network where every other one is cut too', async () => {
    const { transport, tries } = aTransport({ '/slow': 'cut', '/me': 'cut' })
    const { error } = await outcomeOf(transport.send(slow))
    expect(error).toMatchObject({ kind: 'network' })
    expect(tries).toEqual([...Array(6).fill('/slow'), '/me'])
  })

  it('is the network when it is the question itself that is cut', async () => {
    const { transport, tries } = aTransport({ '/me': 'cut' })
    const { error } = await outcomeOf(transport.send({ ...slow, path: '/me' }))
    expect(error).toMatchObject({ kind: 'network' })
    expect(tries).toHaveLength(6)
  })
})

describe('the time that a request may take', () => {
  it('is more than a minute for a search, which has been seen to take 18 seconds, and half of one for others', () => {
    const { search, count, conversation, deleted } = operations
    expect([search, count, conversation, deleted].map(({ timeoutMs }) => timeoutMs)).toEqual([
      75_000, 75_000, 30_000, 30_000,
    ])
  })

  it('may be used up as often as it takes to come down to one row, but only twice by a single thread', () => {
    expect(operations.search).toMatchObject({ attempts: 6, timeouts: 6 })
    expect(operations.deleted).toMatchObject({ attempts: 6, timeouts: 6 })
    expect(operations.conversation).toMatchObject({ attempts: 6, timeouts: 2 })
  })
})
