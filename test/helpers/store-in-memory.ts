import type { FetchedConversation, Workspace } from '../../src/domain/conversation'
import { emptySyncState, type SyncState } from '../../src/domain/coverage'
import { StorageError } from '../../src/domain/errors'
import type { OwedThread } from '../../src/domain/owed-thread'
import type { SyncRun } from '../../src/domain/sync-run'
import type { Store, StoreChange } from '../../src/storage/port'

interface StoredRow {
  fetched: FetchedConversation
  threadUpdatedAt: number | null
}

/**
 * What the sync needs of a store, in memory, so that a property test can run thousands of histories. Anything else
 * rejects. The sync's other tests use the real store.
 */
export function createMemoryStore() {
  const rows = new Map<string, StoredRow>()
  const runs = new Map<string, SyncRun>()
  const owed = new Map<string, OwedThread>()
  const changes: StoreChange[] = []
  let workspace: Workspace | null = null
  let syncState: SyncState = emptySyncState
  const pending = () =>
    [...rows.values()]
      .filter(({ fetched, threadUpdatedAt }) => (threadUpdatedAt ?? -1) < fetched.conversation.updatedAt)
      .map(({ fetched: { conversation } }) => conversation)
      .toSorted((a, b) => b.updatedAt - a.updatedAt)

  function put(fetched: FetchedConversation): void {
    const { id, updatedAt } = fetched.conversation
    const row = rows.get(id)
    if (fetched.thread) rows.set(id, { fetched, threadUpdatedAt: updatedAt })
    else if (!row) rows.set(id, { fetched, threadUpdatedAt: null })
    else if (row.fetched.conversation.updatedAt < updatedAt) {
      rows.set(id, { ...row, fetched: { ...row.fetched, conversation: fetched.conversation } })
    }
  }

  const store: Partial<Store> = {
    async apply(change) {
      if (change.workspace && workspace && workspace.id !== change.workspace.id) {
        throw new StorageError('other_workspace', 'Another workspace.')
      }
      changes.push(change)
      workspace = change.workspace ?? workspace
      for (const fetched of change.conversations ?? []) put(fetched)
      for (const { conversation, thread } of change.conversations ?? []) {
        if (thread) owed.delete(conversation.id)
      }
      for (const { conversationId } of change.tombstones ?? []) {
        rows.delete(conversationId)
        owed.delete(conversationId)
      }
      for (const one of change.owedThreads ?? []) owed.set(one.conversationId, one)
      syncState = change.syncState ?? syncState
      if (change.syncRun) runs.set(change.syncRun.id, change.syncRun)
      const conversations = change.conversations ?? []
      return {
        conversations: conversations.length,
        messages: conversations.reduce((sum, { messages }) => sum + messages.length, 0),
      }
    },
    getWorkspace: async () => workspace,
    getSyncState: async () => syncState,
    listSyncRuns: async (limit) => [...runs.values()].toReversed().slice(0, limit),
    getVersions: async (ids) => {
      const found = ids.flatMap((id) => {
        const row = rows.get(id)
        return row ? [[id, row] as const] : []
      })
      return new Map(
        found.map(([id, { fetched, threadUpdatedAt }]) => [
          id,
          { updatedAt: fetched.conversation.updatedAt, threadUpdatedAt },
        ]),
      )
    },
    searchConversations: async ({ filters: { state = [] }, maxIds }) => {
      const found = [...rows.values()].map(({ fetched }) => fetched.conversation)
      const ids = found.filter((each) => state.includes(each.state)).map(({ id }) => id)
      return { total: ids.length, ids: ids.slice(0, maxIds), scores: null, ranking: 'all_matches' }
    },
    listOwedThreads: async () => [...owed.values()],
    getMessages: async (ids) => new Map(ids.map((id) => [id, rows.get(id)?.fetched.messages ?? []])),
    listPendingThreads: async ({ limit }) => pending().slice(0, limit),
    countPendingThreads: async () => pending().length,
    getCounts: async () => ({
      conversations: rows.size,
      messages: 0,
      contacts: 0,
      threads: 0,
      oldestCreatedAt: null,
      newestUpdatedAt: null,
    }),
    getContact: async () => null,
    listUnknownContacts: async () => [],
  }
  return { store: store as Store, rows, changes, runs: () => [...runs.values()], syncState: () => syncState }
}
