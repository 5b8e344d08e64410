import type { FigureConditions, Store } from '../../storage/port'
import { matterOf, readCustomerWords } from '../../text/customer-words'
import type { TermCodes } from '../../text/topic-terms'

/** What the analysis of topics works with of one conversation. */
export interface ConversationTerms {
  id: string
  codes: TermCodes
  /** From the customer's first message to the first reply; null when either is missing. */
  firstResponseSeconds: number | null
  /** Null when its sentiment cannot be judged. */
  sentiment: number | null
}

/** All that the analysis of topics needs of a store. */
export interface TopicSource {
  /** Every conversation that matches, in no particular order. */
  readTerms(conditions: FigureConditions): Promise<ConversationTerms[]>
  /** What the customer wrote in each conversation, oldest first; those that are not stored are left out. */
  readTexts(ids: readonly string[]): Promise<Map<string, string[]>>
}

export type TermStore = Pick<Store, 'listFigures' | 'getConversations' | 'getTexts'>

/** Reads what was found in the texts when they were stored. */
export function createTopicSource(store: TermStore): TopicSource {
  return {
    async readTerms(conditions) {
      const columns = ['id', 'terms', 'sentiment', 'firstResponseSeconds'] as const
      const { id, terms, sentiment, firstResponseSeconds } = await store.listFigures(conditions, columns)
      return id.map((each, index) => ({
        id: each,
        codes: terms[index] ?? new Uint32Array(),
        firstResponseSeconds: firstResponseSeconds[index] ?? null,
        sentiment: sentiment[index]?.score ?? null,
      }))
    },
    async readTexts(ids) {
      const threads = await store.getTexts(ids)
      const conversations = await store.getConversations(ids)
      return new Map(
        conversations.map(({ id, subject }) => [
          id,
          matterOf(readCustomerWords(subject, threads.get(id) ?? [])),
        ]),
      )
    },
  }
}
