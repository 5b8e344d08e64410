import type { Snippet } from '../domain/answers'
import type { SpokenText, StoredHit } from '../storage/port'
import type { Passage } from '../text/snippet'
import { isoTime } from './iso-time'

/**
 * Which texts of a thread answer the question best, by their places: at most `count`, best first, those with every
 * term first. When the words stand in none of them (in the subject, say), or nothing was asked, it is the first one.
 */
export function pickTexts(
  texts: readonly string[],
  findPassage: (text: string) => Passage,
  count: number,
): number[] {
  const matching: { place: number; passage: Passage }[] = []
  let first: number | null = null
  let complete = 0
  for (let place = 0; place < texts.length; place++) {
    const trimmed = (texts[place] ?? '').trim()
    if (trimmed === '') continue
    first ??= place
    const passage = findPassage(trimmed)
    if (passage.score > 0) matching.push({ place, passage })
    // Most threads answer early; reading them to their ends would cost most of a search's time.
    if (passage.complete && ++complete === count) break
  }
  if (matching.length === 0) return first === null ? [] : [first]
  return matching
    .sort(
      (a, b) => Number(b.passage.complete) - Number(a.passage.complete) || b.passage.score - a.passage.score,
    )
    .slice(0, count)
    .map(({ place }) => place)
}

/** The passages of messages that `pickTexts` chose, and who said them; in detail also when, and in which message. */
export function toSnippets(
  hit: StoredHit,
  messages: readonly SpokenText[],
  { findPassage, detail }: { findPassage: (text: string) => Passage; detail: 'concise' | 'detailed' },
): Snippet[] {
  return messages.map((message) => ({
    ...(detail === 'detailed' && { message_id: message.id, created_at: isoTime(message.createdAt) }),
    author: { type: message.author.type, name: authorName(message, hit) },
    text: findPassage(message.text?.trim() ?? '').text,
  }))
}

/** Messages of a customer often come without the name that the conversation knows. */
function authorName({ author }: SpokenText, { customer }: StoredHit): string | null {
  if (author.name !== null) return author.name
  return author.id !== null && author.id === customer?.id ? (customer.name ?? customer.email) : null
}
