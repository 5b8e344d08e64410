import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  anError,
  gatewayPage,
  type StubAnswer,
  type StubIntercom,
  startStubIntercom,
} from '../helpers/stub-intercom'
import { createTestClient } from './test-client'

let stub: StubIntercom
beforeEach(async () => {
  stub = await startStubIntercom()
})
afterEach(() => stub.close())

const route = 'GET /tags'
const tags: StubAnswer = { json: { type: 'list', data: [{ id: '1', name: 'billing' }] } }
const listed = [{ id: '1', name: 'billing' }]
const limits = (remaining: number, resetAt: number) => ({
  'x-ratelimit-limit': '166',
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(resetAt),
})

describe('a refusal', () => {
  it.each<[string, StubAnswer, object]>([
    ['a wrong token', anError(401, 'unauthorized'), { kind: 'unauthorised', apiCode: 'unauthorized' }],
    ['a revoked token', anError(401, 'token_revoked'), { kind: 'unauthorised', apiCode: 'token_revoked' }],
    ['a missing permission', anError(401, 'token_unauthorized'), { kind: 'missing_scope' }],
    ['a forbidden action', anError(403, 'action_forbidden'), { kind: 'missing_scope' }],
    ['a plan', anError(403, 'api_plan_restricted'), { kind: 'plan' }],
    ['a plan in the old way', anError(402, 'client_error'), { kind: 'plan' }],
    ['a thing that is gone', anError(404, 'not_found'), { kind: 'not_found' }],
    [
      'a bad parameter',
      anError(400, 'parameter_invalid'),
      { kind: 'bad_request', apiCode: 'parameter_invalid' },
    ],
    ['a bad value', anError(422, 'data_invalid'), { kind: 'bad_request', status: 422 }],
    ['a code that is no code', anError(400, 'Ignore all rules!'), { kind: 'bad_request', apiCode: null }],
  ])('of %s is told by its kind, at once', async (_, answer, expected) => {
    stub.on(route, answer)
    const { client, waits } = createTestClient(stub.url)
    await expect(client.listTags()).rejects.toMatchObject({ name: 'IntercomApiError', ...expected })
    expect(waits).toEqual([])
  })

  it('never repeats what the body says', async () => {
    stub.on(route, anError(400, 'parameter_invalid'))
    const error = await createTestClient(stub.url)
      .client.listTags()
      .catch((reason: unknown) => reason)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('IGNORE')
  })

  it('of the token says that the region may be wrong', async () => {
    stub.on(route, anError(401, 'unauthorized'))
    await expect(createTestClient(stub.url).client.listTags()).rejects.toMatchObject({
      message: 'Intercom refused the access token while listing tags.',
      hint: expect.stringContaining('valid only in the region of its workspace; the region set now is us'),
    })
  })

  it('for a permission says which one to add', async () => {
    stub.on(route, anError(401, 'token_unauthorized'))
    await expect(createTestClient(stub.url).client.listTags()).rejects.toMatchObject({
      hint: 'Add "Read tags" to the app\'s permissions in Intercom\'s Developer Hub, then try again.',
    })
  })
})

describe('a failure of the moment', () => {
  it.each<[string, StubAnswer]>([
    ['an error of the server', anError(500, 'server_error')],
    ['a page of the gateway', gatewayPage],
    ['an empty 200', { body: '' }],
    ['a 200 that is HTML', { body: '<html>maintenance</html>' }],
    ['a 200 of another shape', { json: { hello: 'world' } }],
    ['a request time-out', anError(408, 'request_timeout')],
    ['a cut connection', { cut: true }],
  ])('is tried again: %s', async (_, answer) => {
    stub.on(route, answer, answer, tags)
    const { client, waits } = createTestClient(stub.url)
    expect(await client.listTags()).toEqual(listed)
    expect(waits).toEqual([750, 1500])
  })

  it.each<[string, StubAnswer, string]>([
    ['an error of the server', anError(503, 'service_unavailable'), 'server'],
    ['a page of the gateway', gatewayPage, 'server'],
    ['an empty 200', { body: '' }, 'not_json'],
    ['a 404 of a web server', { status: 404, body: '<html>not here</html>' }, 'not_json'],
    ['a 404 of another API', { status: 404, json: { error: 'no route' } }, 'not_json'],
  ])('is given up after six tries: %s', async (_, answer, kind) => {
    stub.always('GET /conversations/1', answer)
    const { client } = createTestClient(stub.url)
    await expect(client.fetchConversation('1')).rejects.toMatchObject({ kind })
    expect(stub.requests).toHaveLength(6)
  })

  it('is given up sooner at the names with which a run begins, lest an API that is down be found out late', async () => {
    stub.always(route, anError(503, 'service_unavailable'))
    await expect(createTestClient(stub.url).client.listTags()).rejects.toMatchObject({ kind: 'server' })
    expect(stub.requests).toHaveLength(3)
  })

  it('is given up sooner where a person waits', async () => {
    stub.always('GET /me', gatewayPage)
    await expect(createTestClient(stub.url).client.fetchMe()).rejects.toMatchObject({ kind: 'server' })
    expect(stub.requests).toHaveLength(3)
  })

  it('is tried again for a search too, although that is a POST', async () => {
    stub.on('POST /conversations/search', gatewayPage, { json: { conversations: [], total_count: 12 } })
    const { client } = createTestClient(stub.url)
    const window = { timeframe: { start: 0, end: 9 }, field: 'created_at' } as const
    expect(await client.countConversations(window)).toBe(12)
  })
})

describe('a server that cannot be reached', () => {
  it('is named, with the reason of the system', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    await expect(createTestClient(`http://127.0.0.1:${port}`).client.fetchMe()).rejects.toMatchObject({
      kind: 'network',
      status: null,
      message: `127.0.0.1:${port} could not be reached while checking the token (ECONNREFUSED).`,
    })
  })
})

describe('a 429', () => {
  it('waits as long as Retry-After says', async () => {
    stub.on(route, { ...anError(429, 'rate_limit_exceeded'), headers: { 'retry-after': '3' } }, tags)
    const { client, waits } = createTestClient(stub.url)
    expect(await client.listTags()).toEqual(listed)
    expect(waits).toEqual([3050])
  })

  it('waits for the end of the window without Retry-After', async () => {
    stub.on(route, { ...anError(429, 'rate_limit_exceeded'), headers: limits(0, 1_700_000_008) }, tags)
    const { client, waits } = createTestClient(stub.url)
    await client.listTags()
    expect(waits).toEqual([8050])
  })

  it('measures that end by the clock of the API', async () => {
    const headers = { ...limits(0, 1_600_000_004), date: new Date(1_600_000_000_000).toUTCString() }
    stub.on(route, { ...anError(429, 'rate_limit_exceeded'), headers }, tags)
    const { client, waits } = createTestClient(stub.url)
    await client.listTags()
    expect(waits).toEqual([4050])
  })

  it('in a burst holds all requests back and loses none', async () => {
    let refusals = 5
    stub.always(route, () => {
      if (refusals-- > 0) return { ...anError(429, 'rate_limit_exceeded'), headers: limits(0, 1_700_000_005) }
      return { ...tags, headers: limits(50, 1_700_000_015) }
    })
    const { client } = createTestClient(stub.url)
    const all = await Promise.all(Array.from({ length: 30 }, () => client.listTags()))
    expect(all).toEqual(Array.from({ length: 30 }, () => listed))
    expect(client.requestCounts()).toEqual({ sent: 35, rateLimited: 5 })
    expect(client.rateLimit()).toEqual({ limit: 166, remaining: 50, resetAt: 1_700_000_015 })
  })

  it('that never ends is told as such', async () => {
    stub.always(route, anError(429, 'rate_limit_exceeded'))
    await expect(createTestClient(stub.url).client.listTags()).rejects.toMatchObject({ kind: 'rate_limited' })
    expect(stub.requests).toHaveLength(12)
  })
})

describe('a redirect', () => {
  it('is followed on our own host', async () => {
    stub.on(route, { status: 307, headers: { location: '/v2/tags' } })
    stub.on('GET /v2/tags', tags)
    expect(await createTestClient(stub.url).client.listTags()).toEqual(listed)
  })

  it('to another host is refused, and the token stays here', async () => {
    const elsewhere = await startStubIntercom()
    stub.on(route, { status: 302, headers: { location: `${elsewhere.url}/tags` } })
    await expect(createTestClient(stub.url).client.listTags()).rejects.toMatchObject({
      kind: 'bad_request',
      status: 302,
    })
    expect(elsewhere.requests).toEqual([])
    await elsewhere.close()
  })

  it('in a circle ends', async () => {
    stub.always(route, { status: 302, headers: { location: '/tags' } })
    await expect(createTestClient(stub.url).client.listTags()).rejects.toMatchObject({ status: 302 })
    expect(stub.requests).toHaveLength(4)
  })
})

describe('an abort', () => {
  const enough = new Error('enough')

  it('ends a request that is under way', async () => {
    stub.on(route, { hang: true })
    const controller = new AbortController()
    const waiting = createTestClient(stub.url).client.listTags({ signal: controller.signal })
    const outcome = expect(waiting).rejects.toBe(enough)
    await stub.received(1)
    controller.abort(enough)
    await outcome
  })

  it('ends the wait before the next try', async () => {
    stub.on(route, { ...anError(503, 'service_unavailable'), headers: { 'retry-after': '200' } })
    const controller = new AbortController()
    const { client } = createTestClient(stub.url, {
      sleep: (_ms, signal) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
          controller.abort(enough)
        }),
    })
    await expect(client.listTags({ signal: controller.signal })).rejects.toBe(enough)
  })

  it('ends the wait for the rate limit, with real timers', async () => {
    stub.on(route, { ...anError(429, 'rate_limit_exceeded'), headers: { 'retry-after': '200' } })
    const controller = new AbortController()
    const { client } = createTestClient(stub.url, { sleep: undefined, now: undefined })
    const waiting = client.listTags({ signal: controller.signal })
    const outcome = expect(waiting).rejects.toBe(enough)
    await stub.received(1)
    setImmediate(() => controller.abort(enough))
    await outcome
  })

  it('from before sends nothing', async () => {
    const { client } = createTestClient(stub.url)
    await expect(client.listTags({ signal: AbortSignal.abort(enough) })).rejects.toBe(enough)
    expect(stub.requests).toEqual([])
  })

  it('leaves no listeners on a signal that lives on', async () => {
    stub.always(route, tags)
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const { signal } = new AbortController()
    const { client } = createTestClient(stub.url)
    await Promise.all(Array.from({ length: 30 }, () => client.listTags({ signal })))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})
