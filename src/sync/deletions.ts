import type { Tombstone } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { OwedThread } from '../domain/owed-thread'
import type { Store } from '../storage/port'
import { createOwedThreads, type OwedThreads } from './owed-threads'

/**
 * A conversation that was just written may be missing for a moment on the server that happens to answer. One as young
 * as this is left alone; the list of deleted ones, or a later run, has the word.
 */
export const certainAfterSeconds = 600

interface PresumedDeletion {
  tombstone: Tombstone
  /** The second look that is still to be taken; null after it. */
  owed: OwedThread | null
}

/**
 * What follows from a 404 for a conversation; null when that is not certain yet. A server may be wrong about an old
 * conversation too, so the tombstone is a presumed one, and the conversation is asked for once more.
 */
export async function judgeMissing(
  store: Pick<Store, 'getVersions'>,
  owed: OwedThreads,
  { id, now, code }: { id: string; now: number; code: string },
): Promise<PresumedDeletion | null> {
  const version = (await store.getVersions([id])).get(id)
  const before = owed.get(id)
  if (!version) {
    if (before?.reason !== 'missing') return null
    return { tombstone: { conversationId: id, deletedAt: before.triedAt, presumed: true }, owed: null }
  }
  const { updatedAt } = version
  if (now - updatedAt <= certainAfterSeconds) return null
  return {
    tombstone: { conversationId: id, deletedAt: now, presumed: true },
    owed: owed.lookAgain({ conversationId: id, code, updatedAt, now }),
  }
}

/** Stores what follows from a 404 outside of a run. */
export async function noteDeletion(
  store: Store,
  id: string,
  found: { now: number; code: string },
): Promise<void> {
  const owed = createOwedThreads(await store.listOwedThreads())
  const deletion = await judgeMissing(store, owed, { id, ...found })
  if (!deletion) return
  await store.apply({
    tombstones: [deletion.tombstone],
    owedThreads: deletion.owed ? [deletion.owed] : [],
  })
}

/** Whether Intercom says that what was asked for does not exist. */
export function isNotFound(error: unknown): error is IntercomApiError {
  return error instanceof IntercomApiError && error.kind === 'not_found'
}
