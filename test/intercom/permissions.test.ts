import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anError, gatewayPage, type StubIntercom, startStubIntercom } from '../helpers/stub-intercom'
import { collect, createTestClient } from './test-client'

let stub: StubIntercom
beforeEach(async () => {
  stub = await startStubIntercom()
})
afterEach(() => stub.close())

const tickets = 'POST /tickets/search'
const refused = anError(401, 'token_unauthorized')
const window = {
  timeframe: { start: 0, end: 9 },
  field: 'updated_at',
  order: 'ascending',
  pageSize: 150,
} as const

describe('the permission to read tickets', () => {
  it('is missing when Intercom refuses to search them, and that is told once', async () => {
    stub.on(tickets, refused, refused)
    const { client, logs } = createTestClient(stub.url)
    expect(client.missingPermissions()).toEqual([])
    await client.checkTicketPermission()
    await client.checkTicketPermission()
    expect(client.missingPermissions()).toEqual(['Read tickets'])
    expect(logs.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        message: 'The access token may not read tickets: conversations that are tickets are missing',
        fields: { permission: 'Read tickets' },
      },
    ])
  })

  it('is asked for with as little as possible', async () => {
    stub.on(tickets, { json: { type: 'ticket.list', tickets: [], total_count: 0 } })
    await createTestClient(stub.url).client.checkTicketPermission()
    expect(stub.requests.map(({ json }) => json)).toMatchObject([{ pagination: { per_page: 1 } }])
  })

  it.each([
    ['has been given meanwhile', { json: { type: 'ticket.list' } }],
    ['is of no use, because the plan has no tickets', anError(403, 'api_plan_restricted')],
  ])('is not missing any more when it %s', async (_, answer) => {
    stub.on(tickets, refused, answer)
    const { client } = createTestClient(stub.url)
    await client.checkTicketPermission()
    await client.checkTicketPermission()
    expect(client.missingPermissions()).toEqual([])
  })

  it.each([
    ['a failure', gatewayPage],
    ['an answer that no documentation knows', anError(404, 'not_found')],
  ])('stays what it was after %s', async (_, answer) => {
    stub.on(tickets, refused)
    stub.always(tickets, answer)
    const { client } = createTestClient(stub.url)
    await client.checkTicketPermission()
    await client.checkTicketPermission()
    expect(client.missingPermissions()).toEqual(['Read tickets'])
  })

  it('does not hide that the token is refused', async () => {
    stub.on(tickets, anError(401, 'unauthorized'))
    await expect(createTestClient(stub.url).client.checkTicketPermission()).rejects.toMatchObject({
      kind: 'unauthorised',
    })
  })
})

describe('a conversation that is refused', () => {
  it('is a ticket where others may be searched for, and a permission is missing where others can be read', async () => {
    stub.on('POST /conversations/search', { json: { conversations: [], total_count: 0 } })
    stub.on('GET /conversations/7', anError(403, 'forbidden'))
    const { client } = createTestClient(stub.url)
    await collect(client.searchConversations(window))
    await expect(client.fetchConversation('7')).rejects.toMatchObject({
      kind: 'missing_scope',
      status: 403,
      apiCode: 'forbidden',
      message: 'The access token lacks the permission for reading a conversation that is a ticket.',
      hint: expect.stringContaining('Add "Read tickets" to the app'),
    })
    expect(client.missingPermissions()).toEqual([])
    stub.on('GET /conversations/8', { json: { id: '8', created_at: 1, conversation_parts: [] } })
    await client.fetchConversation('8')
    expect(client.missingPermissions()).toEqual(['Read tickets'])
  })

  it('may be any conversation where none has been seen', async () => {
    stub.on('GET /conversations/7', refused)
    const { client } = createTestClient(stub.url)
    await expect(client.fetchConversation('7')).rejects.toMatchObject({
      kind: 'missing_scope',
      hint: expect.stringContaining('Add "Read conversations" to the app'),
    })
    expect(client.missingPermissions()).toEqual([])
  })
})
