import { describe, expect, test, vi } from 'vitest'
import { ConfigurationError, IntercomApiError, NotFoundError } from '../../src/domain/errors'
import type { Store, StoreSearch } from '../../src/storage/port'
import { createDeferred } from '../mcp/connect'
import { createWorkspace, day, noon } from './workspace'

async function syncedWorkspace(options: Parameters<typeof createWorkspace>[0] = {}) {
  const made = await createWorkspace(options)
  made.workspace.create('1', noon - 2 * day)
  made.workspace.now = noon - day
  made.workspace.reply('1', 'The invoice was paid twice.')
  made.workspace.now = noon
  made.workspace.create('2', noon - 3 * day)
  await made.service.forceSync({})
  return made
}

describe('a search', () => {
  test('over fresh and covered data starts nothing', async () => {
    const { service, workspace } = await syncedWorkspace()
    const requests = workspace.requests.length
    const { total, freshness } = await service.searchConversations({
      query: 'invoice',
      timeframe: 'last 7 days',
    })
    expect(total).toBe(1)
    expect(freshness).toMatchObject({
      stale: false,
      coverage: 'full',
      gaps: [],
      refresh: 'none',
      refresh_error: null,
    })
    expect(workspace.requests).toHaveLength(requests)
  })

  test('takes data for stale by the age that came with the call', async () => {
    const { service, advance } = await syncedWorkspace()
    advance(120)
    const request = { query: 'invoice', timeframe: 'last 7 days' }
    const patient = await service.searchConversations(request, { maxSyncAgeMinutes: 3 })
    expect(patient.freshness).toMatchObject({ stale: false, refresh: 'none', age_seconds: 120 })
    const usual = await service.searchConversations(request)
    expect(usual.freshness).toMatchObject({ stale: false, refresh: 'none' })
    const hasty = await service.searchConversations(request, { maxSyncAgeMinutes: 1 })
    expect(hasty.freshness).toMatchObject({ stale: true, refresh: 'started' })
  })

  test('has no more fetched than the limit that came with the call', async () => {
    const { service, workspace, scheduler } = await syncedWorkspace()
    const request = { timeframe: { start_date: '2020-01-01', end_date: '2020-12-31' } }
    for (let day = 1; day <= 6; day += 1) workspace.create(`old${day}`, Date.UTC(2020, day, 1) / 1000)
    const first = await service.searchConversations(request, { backfillLimit: 2 })
    expect(first.freshness.refresh).toBe('started')
    await vi.waitUntil(() => scheduler.status().running === null)
    const limited = await service.searchConversations(request, { backfillLimit: 2 })
    expect(limited.freshness).toMatchObject({ refresh: 'none', coverage: 'partial' })
    expect(limited.total).toBeLessThanOrEqual(2)
    const usual = await service.searchConversations(request)
    expect(usual.freshness.refresh).toBe('started')
    await vi.waitUntil(() => scheduler.status().running === null)
    expect((await service.searchConversations(request)).total).toBe(6)
  })

  test('over stale data answers at once and starts a refresh that the next call sees', async () => {
    const { service, workspace, scheduler, advance } = await syncedWorkspace()
    advance(599)
    workspace.create('3')
    workspace.reply('3', 'Another invoice question')
    advance(1)
    const held = createDeferred()
    workspace.beforeAnswer = () => held.promise
    const first = await service.searchConversations({ query: 'invoice', timeframe: 'last 7 days' })
    expect(first.total).toBe(1)
    expect(first.freshness).toMatchObject({ stale: true, age_seconds: 600, refresh: 'started' })
    const second = await service.searchConversations({ query: 'invoice', timeframe: 'last 7 days' })
    expect(second.freshness.refresh).toBe('running')
    held.resolve()
    await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
    const third = await service.searchConversations({ query: 'invoice', timeframe: 'last 7 days' })
    expect(third.total).toBe(2)
    expect(third.freshness).toMatchObject({ stale: false, refresh: 'none' })
  })

  test('does not take credit for a sync that ended after the store was asked', async () => {
    const { store } = await syncedWorkspace()
    const overtaken: Store = Object.assign(Object.create(store), {
      async searchConversations(search: StoreSearch) {
        const found = await store.searchConversations(search)
        const state = await store.getSyncState()
        await store.apply({ syncState: { ...state, asOf: noon + 3_600 } })
        return found
      },
    })
    const { service, advance } = await createWorkspace({ store: overtaken })
    advance(3_600)
    const { freshness } = await service.searchConversations({ query: 'invoice', timeframe: 'last 7 days' })
    expect(freshness).toMatchObject({ as_of: '2026-03-02T12:00:00Z', age_seconds: 3_600, stale: true })
  })

  test('with wait_seconds answers anew when the refresh is done', async () => {
    const { service, workspace, advance } = await syncedWorkspace()
    advance(599)
    workspace.create('3')
    advance(1)
    const answer = await service.searchConversations({ timeframe: 'last 7 days', wait_seconds: 30 })
    expect(answer.total).toBe(3)
    expect(answer.freshness).toMatchObject({ stale: false, refresh: 'none' })
  })

  test('with wait_seconds answers with what there is when the refresh takes longer', async () => {
    const { service, workspace, advance } = await syncedWorkspace()
    advance(600)
    workspace.beforeAnswer = () => new Promise(() => {})
    const answer = await service.searchConversations({ timeframe: 'last 7 days', wait_seconds: 0.01 })
    expect(answer.freshness).toMatchObject({ stale: true, refresh: 'running' })
  })

  test('that is cancelled while it waits rejects with the caller’s reason', async () => {
    const { service, workspace, advance } = await syncedWorkspace()
    advance(600)
    workspace.beforeAnswer = () => new Promise(() => {})
    const abort = new AbortController()
    const waiting = service.searchConversations({ wait_seconds: 30 }, { signal: abort.signal })
    abort.abort(new Error('never mind'))
    await expect(waiting).rejects.toThrow('never mind')
  })

  test('outside of what is covered fetches the gap', async () => {
    const { service, workspace, scheduler } = await syncedWorkspace()
    workspace.create('0', noon - 60 * day)
    const request = { timeframe: { start_date: '2025-12-25', end_date: '2026-01-10' } }
    const first = await service.searchConversations(request)
    expect(first).toMatchObject({ total: 0, freshness: { coverage: 'none', refresh: 'started' } })
    await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
    expect(await service.searchConversations(request)).toMatchObject({
      total: 1,
      freshness: { coverage: 'full', refresh: 'none' },
    })
  })

  test('without a timeframe never fetches history', async () => {
    const { service, workspace } = await syncedWorkspace()
    const requests = workspace.requests.length
    const { freshness } = await service.searchConversations({})
    expect(freshness).toMatchObject({ coverage: 'partial', refresh: 'none' })
    expect(workspace.requests).toHaveLength(requests)
  })

  test.each([
    ['unauthorised', 'unauthorised', 'unavailable'],
    ['rate_limited', 'throttled', 'failed'],
    ['network', 'offline', 'failed'],
    ['server', 'server', 'failed'],
  ] as const)('after a failure of kind %s says %s', async (kind, code, refresh) => {
    const { service, workspace, scheduler, advance } = await syncedWorkspace()
    advance(600)
    workspace.beforeAnswer = async () => {
      throw new IntercomApiError(kind, 'It did not work.')
    }
    await service.searchConversations({})
    await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
    const { total, freshness } = await service.searchConversations({})
    expect(total).toBe(2)
    expect(freshness).toMatchObject({ refresh, refresh_error: { code } })
    expect(freshness.refresh_error?.message).toContain('It did not work.')
  })

  test('without a token serves what is stored and says why it is not refreshed', async () => {
    const { store, advance } = await syncedWorkspace()
    advance(600)
    const { service } = await createWorkspace({ store, token: null })
    const { total, freshness } = await service.searchConversations({})
    expect(total).toBe(2)
    expect(freshness.refresh_error).toBe(null)
    const later = await createWorkspace({ store, token: null })
    later.advance(600)
    expect((await later.service.searchConversations({})).freshness).toMatchObject({
      refresh: 'unavailable',
      refresh_error: { code: 'unauthorised', message: expect.stringContaining('init') },
    })
  })

  test('in a command that has the store to itself starts nothing and names sync', async () => {
    const { service, workspace, advance } = await syncedWorkspace({ backgroundRefresh: false })
    advance(600)
    const requests = workspace.requests.length
    const { freshness } = await service.searchConversations({})
    expect(freshness).toMatchObject({ stale: true, refresh: 'unavailable', refresh_error: null })
    expect(freshness.message).toContain('fast-intercom-mcp sync')
    expect(workspace.requests).toHaveLength(requests)
  })

  test('before the first sync says that nothing is stored yet', async () => {
    const { service } = await createWorkspace({ backgroundRefresh: false })
    const { total, freshness } = await service.searchConversations({ query: 'refund' })
    expect(total).toBe(0)
    expect(freshness).toMatchObject({ as_of: null, age_seconds: null, coverage: 'none' })
    expect(freshness.message).toContain('Not synced yet')
  })
})

describe('one conversation', () => {
  test('is read from the store without the network', async () => {
    const { service, workspace } = await syncedWorkspace()
    const requests = workspace.requests.length
    const answer = await service.getConversation({ conversation_id: 'conversation_1' })
    expect(answer.source).toBe('cache')
    expect(answer.conversation.messages.map(({ text }) => text)).toEqual([
      'opening of 1',
      'The invoice was paid twice.',
    ])
    expect(answer.freshness).toMatchObject({ coverage: 'full', stale: false })
    expect(workspace.requests).toHaveLength(requests)
  })

  test('that is not stored yet is fetched', async () => {
    const { service, workspace } = await syncedWorkspace()
    workspace.create('99', noon - 300 * day)
    const answer = await service.getConversation({ conversation_id: '99' })
    expect(answer.source).toBe('live')
    expect(answer.freshness).toMatchObject({
      age_seconds: 0,
      stale: false,
      message: 'Fetched from Intercom just now.',
    })
    expect((await service.getConversation({ conversation_id: '99' })).source).toBe('cache')
  })

  test('that nobody knows is not found', async () => {
    const { service } = await syncedWorkspace()
    await expect(service.getConversation({ conversation_id: '12345' })).rejects.toBeInstanceOf(NotFoundError)
  })

  test('that is not stored says why it cannot be fetched', async () => {
    const { service, workspace } = await syncedWorkspace()
    workspace.beforeAnswer = async () => {
      throw new IntercomApiError('network', 'Intercom cannot be reached.')
    }
    await expect(service.getConversation({ conversation_id: '12345' })).rejects.toMatchObject({
      code: 'intercom_network',
      message: 'Conversation 12345 is not stored, and it could not be fetched: Intercom cannot be reached.',
    })
  })

  test('of which only the opening is stored is answered with a mark when Intercom cannot be reached', async () => {
    const { service, workspace, store } = await syncedWorkspace()
    workspace.create('7', noon - day)
    const [hit] = await store.getConversations(['1'])
    if (!hit) throw new Error('Conversation 1 should be stored')
    const {
      customer,
      assignee,
      team,
      messageCount,
      threadUpdatedAt,
      partsTotal,
      truncated,
      ...conversation
    } = hit
    const messages = (await store.getMessages(['1'])).get('1') ?? []
    await store.apply({
      conversations: [
        {
          conversation: { ...conversation, id: '7' },
          messages: messages
            .slice(0, 1)
            .map((message) => ({ ...message, conversationId: '7', id: 'source_7' })),
          thread: null,
          contacts: [],
        },
      ],
    })
    workspace.beforeAnswer = async () => {
      throw new IntercomApiError('network', 'Intercom cannot be reached.')
    }
    const answer = await service.getConversation({ conversation_id: '7' })
    expect(answer.source).toBe('opening_only')
    expect(answer.conversation.messages.map(({ text }) => text)).toEqual(['opening of 1'])
    expect(answer.freshness.message).toContain('Only the opening message is stored')
    expect(answer.freshness.refresh_error).toMatchObject({ code: 'offline' })
    const withoutMessages = await service.getConversation({ conversation_id: '7', include_messages: false })
    expect(withoutMessages.source).toBe('cache')
  })
})

describe('syncing', () => {
  test('sync_conversations returns at once, and a second call joins', async () => {
    const { service, workspace } = await createWorkspace()
    const held = createDeferred()
    workspace.beforeAnswer = () => held.promise
    const first = await service.syncConversations({})
    const second = await service.syncConversations({})
    expect(first).toMatchObject({ started: true, estimate: null })
    expect(second).toMatchObject({ started: false, run_id: first.run_id })
    expect(second.freshness.refresh).toBe('running')
    held.resolve()
  })

  test('force_sync tells what it stored', async () => {
    const { service, workspace } = await createWorkspace()
    workspace.create('1', noon - day)
    workspace.create('2', noon - day)
    const onProgress = vi.fn()
    expect(await service.forceSync({ wait_seconds: null }, { onProgress })).toMatchObject({
      success: true,
      message: 'The sync is done.',
    })
    expect(onProgress).toHaveBeenCalled()
    expect((await service.getServerStatus({})).counts).toMatchObject({ conversations: 2, threads: 2 })
  })

  test('force_sync that outlasts the wait goes on behind and says so', async () => {
    const { service, workspace, scheduler } = await createWorkspace()
    const held = createDeferred()
    workspace.beforeAnswer = () => held.promise
    expect(await service.forceSync({ wait_seconds: 0.01 })).toMatchObject({
      success: true,
      message: expect.stringContaining('still running'),
    })
    expect(scheduler.status().running).not.toBe(null)
    held.resolve()
    await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
  })

  test('a cancelled force_sync ends its run', async () => {
    const { service, workspace, scheduler } = await createWorkspace()
    const held = createDeferred()
    workspace.beforeAnswer = () => held.promise
    const abort = new AbortController()
    const call = service.forceSync({}, { signal: abort.signal })
    await vi.waitFor(() => expect(scheduler.status().running).not.toBe(null))
    abort.abort(new Error('never mind'))
    await expect(call).rejects.toThrow('never mind')
    held.resolve()
    await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
  })

  test('without a token a sync is refused with what to do', async () => {
    const { service } = await createWorkspace({ token: null })
    await expect(service.forceSync({})).rejects.toBeInstanceOf(ConfigurationError)
    await expect(service.syncConversations({})).rejects.toBeInstanceOf(ConfigurationError)
  })
})

test('the status counts calls and tells their latencies, the last error and Intercom’s requests', async () => {
  const { service, workspace, scheduler, advance } = await syncedWorkspace()
  await service.searchConversations({})
  await service.getDataInfo({})
  advance(600)
  workspace.beforeAnswer = async () => {
    throw new IntercomApiError('server', 'Intercom has a problem.')
  }
  await service.searchConversations({})
  await vi.waitFor(() => expect(scheduler.status().running).toBe(null))
  const status = await service.getServerStatus({})
  expect(status.requests.count).toBe(3)
  expect(status.requests.latency_ms?.p95).toBeGreaterThanOrEqual(status.requests.latency_ms?.p50 ?? 0)
  expect(status.sync).toMatchObject({ is_syncing: false, last_error: { code: 'intercom_server' } })
  expect(status.intercom?.requests_sent).toBe(workspace.requests.length)
  expect(status.process).toEqual({
    ...{ pid: process.pid, role: 'owner', owner_pid: process.pid },
    ...{ owner_since: null, read_only_reason: null },
  })
})
