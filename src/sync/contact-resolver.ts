import type { FetchedConversation } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { Store } from '../storage/port'
import type { RunContext } from './run-context'

/** Contacts asked for at once; the client cuts them into requests. */
const batchSize = 50

export interface ContactResolver {
  /** To be called when a run begins: what one that was cut short had noted is found in the store again. */
  inherit(store: Pick<Store, 'listSyncRuns' | 'listUnknownContacts'>): Promise<void>
  /** Notes the contacts of a thread that its authors did not name. */
  note(fetched: FetchedConversation): void
  /** Fetches and stores those noted that the store does not know. */
  resolve(context: RunContext): Promise<void>
}

/**
 * Names and addresses of customers come with what they write. One who has never written (an outbound message without
 * a reply) has to be fetched. What Intercom does not know is not asked for again by this process.
 */
export function createContactResolver(): ContactResolver {
  const noted = new Set<string>()
  const tried = new Set<string>()
  return {
    async inherit(store) {
      const [last] = await store.listSyncRuns(1)
      if (last === undefined || last.status === 'completed') return
      for (const id of await store.listUnknownContacts()) if (!tried.has(id)) noted.add(id)
    },
    note({ conversation, contacts }) {
      const named = new Set(contacts.map(({ id }) => id))
      for (const id of conversation.contactIds) {
        if (!named.has(id) && !tried.has(id)) noted.add(id)
      }
    },
    async resolve(context) {
      const unknown: string[] = []
      for (const id of noted) {
        if ((await context.store.getContact(id)) === null) unknown.push(id)
      }
      for (let from = 0; from < unknown.length; from += batchSize) {
        // Names are not worth a run: the next one asks again.
        if (!(await fetchAndStore(context, unknown.slice(from, from + batchSize)))) return
      }
      for (const id of noted) tried.add(id)
      noted.clear()
    },
  }
}

/** Whether Intercom had an answer, be it a refusal. */
async function fetchAndStore({ api, store, logger, signal }: RunContext, ids: string[]): Promise<boolean> {
  try {
    const contacts = await api.fetchContacts(ids, { signal })
    if (contacts.length > 0) await store.apply({ contacts })
  } catch (error) {
    if (!(error instanceof IntercomApiError)) throw error
    if (error.kind === 'server' || error.kind === 'not_json') {
      logger.warn('Contacts could not be read', { code: error.code })
      return false
    }
    // A token without the contacts scope still reads conversations; only names are missing then.
    if (error.kind !== 'missing_scope') throw error
    logger.warn('Contacts could not be read: the token lacks the scope for them')
  }
  return true
}
