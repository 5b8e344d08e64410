import { isCustomerType } from '../domain/conversation'

/** A message as far as it matters who wrote what. */
export interface WrittenMessage {
  author: { type: string }
  text: string | null
}

/** What a customer wrote in one conversation. */
export interface CustomerWords {
  /** Null unless he began the conversation: the subject of another's mail is not his. */
  subject: string | null
  /** Oldest first, those without words left out. */
  texts: string[]
}

/** The customer's own words; `messages` are all of the conversation, or his and the first one. */
export function readCustomerWords(
  subject: string | null,
  messages: readonly WrittenMessage[],
): CustomerWords {
  const texts: string[] = []
  for (const { author, text } of messages) {
    if (text !== null && isCustomerType(author.type) && text.trim() !== '') texts.push(text)
  }
  const began = isCustomerType(messages[0]?.author.type ?? '')
  return { subject: began && subject !== null && subject.trim() !== '' ? subject : null, texts }
}

/** What tells the matter of a conversation: its subject, then the messages. */
export function matterOf({ subject, texts }: CustomerWords): string[] {
  return subject === null ? texts : [subject, ...texts]
}
