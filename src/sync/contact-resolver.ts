import type { Contact, FetchedConversation } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { Store, StoreChange } from '../storage/port'
import type { RunContext } from './run-context'

/** Contacts asked for at once; the client cuts them into requests. */
const batchSize = 50
/** Contacts that a search does not show are asked for one by one, so many in a run; the next goes on. */
const maxSingles = 200
/** Runs that ask for one contact in vain while Intercom fails to tell it. */
const mostFailures = 5
/** What may be said of one contact without the others being worth less. */
const refusedKinds: ReadonlySet<string> = new Set(['not_found', 'missing_scope', 'bad_request'])
/** What a later run may be told. */
const failedKinds: ReadonlySet<string> = new Set(['server', 'not_json'])

/** A contact, under the id by which it was asked for; another one when it was merged. */
type Found = readonly [askedId: string, contact: Contact]

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
 * a reply) has to be fetched, 50 in a request. Those that the search leaves out were merged into another, deleted, or
 * created a moment ago: each costs a request, which also tells whom it was merged into. What Intercom does not know is
 * not asked for again by this process.
 */
export function createContactResolver(): ContactResolver {
  const noted = new Set<string>()
  /** Asked for in a search, which did not show them. */
  const unseen = new Set<string>()
  const failures = new Map<string, number>()
  const tried = new Set<string>()
  /** Whether a contact that was asked for by its id is to be asked for again, given those that failed now. */
  const isOwed = (id: string, failed: ReadonlySet<string>): boolean => {
    const count = failed.has(id) ? (failures.get(id) ?? 0) + 1 : 0
    const isOver = count === 0 || count >= mostFailures
    if (isOver) failures.delete(id)
    else failures.set(id, count)
    return !isOver
  }
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
        if (!unseen.has(id) && (await context.store.getContact(id)) === null) unknown.push(id)
        else if (!unseen.has(id)) noted.delete(id)
      }
      for (let from = 0; from < unknown.length; from += batchSize) {
        const batch = unknown.slice(from, from + batchSize)
        const found = await unlessNamesFail(context, () => fetchTogether(context, batch))
        // Names are not worth a run: the next one asks again.
        if (found === null) return
        for (const id of batch) if (!found.has(id)) unseen.add(id)
      }
      const singles = [...unseen].slice(0, maxSingles)
      const failed = await fetchSingly(context, singles)
      for (const id of singles) if (!isOwed(id, failed)) unseen.delete(id)
      for (const id of [...noted].filter((id) => !unseen.has(id))) {
        tried.add(id)
        noted.delete(id)
      }
    },
  }
}

/** What `fetch` resolves to; null when names cannot be had just now, which is no failure of the run. */
async function unlessNamesFail<T>({ logger }: RunContext, fetch: () => Promise<T>): Promise<T | null> {
  try {
    return await fetch()
  } catch (error) {
    if (!isOfKind(error, failedKinds)) throw error
    logger.warn('Contacts could not be read', { code: error.code })
    return null
  }
}

/** Resolves to the ids that need not be asked for any more. */
async function fetchTogether(
  { api, store, logger, signal }: RunContext,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  try {
    const contacts = await api.fetchContacts(ids, { signal })
    if (contacts.length > 0) await store.apply({ contacts })
    return new Set(contacts.map(({ id }) => id))
  } catch (error) {
    if (!(error instanceof IntercomApiError) || error.kind !== 'missing_scope') throw error
    // A token without the contacts scope still reads conversations; only names are missing then.
    logger.warn('Contacts could not be read: the token lacks the scope for them')
    return new Set(ids)
  }
}

/** Stores what is found; resolves to the ids that Intercom failed to tell. None is under way any more when it ends. */
async function fetchSingly(
  { api, store, logger, signal }: RunContext,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const answers = await Promise.allSettled(ids.map((id) => api.fetchContact(id, { signal })))
  const found: Found[] = []
  const failed = new Set<string>()
  for (const [index, answer] of answers.entries()) {
    const id = ids[index] as string
    if (answer.status === 'fulfilled') found.push([id, answer.value])
    else if (isOfKind(answer.reason, failedKinds)) failed.add(id)
    else if (!isOfKind(answer.reason, refusedKinds)) throw answer.reason
  }
  if (found.length > 0) await store.apply(describeContacts(found))
  if (failed.size > 0) logger.warn('Some contacts could not be read', { contacts: failed.size })
  return failed
}

function isOfKind(error: unknown, kinds: ReadonlySet<string>): error is IntercomApiError {
  return error instanceof IntercomApiError && kinds.has(error.kind)
}

/**
 * The change that stores contacts found under ids of which nothing is stored. Under the id of a merged one stands
 * what is known of the one it was merged into, and who that is: old conversations go on naming it.
 */
function describeContacts(found: readonly Found[]): StoreChange {
  const merged = found.filter(([id, contact]) => id !== contact.id)
  return {
    contacts: [
      ...found.map(([, contact]) => contact),
      ...merged.map(([id, contact]) => ({ ...contact, id })),
    ],
    contactMerges: merged.map(([id, contact]) => ({ contactId: id, mergedInto: contact.id })),
  }
}
