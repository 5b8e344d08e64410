import { isCustomerType, type Message } from '../../domain/conversation'
import type { Store } from '../../storage/port'
import { type ConversationSentiment, judgeConversation } from '../../text/conversation-sentiment'
import { keepByVersion, onePerStore } from './kept-by-version'

/** All that judging conversations needs of a store. */
export type SentimentStore = Pick<Store, 'getVersions' | 'getMessages' | 'generation'>

export interface SentimentSource {
  /** The sentiment of each conversation, null where nothing could be judged; those not stored are left out. */
  judge(ids: readonly string[]): Promise<ReadonlyMap<string, ConversationSentiment | null>>
  /** What the customer wrote in each conversation, oldest first. */
  readTexts(ids: readonly string[]): Promise<Map<string, string[]>>
}

/** Judges from the messages themselves and keeps the scores in memory. */
function createSentimentSource(store: SentimentStore): SentimentSource {
  const readTexts = (ids: readonly string[]) => readCustomerTexts(store, ids)
  return { judge: keepByVersion(store, { readTexts, find: judgeConversation }), readTexts }
}

/** The source of a store, which keeps its scores from call to call. */
export const sentimentSourceOf = onePerStore(createSentimentSource)

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
