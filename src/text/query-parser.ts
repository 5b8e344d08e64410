import { UserInputError } from '../domain/errors'
import { lexQuery, type QueryItem } from './query-lexer'
import { dropQuestionWords } from './question-words'
import type { SearchQuery, SearchTerm } from './search-query'
import { foldPrefix, isRunToken, tokenizeText } from './tokenizer'

/** Longer than any question; what is pasted beyond it is a document, and would only match itself. */
const maxQueryChars = 1000

/** Keeps the compiled expression far below the engines' limits on depth and length. */
const maxQueryTerms = 64

const examples = 'For example: refund late, "double charge", refund OR chargeback, billing -test, invoic*.'

export interface ParsedQuery {
  query: SearchQuery
  /** "last week" at the end of a question: not searched for, because it speaks of the timeframe; null for none. */
  timeWords: string | null
}

/**
 * Reads what a person typed: words, "phrases", `-not`, `OR`, `prefix*`, or a question in natural language. Odd text
 * never fails (an unbalanced quote is ignored); rejects with UserInputError what holds nothing to search for and
 * what is too long.
 */
export function parseSearchQuery(text: string): ParsedQuery {
  if (text.length > maxQueryChars) {
    throw new UserInputError(
      `The query has ${text.length} characters; at most ${maxQueryChars} can be searched for.`,
      {
        hint: 'Search for the few words that matter, or for one "quoted sentence".',
      },
    )
  }
  const items = lexQuery(text)
  const { kept, timeWords } = dropQuestionWords(items, (item) => termsOf(item).length > 0)
  const groups: SearchTerm[][] = []
  const excluded: SearchTerm[] = []
  for (const item of kept) addItem(item, groups, excluded)

  const wording = items.flatMap((item) => (item.negated || item.prefix ? [] : tokenizeText(item.text)))
  const query = { groups: distinct(groups.map(distinct)), excluded: distinct(excluded), wording }
  const count = query.groups.reduce((sum, group) => sum + group.length, query.excluded.length)
  if (count === 0) {
    throw new UserInputError('The query holds no word or number to search for.', {
      hint: `${examples} Leave the query out to list conversations.`,
    })
  }
  if (count > maxQueryTerms) {
    throw new UserInputError(`The query has ${count} terms; at most ${maxQueryTerms} can be searched for.`, {
      hint: 'Search for the few words that matter, or put the sentence in quotes.',
    })
  }
  return { query, timeWords }
}

/**
 * The same question asked loosely: any of its terms suffices, what is excluded stays excluded. Null when that is
 * no other question, because it has one group or none.
 */
export function anyTermQuery({ query }: ParsedQuery): SearchQuery | null {
  if (query.groups.length < 2) return null
  return { ...query, groups: [distinct(query.groups.flat())] }
}

function addItem(item: QueryItem, groups: SearchTerm[][], excluded: SearchTerm[]): void {
  const terms = termsOf(item)
  if (item.negated) {
    excluded.push(...terms)
    return
  }
  const previous = groups.at(-1)
  const [first, ...rest] = terms
  if (!first) return
  if (item.joinsPrevious && previous) previous.push(first)
  else groups.push([first])
  for (const term of rest) groups.push([term])
}

/** Usually one term; none for bare punctuation; two for a prefix with other words before it (`foo-bar*`). */
function termsOf(item: QueryItem): SearchTerm[] {
  if (item.prefix) return prefixTerms(item)
  const tokens = tokenizeText(item.text)
  return tokens.length === 0 ? [] : [wordsTerm(tokens, item.quoted)]
}

function wordsTerm(tokens: string[], quoted: boolean): SearchTerm {
  const isWord = tokens.length === 1 || (!quoted && tokens.every(isRunToken))
  return { kind: isWord ? 'word' : 'phrase', tokens }
}

function prefixTerms(item: QueryItem): SearchTerm[] {
  const token = foldPrefix(item.text)
  const tokens = tokenizeText(item.text)
  if (token === '') return []
  // Runs are indexed as pairs, which already find every longer run: `退款*` is `退款`.
  if (isRunToken(token)) return [wordsTerm(tokens, false)]
  const before = tokens.slice(0, -1)
  const prefix: SearchTerm = { kind: 'prefix', token }
  // Excluding `foo-bar*` must not exclude every foo, nor may an alternative of OR be split over two groups.
  if (before.length === 0 || item.negated || item.alternative) return [prefix]
  return [wordsTerm(before, false), prefix]
}

function distinct<T>(members: T[]): T[] {
  const seen = new Set<string>()
  return members.filter((member) => {
    const key = JSON.stringify(member)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
