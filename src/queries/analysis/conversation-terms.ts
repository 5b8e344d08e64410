import { isCustomerType, type Message } from '../../domain/conversation'
import type { FigureConditions, Store } from '../../storage/port'
import { extractTopicTerms, type TermCodes } from '../../text/topic-terms'
import { keepByVersion, onePerStore } from './kept-by-version'

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

/** Finds terms in the messages themselves and keeps them in memory. */
export function createTopicSource(store: TermStore): TopicSource {
  const readTexts = (ids: readonly string[]) => readCustomerTexts(store, ids)
  const findTerms = keepByVersion<TermCodes>(store, { readTexts, find: extractTopicTerms })
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
    readTexts,
  }
}

/** The source of a store, which keeps its terms from call to call. */
export const topicSourceOf = onePerStore(createTopicSource)

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
