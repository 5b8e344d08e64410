import { type FetchedConversation, type Message, sourceMessageId } from './conversation'

/** Number of parts among a conversation's messages: all but the opening one, which Intercom does not count. */
export function countParts(conversationId: string, messages: readonly Message[]): number {
  const opening = sourceMessageId(conversationId)
  return messages.filter((message) => message.id !== opening).length
}

/** Whether Intercom sent fewer parts than it counts, so that older ones may be here already. */
export function isCutThread({ conversation, messages, thread }: FetchedConversation): boolean {
  return thread !== null && thread.partsTotal > countParts(conversation.id, messages)
}

/**
 * The messages of a fetched thread as they are to be stored, given those that are. Of a cut one: the opening message,
 * then what is stored and older than everything that was sent, then what was sent.
 */
export function completeThread(fetched: FetchedConversation, stored: readonly Message[]): Message[] {
  if (!isCutThread(fetched)) return fetched.messages
  const opening = sourceMessageId(fetched.conversation.id)
  const sent = new Set(fetched.messages.map((message) => message.id))
  const parts = fetched.messages.filter((message) => message.id !== opening)
  const oldest = parts[0]?.createdAt ?? Number.POSITIVE_INFINITY
  // Equal too: parts of one second can fall on both sides of the cut.
  const kept = stored.filter((message) => !sent.has(message.id) && message.createdAt <= oldest)
  return [...fetched.messages.filter((message) => message.id === opening), ...kept, ...parts]
}
