import { describe, expect, test } from 'vitest'
import { IntercomApiError, StorageError } from '../../src/domain/errors'
import { hashToken } from '../../src/service/handshake'
import { createWorkspace, noon } from './workspace'

/** A store filled by a sync with token-a, and how a later process with another token sees it. */
async function filledStore() {
  const { store, service, workspace } = await createWorkspace({ token: 'token-a' })
  workspace.create('1', noon - 60)
  await service.forceSync({})
  return store
}

describe('whose data it is', () => {
  test('a sync records the accepted token as a keyed hash, not as it is', async () => {
    const store = await filledStore()
    const hash = await store.getTokenHash()
    expect(hash).toBe(hashToken('token-a', (await store.describe()).storeId))
    expect(hash).not.toContain('token-a')
  })

  test('the same token, and none, are served without asking Intercom', async () => {
    const store = await filledStore()
    for (const token of ['token-a', null]) {
      const { service, workspace } = await createWorkspace({ store, token })
      expect((await service.searchConversations({})).total).toBe(1)
      expect(workspace.requests).toEqual([])
    }
  })

  test('a new store is served to any token, because nothing is in it', async () => {
    const { service } = await createWorkspace({ token: 'token-b', backgroundRefresh: false })
    expect((await service.getDataInfo({})).has_data).toBe(false)
  })

  test('another token of the same workspace is served once Intercom has said so, and remembered', async () => {
    const store = await filledStore()
    const { service, workspace, guard } = await createWorkspace({ store, token: 'token-b' })
    const answers = await Promise.all([service.searchConversations({}), service.getDataInfo({})])
    expect(answers[0].total).toBe(1)
    expect(workspace.countRequests('me')).toBe(1)
    expect(await store.getTokenHash()).toBe(await guard.tokenHash())
    const later = await createWorkspace({ store, token: 'token-b' })
    await later.service.getDataInfo({})
    expect(later.workspace.requests).toEqual([])
  })

  test('a token of another workspace gets nothing from any call', async () => {
    const store = await filledStore()
    const { service, workspace } = await createWorkspace({ store, token: 'token-b' })
    workspace.workspaceId = 'ws2'
    const calls = [
      service.searchConversations({}),
      service.getConversation({ conversation_id: '1' }),
      service.getDataInfo({}),
      service.getServerStatus({}),
      service.syncConversations({}),
      service.forceSync({}),
      service.getSyncStatus({}),
      service.checkCoverage({ start_date: '2026-03-01' }),
      service.writeSnapshot({ file: null }),
    ]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome.status).toBe('rejected')
      if (outcome.status !== 'rejected') continue
      expect(outcome.reason).toBeInstanceOf(StorageError)
      expect(outcome.reason).toMatchObject({
        kind: 'other_workspace',
        hint: expect.stringContaining('--profile'),
      })
    }
    expect(workspace.countRequests('me')).toBe(1)
    expect(await store.getTokenHash()).toBe(hashToken('token-a', (await store.describe()).storeId))
  })

  test.each([
    ['unauthorised', 'Intercom refused the access token.'],
    ['network', 'Intercom cannot be reached.'],
  ] as const)('a different token that is %s gets nothing, and the reason', async (kind, message) => {
    const store = await filledStore()
    const { service, workspace, advance } = await createWorkspace({ store, token: 'token-b' })
    workspace.beforeAnswer = async () => {
      throw new IntercomApiError(kind, message)
    }
    const refused = { kind, message: expect.stringContaining(message) }
    await expect(service.searchConversations({})).rejects.toMatchObject(refused)
    await expect(service.searchConversations({})).rejects.toMatchObject(refused)
    expect(workspace.countRequests('me')).toBe(1)
    workspace.beforeAnswer = async () => {}
    advance(11)
    expect((await service.searchConversations({})).total).toBe(1)
  })

  test('an Intercom that does not answer in time counts as out of reach', async () => {
    const store = await filledStore()
    const { service, workspace } = await createWorkspace({
      store,
      token: 'token-b',
      guard: {
        timeoutMs: 5,
        fetchWorkspace: (signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    })
    await expect(service.getDataInfo({})).rejects.toMatchObject({ kind: 'network' })
    expect(workspace.requests).toEqual([])
  })

  test('a view that cannot be written to still asks, and records nothing', async () => {
    const store = await filledStore()
    const { service } = await createWorkspace({ store, token: 'token-b', guard: { canWrite: false } })
    expect((await service.getDataInfo({})).has_data).toBe(true)
    expect(await store.getTokenHash()).toBe(hashToken('token-a', (await store.describe()).storeId))
  })
})
