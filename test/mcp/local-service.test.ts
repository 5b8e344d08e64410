import { describe, expect, test } from 'vitest'
import { IntercomApiError } from '../../src/domain/errors'
import { createWorkspace, day, noon } from '../service/workspace'
import { connectClient, textOf } from './connect'

/** A real client, server, service, store and sync; only the far side of the network is in memory. */
async function serve(options: Parameters<typeof createWorkspace>[0] = {}) {
  const made = await createWorkspace(options)
  const { call, logger } = await connectClient(async () => made.service)
  return { ...made, call, logger }
}

async function serveSynced() {
  const made = await serve()
  made.workspace.create('1', noon - 2 * day)
  made.workspace.now = noon - day
  made.workspace.reply('1', 'The parcel never arrived in Lisbon.')
  made.workspace.now = noon
  made.workspace.create('2', noon - 3 * day)
  await made.call('force_sync')
  return made
}

describe('through the tools', () => {
  test('a word that occurs only in a reply finds its conversation', async () => {
    const { call } = await serveSynced()
    const result = await call('search_conversations', { query: 'parcel' })
    expect(result.structuredContent).toMatchObject({ total: 1, returned: 1, conversations: [{ id: '1' }] })
    expect(textOf(result)).toContain('The parcel never arrived in Lisbon.')
  })

  test.each(['search_conversations', 'get_server_status', 'get_data_info', 'sync_conversations'])(
    '%s answers within its own output schema before anything is synced',
    async (name) => {
      const { call, logger } = await serve()
      const result = await call(name)
      expect(result.isError).toBeUndefined()
      expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
    },
  )

  test('detailed hits, a whole thread and the status keep to their output schemas', async () => {
    const { call } = await serveSynced()
    for (const [name, args] of [
      ['search_conversations', { detail: 'detailed', timeframe: 'last 7 days' }],
      ['get_conversation', { conversation_id: '1' }],
      ['get_conversation_details', { conversation_id: 1, include_messages: false }],
      ['get_server_status', {}],
      ['get_data_info', {}],
    ] as const) {
      expect((await call(name, args)).isError, name).toBeUndefined()
    }
  })

  test('a timeframe that is not covered is answered with what is missing', async () => {
    const { call } = await serveSynced()
    const result = await call('search_conversations', { timeframe: 'last 90 days' })
    expect(result.structuredContent).toMatchObject({ freshness: { coverage: 'partial', refresh: 'started' } })
    expect(textOf(result)).toMatch(/Data: Synced 0 seconds ago. .*not covered/)
  })

  test('pages lead through all hits by their cursor', async () => {
    const { call } = await serveSynced()
    const first = (await call('search_conversations', { limit: 1 })).structuredContent
    const second = (await call('search_conversations', { limit: 1, cursor: first?.next_cursor }))
      .structuredContent
    expect(first).toMatchObject({ total: 2, conversations: [{ id: '1' }] })
    expect(second).toMatchObject({ total: 2, conversations: [{ id: '2' }], next_cursor: null })
  })
})

describe('bad input', () => {
  test.each([
    [
      'an id that does not exist',
      'get_conversation',
      { conversation_id: '424242' },
      'There is no conversation 424242.',
    ],
    [
      'an id that is none',
      'get_conversation',
      { conversation_id: 'the one from Ada' },
      'is not the id of a conversation',
    ],
    ['a query of only punctuation', 'search_conversations', { query: '?!… -- ""' }, 'Next:'],
    ['words that name no time', 'search_conversations', { timeframe: 'when the moon is full' }, 'Examples:'],
    [
      'both names of the timeframe',
      'search_conversations',
      { timeframe: 'today', time_filter: 'yesterday' },
      'timeframe',
    ],
    ['a cursor that is none', 'search_conversations', { cursor: 'abc' }, 'The cursor cannot be read.'],
    [
      'a teammate nobody knows',
      'search_conversations',
      { filters: { assignee_id: 'Nobody Known' } },
      'assignee',
    ],
    ['half an address', 'search_conversations', { customer_email: 'ada' }, 'e-mail'],
  ])('%s is a clear error, and the server stays up', async (_what, name, args, expected) => {
    const { call } = await serveSynced()
    const result = await call(name, args)
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain(expected)
    expect((await call('search_conversations')).isError).toBeUndefined()
  })

  test('no token, and nothing stored: an answer that says so and what to do', async () => {
    const { call } = await serve({ token: null })
    const text = textOf(await call('search_conversations', { query: 'refund' }))
    expect(text).toContain('Not synced yet.')
    expect(text).toContain('There is no Intercom access token.')
    expect(textOf(await call('sync_conversations'))).toContain(
      'sync_conversations failed: There is no Intercom',
    )
  })

  test('a wrong token: a sync says so, and what is stored is still served', async () => {
    const { call, workspace, advance } = await serveSynced()
    advance(600)
    workspace.beforeAnswer = async () => {
      throw new IntercomApiError('unauthorised', 'Intercom refused the access token.')
    }
    expect(textOf(await call('force_sync'))).toContain(
      'force_sync failed: Intercom refused the access token.',
    )
    const text = textOf(await call('search_conversations'))
    expect(text).toContain('2 conversations')
    expect(text).toContain('Intercom refused the access token.')
  })

  test('a token of another workspace: nothing but the reason', async () => {
    const { store } = await serveSynced()
    const other = await serve({ store, token: 'token-b' })
    other.workspace.workspaceId = 'ws2'
    const result = await other.call('search_conversations', { query: 'parcel' })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('Reason code: storage_other_workspace')
    expect(textOf(result)).not.toContain('Lisbon')
  })
})
