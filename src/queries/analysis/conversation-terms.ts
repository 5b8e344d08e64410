import { LRUCache } from 'lru-cache'
import { isCustomerType, type Message } from '../../domain/conversation'
import type { FigureConditions, Store } from '../../storage/port'
import { extractTopicTerms, type TermCodes } from '../../text/topic-terms'

/** What the analysis of topics works with of one conversation. */
export interface ConversationTerms {
  id: string
  codes: TermCodes
  /** From the customer's first message to the first reply; null when either is missing. */
  firstResponseSeconds: number | null
}

/** All that the analysis of topics needs of a store. */
export interface TopicSource {
  /** Every conversation that matches, in no particular order. */
  readTerms(conditions: FigureConditions): Promise<ConversationTerms[]>
  /** What the customer wrote in each conversation, oldest first; those that are not stored are left out. */
  readTexts(ids: readonly string[]): Promise<Map<string, string[]>>
}

export type TermStore = Pick<
  Store,
  'listFigures' | 'getVersions' | 'getConversations' | 'getMessages' | 'generation'
>

/** More than one workspace's year; about 300 bytes each with their key. */
const keptConversations = 60_000

/** Threads read at once: some megabytes of text. */
const batchSize = 200

interface KeptTerms {
  version: string
  codes: TermCodes
}

const sources = new WeakMap<TermStore, TopicSource>()

/** The source of a store, the same one as long as the store lives, so that its terms are kept from call to call. */
export function topicSourceOf(store: TermStore): TopicSource {
  const known = sources.get(store)
  if (known) return known
  const source = createTopicSource(store)
  sources.set(store, source)
  return source
}

/**
 * Finds terms in the messages themselves and keeps them in memory. A conversation is read anew when another version
 * of it is stored; versions are looked up once per change of the store.
 */
export function createTopicSource(store: TermStore): TopicSource {
  const kept = new LRUCache<string, KeptTerms>({ max: keptConversations })
  let versions = { generation: store.generation, byId: new Map<string, string>() }

  async function readVersions(ids: readonly string[]): Promise<Map<string, string>> {
    if (versions.generation !== store.generation) {
      versions = { generation: store.generation, byId: new Map() }
    }
    const { byId } = versions
    const unknown = ids.filter((id) => !byId.has(id))
    if (unknown.length === 0) return byId
    for (const [id, { updatedAt, threadUpdatedAt }] of await store.getVersions(unknown)) {
      byId.set(id, `${updatedAt} ${threadUpdatedAt}`)
    }
    return byId
  }

  async function findTerms(ids: readonly string[]): Promise<Map<string, TermCodes>> {
    const byId = await readVersions(ids)
    const found = new Map<string, TermCodes>()
    const missing = ids.filter((id) => {
      const known = kept.get(id)
      const isCurrent = known !== undefined && known.version === byId.get(id)
      if (isCurrent) found.set(id, known.codes)
      return !isCurrent
    })
    for (let from = 0; from < missing.length; from += batchSize) {
      const texts = await readCustomerTexts(store, missing.slice(from, from + batchSize))
      for (const [id, written] of texts) {
        const codes = extractTopicTerms(written)
        found.set(id, codes)
        kept.set(id, { version: byId.get(id) ?? '', codes })
      }
    }
    return found
  }

  return {
    readTerms: async (conditions) => {
      const { id: ids, firstResponseSeconds } = await store.listFigures(conditions, [
        'id',
        'firstResponseSeconds',
      ])
      const terms = await findTerms(ids)
      return ids.map((id, index) => ({
        id,
        codes: terms.get(id) ?? new Uint32Array(),
        firstResponseSeconds: firstResponseSeconds[index] ?? null,
      }))
    },
    readTexts: (ids) => readCustomerTexts(store, ids),
  }
}

async function readCustomerTexts(store: TermStore, ids: readonly string[]): Promise<Map<string, string[]>> {
  const messages = await store.getMessages(ids)
  const conversations = await store.getConversations(ids)
  return new Map(conversations.map(({ id, subject }) => [id, customerTexts(subject, messages.get(id) ?? [])]))
}

/** What the customer wrote; the subject too when he began the conversation. */
export function customerTexts(subject: string | null, messages: readonly Message[]): string[] {
  const began = isCustomerType(messages[0]?.author.type ?? '')
  const written = messages.flatMap(({ author, text }) => (isCustomerType(author.type) ? [text ?? ''] : []))
  return [began ? (subject ?? '') : '', ...written].filter((text) => text.trim() !== '')
}
