import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/domain/errors'
import { createIntercomClient } from '../../src/intercom/client'
import whole from '../fixtures/conversation-2.15.json'
import { anError, type StubIntercom, startStubIntercom } from '../helpers/stub-intercom'
import { createTestClient } from './test-client'

let stub: StubIntercom
beforeEach(async () => {
  stub = await startStubIntercom()
})
afterEach(() => stub.close())

const me = {
  type: 'admin',
  id: '501',
  name: 'Ines Marchetti',
  app: {
    type: 'app',
    id_code: 'ws_1',
    name: 'Acme',
    created_at: 1500000000,
    timezone: 'Europe/Dublin',
    region: 'EU',
  },
}

describe('a request', () => {
  it('carries the token unchanged, the pinned version and our name', async () => {
    stub.on('GET /me', { json: me })
    await createTestClient(stub.url).client.fetchMe()
    expect(stub.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer dG9rOm9mX2FfdGVzdA==',
      accept: 'application/json',
      'intercom-version': '2.16',
      'user-agent': 'fast-intercom-mcp/1.2.3',
    })
  })

  it.each(['', '/', '/base', '/base/', '/base//'])(
    'goes to the right place when the address ends in "%s"',
    async (end) => {
      const path = end.startsWith('/base') ? '/base/me' : '/me'
      stub.on(`GET ${path}`, { json: me })
      await createTestClient(stub.url + end).client.fetchMe()
      expect(stub.requests).toHaveLength(1)
    },
  )

  it('is counted', async () => {
    stub.on('GET /me', anError(429, 'rate_limit_exceeded'), { json: me })
    const { client } = createTestClient(stub.url)
    await client.fetchMe()
    expect(client.requestCounts()).toEqual({ sent: 2, rateLimited: 1 })
  })
})

describe('creating a client', () => {
  const options = { region: 'us', apiVersion: '2.16', version: '1.2.3' } as const

  it.each(['', 'two words', 'line\nbreak', 'naïve', ' padded '])(
    'refuses the token %j without repeating it',
    (token) => {
      const create = () => createIntercomClient({ ...options, token })
      expect(create).toThrow(ConfigurationError)
      expect(create).toThrow(
        /^The access token (is empty|contains spaces or characters that no token has)\.$/,
      )
    },
  )

  it.each(['not an address', 'ftp://api.example', 'https://name:secret@api.example'])(
    'refuses the address %j without repeating it',
    (apiUrl) => {
      expect(() => createIntercomClient({ ...options, token: 'abc', apiUrl })).toThrow(
        'The Intercom API address is not a plain http or https address.',
      )
    },
  )
})

describe('fetchMe', () => {
  it('names the workspace', async () => {
    stub.on('GET /me', { json: me })
    expect(await createTestClient(stub.url).client.fetchMe()).toEqual({
      adminName: 'Ines Marchetti',
      workspace: {
        id: 'ws_1',
        name: 'Acme',
        timezone: 'Europe/Dublin',
        region: 'EU',
        createdAt: 1500000000,
      },
    })
  })

  it('says so when the token belongs to no workspace', async () => {
    stub.on('GET /me', { json: { ...me, app: null } })
    await expect(createTestClient(stub.url).client.fetchMe()).rejects.toMatchObject({
      kind: 'unauthorised',
      message: 'Intercom accepts the token but names no workspace for it.',
    })
  })
})

describe('fetchConversation', () => {
  it('returns the thread with the true number of parts', async () => {
    stub.on('GET /conversations/7015', { json: whole })
    const fetched = await createTestClient(stub.url).client.fetchConversation('7015')
    expect(fetched.messages.map(({ id }) => id)).toEqual(['source_7015', '15001', '15002', '15003'])
    expect(fetched.thread).toEqual({ partsTotal: 612 })
  })

  it('says not_found for a deleted one', async () => {
    stub.on('GET /conversations/9', anError(404, 'not_found'))
    await expect(createTestClient(stub.url).client.fetchConversation('9')).rejects.toMatchObject({
      kind: 'not_found',
      status: 404,
      apiCode: 'not_found',
    })
  })

  it('does not take an answer without parts for an empty thread', async () => {
    stub.always('GET /conversations/7015', { json: { ...whole, conversation_parts: undefined } })
    await expect(createTestClient(stub.url).client.fetchConversation('7015')).rejects.toMatchObject({
      kind: 'not_json',
    })
  })

  it('keeps an id from reaching another endpoint', async () => {
    stub.on('GET /conversations/..%2Fadmins', anError(404, 'not_found'))
    await expect(createTestClient(stub.url).client.fetchConversation('../admins')).rejects.toMatchObject({
      kind: 'not_found',
    })
  })
})

describe('the lists of names', () => {
  it('come with ids as strings, and leave out what has none', async () => {
    stub.on('GET /admins', {
      json: {
        type: 'admin.list',
        admins: [{ id: 501, name: 'Ines', email: 'ines@acme.example' }, { name: 'x' }],
      },
    })
    stub.on('GET /teams', {
      json: { type: 'team.list', teams: [{ id: '310', name: 'Billing', admin_ids: [501] }] },
    })
    stub.on('GET /tags', {
      json: {
        type: 'list',
        data: [
          { type: 'tag', id: '81', name: 'billing' },
          { type: 'tag', id: '82', name: null },
        ],
      },
    })
    const { client } = createTestClient(stub.url)
    expect(await client.listAdmins()).toEqual([{ id: '501', name: 'Ines', email: 'ines@acme.example' }])
    expect(await client.listTeams()).toEqual([{ id: '310', name: 'Billing' }])
    expect(await client.listTags()).toEqual([{ id: '81', name: 'billing' }])
  })
})

describe('now', () => {
  it("is the local clock before any answer, and Intercom's after", async () => {
    stub.on('GET /me', { json: me, headers: { date: 'Tue, 14 Nov 2023 23:13:20 GMT' } })
    const { client, clock } = createTestClient(stub.url)
    expect(client.now()).toBe(1_700_000_000)
    await client.fetchMe()
    expect(client.now()).toBe(1_700_003_600)
    clock.ms += 90_000
    expect(client.now()).toBe(1_700_003_690)
  })
})
