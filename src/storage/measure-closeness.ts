import { createClosenessMeter } from '../text/closeness'
import type { SearchQuery } from '../text/search-query'
import type { RecentTexts } from './recent-texts'

/** A word that need not match is worth this much of one that must. */
const littleWordWeight = 0.3

/**
 * How closely a question's words stand together in the texts of conversations, by id; empty when nothing can be told of
 * it. The texts are read for this.
 */
export async function measureCloseness(
  { groups, wording = [] }: SearchQuery,
  ids: readonly string[],
  texts: RecentTexts,
): Promise<Map<string, number>> {
  if (wording.length < 2 || ids.length < 2) return new Map()
  const wanted = new Set(groups.flat().flatMap((term) => (term.kind === 'prefix' ? [] : term.tokens)))
  const weigh = (token: string): number => (wanted.has(token) ? 1 : littleWordWeight)
  const measure = createClosenessMeter(wording.map((token) => ({ token, weight: weigh(token) })))
  const threads = await texts.read(ids)
  return new Map(
    [...threads].map(([id, { headings, messages }]) => [id, measure([...headings, ...messages])]),
  )
}
