import type { Freshness } from '../domain/answers'

/** Pieces of the tools' texts. What strangers wrote is kept to its own line, so that it cannot pose as another. */

/** `2026-03-02T14:05:33Z` as `2026-03-02 14:05`; all times in texts are UTC. */
export function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

/** Whitespace and line breaks become single spaces. */
export function oneLine(words: string): string {
  return words.replace(/\s+/gu, ' ').trim()
}

/** `"1 message"`, `"3 messages"`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}

/** The last line of every text: how old and how complete the answer is. */
export function freshnessLine(freshness: Freshness): string {
  return `Data: ${freshness.message}`
}

/** Joins the parts of a line that are there. */
export function joinParts(parts: readonly (string | null | false | undefined)[], separator = ' · '): string {
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join(separator)
}
