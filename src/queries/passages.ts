import type { Snippet } from '../domain/answers'
import type { SpokenText, StoredConversation } from '../storage/port'
import type { Passage } from '../text/snippet'
import { isoTime } from './iso-time'

/**
 * The passages of a thread that answer the question best, and who said them: at most `count`, best first, those with
 * every term first. When the words stand in no message (in the subject, say), or nothing was asked, it is
 * the beginning of the first message.
 */
export function pickSnippets(
  conversation: StoredConversation,
  messages: readonly SpokenText[],
  findPassage: (text: string) => Passage,
  count: number,
): Snippet[] {
  const found: { message: SpokenText; passage: Passage }[] = []
  let complete = 0
  for (const message of messages) {
    const text = message.text?.trim()
    if (!text) continue
    const passage = findPassage(text)
    found.push({ message, passage })
    // Most threads answer early; reading them to their ends would cost most of a search's time.
    if (passage.complete && ++complete === count) break
  }
  const matching = found
    .filter(({ passage }) => passage.score > 0)
    .sort(
      (a, b) => Number(b.passage.complete) - Number(a.passage.complete) || b.passage.score - a.passage.score,
    )
  const shown = matching.length > 0 ? matching.slice(0, count) : found.slice(0, 1)
  return shown.map(({ message, passage }) => ({
    message_id: message.id,
    author: { type: message.author.type, name: authorName(message, conversation) },
    created_at: isoTime(message.createdAt),
    text: passage.text,
  }))
}

/** Messages of a customer often come without the name that the conversation knows. */
function authorName({ author }: SpokenText, { customer }: StoredConversation): string | null {
  if (author.name !== null) return author.name
  return author.id !== null && author.id === customer?.id ? (customer.name ?? customer.email) : null
}
