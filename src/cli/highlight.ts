import { parseSearchQuery } from '../text/query-parser'
import { foldPrefix, tokenizeText } from '../text/tokenizer'

/**
 * Marks the words of a passage that a query finds, equal as the search itself sees them: "refunded" is lit by
 * "refund". What is excluded is not lit.
 */
export function highlightHits(passage: string, query: string, light: (word: string) => string): string {
  const terms = parseSearchQuery(query).query?.groups.flat() ?? []
  const tokens = new Set(terms.flatMap((term) => (term.kind === 'prefix' ? [] : term.tokens)))
  const prefixes = terms.flatMap((term) => (term.kind === 'prefix' ? [term.token] : []))
  if (tokens.size === 0 && prefixes.length === 0) return passage
  return passage.replace(/[\p{L}\p{N}\p{M}'’]+/gu, (word) => {
    const found = tokenizeText(word).some((token) => tokens.has(token))
    const begins = prefixes.some((prefix) => foldPrefix(word).startsWith(prefix))
    return found || begins ? light(word) : word
  })
}
