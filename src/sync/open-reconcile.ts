import type { FetchedConversation } from '../domain/conversation'
import type { Store } from '../storage/port'
import { splitIntoChanges } from './change-size'
import type { RunContext } from './run-context'
import { isRefusedByIntercom } from './side-data'

/** The first run in each stretch of this length looks. */
const periodSeconds = 6 * 3_600
const recentRuns = 50
/** More than any workspace has open. */
const maxHeld = 200_000
/**
 * Threads that one look asks for. A workspace does not close so many without moving their updated_at: then it is the
 * search that is wrong, and the rest waits for the next look.
 */
const maxRefetched = 500

/**
 * Whether a run at `now` has to look: the first that is to end well in its stretch of time, unless nothing has ended
 * well before, because then everything has just been read. Told from the store, so that processes which live for
 * minutes take turns.
 */
export async function isReconcileDue(store: Pick<Store, 'listSyncRuns'>, now: number): Promise<boolean> {
  const runs = await store.listSyncRuns(recentRuns)
  const last = runs.find(({ status }) => status === 'completed')
  // Behind so many that failed there may be one that did not.
  if (last === undefined) return runs.length === recentRuns
  return Math.floor(last.startedAt / periodSeconds) !== Math.floor(now / periodSeconds)
}

/**
 * Compares the conversations held as open or snoozed with those that Intercom shows as such. Some closings leave
 * updated_at as it was (a workflow's, for instance), and no incremental run would ever see them. What Intercom does
 * not show as open is added to `refetch`; what it shows in a newer version is stored, so that its thread is pending.
 * Absence is no proof of anything: the fetch of the thread has the word.
 */
export async function reconcileOpen(context: RunContext, refetch: Set<string>): Promise<void> {
  const held = new Set(await listHeldOpen(context.store))
  if (held.size === 0) return
  try {
    for await (const page of context.api.searchOpenConversations({ signal: context.signal })) {
      const known = page.conversations.filter(({ conversation }) => held.delete(conversation.id))
      await storeNewer(context, known)
      context.signal.throwIfAborted()
    }
  } catch (error) {
    if (!isRefusedByIntercom(error)) throw error
    context.logger.debug('Open conversations cannot be searched for', { code: error.code })
    return
  }
  // They may be tickets, which a search leaves out and a fetch is refused for.
  if (context.api.missingPermissions().length > 0) return
  const missing = [...held].slice(0, maxRefetched)
  for (const id of missing) refetch.add(id)
  if (missing.length === 0) return
  context.logger.info('Conversations held as open are not shown as such; they are fetched again', {
    conversations: held.size,
    fetched_now: missing.length,
  })
}

/** Those that changed longest ago first: they are the least likely to be told by anything else. */
async function listHeldOpen(store: Store): Promise<string[]> {
  const { ids } = await store.searchConversations({
    query: null,
    timeframe: null,
    timeField: 'updated_at',
    filters: { state: ['open', 'snoozed'] },
    sort: 'oldest',
    maxIds: maxHeld,
  })
  return ids
}

async function storeNewer({ store, progress }: RunContext, hits: FetchedConversation[]): Promise<void> {
  const versions = await store.getVersions(hits.map(({ conversation }) => conversation.id))
  const newer = hits.filter(({ conversation }) => {
    const version = versions.get(conversation.id)
    return version !== undefined && version.updatedAt < conversation.updatedAt
  })
  for (const conversations of splitIntoChanges(newer)) {
    await store.apply({ conversations })
    progress.stored('hits', conversations)
  }
}
