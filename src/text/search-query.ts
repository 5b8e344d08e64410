/**
 * What a search asks of the text, after parsing and before any engine's syntax. Produced by `query-parser.ts` from
 * what a person typed; compiled by each storage engine. Its words have been through `tokenizer.ts`, so they hold
 * nothing that an engine could read as syntax.
 */
export type SearchTerm =
  /** One word of the person's. `token` is its normal form (folded, stemmed), or several in a row for CJK runs. */
  | { kind: 'word'; tokens: string[] }
  /** Words that must stand next to each other in this order. */
  | { kind: 'phrase'; tokens: string[] }
  /** Words that begin so. `token` is folded but not stemmed. */
  | { kind: 'prefix'; token: string }

export interface SearchQuery {
  /** All groups must match; inside a group any term suffices (`OR`). */
  groups: SearchTerm[][]
  /** None of these may match (`-word`, `-"phrase"`). */
  excluded: SearchTerm[]
  /**
   * The whole question word by word, words that need not match included: those of a text that stand together as they
   * do here count more. It never decides what is found.
   */
  wording?: string[]
}
