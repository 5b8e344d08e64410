import type { Tombstone } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { Store } from '../storage/port'

/**
 * A tombstone is for ever, but a conversation that was just written may be missing for a moment on the server that
 * happens to answer. One as young as this is left alone; the list of deleted ones, or a later run, has the word.
 */
export const certainAfterSeconds = 600

/** The tombstone for a stored conversation that Intercom answered 404 for; null when that is not certain yet. */
export async function judgeMissing(store: Store, id: string, now: number): Promise<Tombstone | null> {
  const version = (await store.getVersions([id])).get(id)
  if (!version || now - version.updatedAt <= certainAfterSeconds) return null
  return { conversationId: id, deletedAt: now }
}

/** Whether Intercom says that what was asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof IntercomApiError && error.kind === 'not_found'
}
