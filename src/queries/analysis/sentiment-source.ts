import { LRUCache } from 'lru-cache'
import { isCustomerType, type Message } from '../../domain/conversation'
import type { Store } from '../../storage/port'
import { type ConversationSentiment, judgeConversation } from '../../text/conversation-sentiment'

/** All that judging conversations needs of a store. */
export type SentimentStore = Pick<Store, 'getVersions' | 'getMessages' | 'generation'>

export interface SentimentSource {
  /** The sentiment of each conversation, null where nothing could be judged; those not stored are left out. */
  judge(ids: readonly string[]): Promise<ReadonlyMap<string, ConversationSentiment | null>>
  /** What the customer wrote in each conversation, oldest first. */
  readTexts(ids: readonly string[]): Promise<Map<string, string[]>>
}

/** More than one workspace's year; about 200 bytes each with their key. */
const keptConversations = 60_000

/** Threads judged at once: some 20 ms, after which other calls have their turn. */
const batchSize = 50

interface Kept {
  version: string
  sentiment: ConversationSentiment | null
}

/**
 * Judges from the messages themselves and keeps the scores in memory. A conversation is judged anew when another
 * version of it is stored; versions are looked up once per change of the store.
 */
function createSentimentSource(store: SentimentStore): SentimentSource {
  const kept = new LRUCache<string, Kept>({ max: keptConversations })
  let versions = { generation: store.generation, byId: new Map<string, string>() }

  async function readVersions(ids: readonly string[]): Promise<Map<string, string>> {
    const generation = store.generation
    if (versions.generation !== generation) versions = { generation, byId: new Map() }
    const { byId } = versions
    const unknown = ids.filter((id) => !byId.has(id))
    if (unknown.length === 0) return byId
    for (const [id, { updatedAt, threadUpdatedAt }] of await store.getVersions(unknown)) {
      byId.set(id, `${updatedAt} ${threadUpdatedAt}`)
    }
    return byId
  }

  return {
    judge: async (ids) => {
      const byId = await readVersions(ids)
      const found = new Map<string, ConversationSentiment | null>()
      const missing: string[] = []
      for (const id of ids) {
        const version = byId.get(id)
        const known = kept.get(id)
        if (version !== undefined && known?.version === version) found.set(id, known.sentiment)
        else if (version !== undefined) missing.push(id)
      }
      for (let from = 0; from < missing.length; from += batchSize) {
        const texts = await readCustomerTexts(store, missing.slice(from, from + batchSize))
        for (const [id, written] of texts) {
          const sentiment = judgeConversation(written)
          found.set(id, sentiment)
          kept.set(id, { version: byId.get(id) ?? '', sentiment })
        }
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
      return found
    },
    readTexts: (ids) => readCustomerTexts(store, ids),
  }
}

const sources = new WeakMap<SentimentStore, SentimentSource>()

/** The source of a store, the same one as long as the store lives, so that its scores are kept from call to call. */
export function sentimentSourceOf(store: SentimentStore): SentimentSource {
  const known = sources.get(store)
  if (known) return known
  const source = createSentimentSource(store)
  sources.set(store, source)
  return source
}

async function readCustomerTexts(
  store: SentimentStore,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const threads = await store.getMessages(ids)
  return new Map(ids.map((id) => [id, (threads.get(id) ?? []).filter(isByCustomer).map(textOf)]))
}

function isByCustomer({ author, text }: Message): boolean {
  return isCustomerType(author.type) && text !== null && text.trim() !== ''
}

function textOf({ text }: Message): string {
  return text ?? ''
}
