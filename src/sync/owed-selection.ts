import type { Store, StoredVersion } from '../storage/port'
import type { OwedThreads } from './owed-threads'

/** Threads that are not pending and yet asked for again by one run; the others follow in the next. */
const mostAtOnce = 50

/** Threads owed by earlier runs whose time has come, as far as they are not pending anyway. */
export async function findDueThreads(
  store: Pick<Store, 'getVersions'>,
  owed: OwedThreads,
  now: number,
): Promise<Set<string>> {
  const due = owed.due(now)
  const versions = await store.getVersions(due.map(({ conversationId }) => conversationId))
  const wanted = due.filter(({ conversationId, reason }) => {
    const version = versions.get(conversationId)
    // A conversation presumed to be deleted is not stored, and asked for once more.
    return version ? !isPending(version) : reason === 'missing'
  })
  return new Set(wanted.slice(0, mostAtOnce).map(({ conversationId }) => conversationId))
}

/** Those that are left alone for now: it is not their time, and the conversation has not changed since. */
export async function findRestingThreads(
  store: Pick<Store, 'getVersions'>,
  owed: OwedThreads,
  now: number,
): Promise<string[]> {
  const resting = owed.resting(now)
  const versions = await store.getVersions(resting.map(({ conversationId }) => conversationId))
  return resting
    .filter(({ conversationId, updatedAt }) => (versions.get(conversationId)?.updatedAt ?? 0) <= updatedAt)
    .map(({ conversationId }) => conversationId)
}

function isPending({ updatedAt, threadUpdatedAt }: StoredVersion): boolean {
  return (threadUpdatedAt ?? -1) < updatedAt
}
