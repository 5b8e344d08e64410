import type { Contact } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { RequestOptions } from './api'
import { toContact } from './mapper'
import { operations } from './operations'
import { isObject } from './schemas'
import type { AnswerHead, Transport } from './transport'

/** Intercom names no bound for `IN`; where this one is refused, contacts are fetched one by one. */
const idsPerBatch = 50
const batchesAtOnce = 8
/** Intercom resolves a chain of merges up to so many links. */
const mostMergeHops = 3

type ContactAnswer = { contact: Contact } | { mergedInto: string | null }

/** One contact; a merged one resolves to the contact it was merged into. */
export async function fetchContact(
  transport: Transport,
  id: string,
  options: RequestOptions = {},
): Promise<Contact> {
  let current = id
  for (let hops = 0; hops <= mostMergeHops; hops += 1) {
    const answer = await fetchOne(transport, current, options)
    if ('contact' in answer) return answer.contact
    if (answer.mergedInto === null) break
    current = answer.mergedInto
  }
  throw new IntercomApiError('not_found', 'The contact was merged into another that cannot be found.', {
    status: 410,
    apiCode: 'contact_merged',
  })
}

/** Those of `ids` that exist, in batches; merged and deleted ones are left out. */
export async function fetchContacts(
  transport: Transport,
  ids: readonly string[],
  options: RequestOptions = {},
): Promise<Contact[]> {
  const batches = chunk([...new Set(ids)], idsPerBatch)
  const found: Contact[] = []
  for (const group of chunk(batches, batchesAtOnce)) {
    const results = await Promise.all(group.map((batch) => fetchBatch(transport, batch, options)))
    found.push(...results.flat())
  }
  return found
}

async function fetchBatch(transport: Transport, ids: string[], options: RequestOptions): Promise<Contact[]> {
  try {
    return await transport.send(
      {
        operation: operations.contacts,
        path: '/contacts/search',
        body: () => ({
          query: { field: 'id', operator: 'IN', value: ids },
          pagination: { per_page: ids.length },
        }),
        parse: (json) => (isObject(json) && Array.isArray(json.data) ? json.data.flatMap(readContact) : null),
      },
      options,
    )
  } catch (error) {
    if (!(error instanceof IntercomApiError) || error.kind !== 'bad_request') throw error
    const contacts = await Promise.all(ids.map((id) => findOne(transport, id, options)))
    return contacts.filter((contact) => contact !== null)
  }
}

async function findOne(transport: Transport, id: string, options: RequestOptions): Promise<Contact | null> {
  try {
    const answer = await fetchOne(transport, id, options)
    return 'contact' in answer ? answer.contact : null
  } catch (error) {
    if (error instanceof IntercomApiError && error.kind === 'not_found') return null
    throw error
  }
}

function fetchOne(transport: Transport, id: string, options: RequestOptions): Promise<ContactAnswer> {
  return transport.send<ContactAnswer>(
    {
      operation: operations.contact,
      path: `/contacts/${encodeURIComponent(id)}`,
      alsoAccept: 410,
      parse: (json, head) => {
        if (head.status === 410) return { mergedInto: readCanonical(head) }
        const contact = toContact(json)
        return contact && { contact }
      },
    },
    options,
  )
}

/** `Link: </contacts/{id}>; rel="canonical"`. Of an address only the id is taken: we stay on our own host. */
function readCanonical({ headers }: AnswerHead): string | null {
  const match = /<[^<>]*\/contacts\/([A-Za-z0-9_-]+)>\s*;[^,]*\brel="?canonical\b/.exec(
    headers.get('link') ?? '',
  )
  return match?.[1] ?? null
}

function readContact(json: unknown): Contact[] {
  const contact = toContact(json)
  return contact ? [contact] : []
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size))
  return chunks
}
