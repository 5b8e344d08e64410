import fc from 'fast-check'
import { expect, it } from 'vitest'
import { UserInputError } from '../../src/domain/errors'
import { searchConversations } from '../../src/queries/search'
import { createSearchCursors } from '../../src/queries/search-cursors'
import { anyTermQuery, parseSearchQuery } from '../../src/text/query-parser'
import type { SearchQuery } from '../../src/text/search-query'
import { StoreModel } from '../storage/store-model'
import { aConversation, createSampleStore, now, type SampleConversation } from './sample-store'

const samples: SampleConversation[] = [
  { id: '1', texts: ['I want a refund for order A-12345', 'The refund is under way: NEAR the end'] },
  { id: '2', texts: ['Zürich café, 退款没有收到', 'stems OR words, AND NOT this'] },
  { id: '3', texts: ['"quoted" (text) col:value -minus +plus *star ^caret', "it's don't O'Brien"] },
  { id: '4', texts: ['ana@example.com wrote https://example.com/a?b=c&d=%20', 'ขอคืนเงิน 東京都 서울'] },
  { id: '5', texts: ["'; DROP TABLE conversations; --", '🙂 \u0000 \u202e \ufffd'] },
]

/** Pieces that some engine reads as syntax, pieces of the samples, and anything that a keyboard can give. */
const piece = fc.oneof(
  fc.constantFrom(
    '"',
    '""',
    "'",
    '*',
    '^',
    '(',
    ')',
    '-',
    '--',
    '+',
    ':',
    '{',
    '}',
    '\\',
    '%',
    '_',
    ';',
    ',',
  ),
  fc.constantFrom(
    'OR',
    'AND',
    'NOT',
    'NEAR',
    'NEAR/3',
    'NEAR(a b, 2)',
    'stems:',
    'rowid',
    'words:refund',
    'MATCH',
  ),
  fc.constantFrom(
    'refund',
    'refun*',
    '-refund',
    '"the refund"',
    'A-12345',
    '退款',
    '退',
    '没*',
    'คืน',
    "don't",
  ),
  fc.constantFrom(
    'ana@example.com',
    'https://example.com/a?b=c',
    '\u0000',
    '\ud800',
    '\u202e',
    '🙂',
    '\ufeff',
    '\n',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const typed = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', ' ', '', '\t')), { maxLength: 8 })
  .map((pieces) => pieces.map(([text, space]) => text + space).join(''))

const model = new StoreModel()
model.apply({ conversations: samples.map(aConversation) })

function scan(query: SearchQuery | null): string[] {
  return query === null ? samples.map(({ id }) => id) : model.search(query)
}

/** What is to be found: all terms, else any, by reading every text; everything without a query. */
function expected(query: string): string[] {
  if (query.trim() === '') return scan(null).toSorted()
  const parsed = parseSearchQuery(query)
  const strict = scan(parsed.query)
  const loose = strict.length === 0 ? anyTermQuery(parsed) : null
  return (loose ? scan(loose) : strict).toSorted()
}

it('whatever a person types finds what a reading of all texts finds, or is refused with the reason', async () => {
  const store = await createSampleStore(samples)
  const before = await store.getMessages(samples.map(({ id }) => id))
  let found = 0
  await fc.assert(
    fc.asyncProperty(typed, async (query) => {
      const context = { now, timezone: 'UTC', cursors: createSearchCursors() }
      const asked = searchConversations(store, { query }, context)
      const answer = await asked.catch((error: unknown) => {
        if (error instanceof UserInputError) return error
        throw error
      })
      if (answer instanceof UserInputError) {
        expect(answer.hint).toBeTruthy()
        expect(() => expected(query)).toThrow(UserInputError)
        return
      }
      expect(answer.conversations.map(({ id }) => id).toSorted()).toEqual(expected(query))
      expect(answer.total).toBe(answer.returned)
      found += answer.total
    }),
    { numRuns: 400 },
  )
  expect(found).toBeGreaterThan(100)
  expect(await store.getMessages(samples.map(({ id }) => id))).toEqual(before)
})
