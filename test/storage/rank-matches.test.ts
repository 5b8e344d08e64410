import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations'
import type { Store, StoreSearch } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { anyTermQuery, parseSearchQuery } from '../../src/text/query-parser'
import type { SearchQuery } from '../../src/text/search-query'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'
import { StoreModel } from './store-model'

/** So low that a store of a few dozen takes every way that a large one takes. */
const lowLimits = { maxRanked: 5, maxScoredAtOnce: 8 }

async function openSearch() {
  const dialect = createSqliteDialect()
  const driver = await openTestDriver({
    migrate: async (opened) => {
      await migrate(opened, dialect)
    },
  })
  const store = createSqlStore(driver, dialect, { rankLimits: lowLimits })
  const search = (query: SearchQuery | null, rest: Partial<StoreSearch> = {}) => {
    const everything = { timeframe: null, timeField: 'created_at', filters: {} } as const
    const asked = { query, ...everything, sort: 'relevance', maxIds: 1000, ...rest } as const
    return store.searchConversations(asked)
  }
  return { store, search }
}

const read = (text: string) => parseSearchQuery(text).query
const words = ['refund', 'invoice', 'late', 'login', 'export', 'card', 'plan', 'address', '退款']

/** Sixty conversations, the newest last, in which the words are ever rarer. */
function someThreads() {
  return Array.from({ length: 60 }, (_, index) => {
    const held = words.filter((_, rank) => index % (rank + 1) === 0)
    const texts = [held.join(' '), `${held.toReversed().join(' and ')} again`]
    return aThread({ id: `c${index}`, createdAt: 1000 + index, updatedAt: 2000 + index }, texts)
  })
}

async function fill(store: Store): Promise<StoreModel> {
  const model = new StoreModel()
  const change = { conversations: someThreads() }
  await store.apply(change)
  model.apply(change)
  return model
}

describe('ranking', () => {
  it('finds the set that a scan finds, however many match, after every update and deletion', async () => {
    const { store, search } = await openSearch()
    const model = await fill(store)
    const queries = [
      ...words,
      ...words.flatMap((one) => words.map((other) => `${one} ${other}`)),
      ...words.map((word) => `refund OR ${word}`),
      ...words.map((word) => `-${word}`),
      ...words.map((word) => `refund -${word}`),
      ...['r*', 'inv*', 'l* card', '"refund invoice"', '"again refund"', '"late and invoice"', '款', 'a*'],
    ].map(read)
    const change = async (conversations: ReturnType<typeof aThread>[], deleted: string[]) => {
      const tombstones = deleted.map((conversationId) => ({ conversationId, deletedAt: 1 }))
      await store.apply({ conversations, tombstones })
      model.apply({ conversations, tombstones })
    }
    const expectSame = async () => {
      for (const query of queries) {
        for (const rest of [{}, { timeframe: { start: 1010, end: 1050 } }]) {
          const { start, end } = rest.timeframe ?? { start: 0, end: 9999 }
          const expected = model.search(query).filter((id) => {
            const at = model.rows.get(id)?.conversation.createdAt ?? 0
            return at >= start && at < end
          })
          const found = await search(query, rest)
          expect(found.total).toBe(expected.length)
          expect(found.ids.toSorted()).toEqual(expected.toSorted())
          if (found.scores !== null) expect(found.scores).toHaveLength(expected.length)
        }
      }
    }
    await expectSame()
    await change(
      [10, 20, 30].map((index) =>
        aThread({ id: `c${index}`, createdAt: 1000 + index, updatedAt: 3000 }, ['address refund']),
      ),
      ['c0', 'c59', 'c12'],
    )
    await expectSame()
    // All of it once more, as a sync from the beginning would bring it.
    await change(someThreads(), [])
    await expectSame()
  })

  it('puts words that stand together as asked first, then the newest', async () => {
    const { store, search } = await openSearch()
    const texts = {
      apart: 'my card was not the one that you have, somebody else was charged for all of this twice',
      asked: 'you charged my card twice, and that was not the one that I gave to you for all of this',
      older: 'you charged my card twice, and that was not the one that I gave to you for all of this',
    }
    const at = { apart: 1003, asked: 1002, older: 1001 }
    const conversations = (['older', 'apart', 'asked'] as const).map((id) =>
      aThread({ id, createdAt: at[id], updatedAt: at[id] }, [texts[id]]),
    )
    await store.apply({ conversations })
    expect((await search(read('charged card twice'))).ids).toEqual(['asked', 'older', 'apart'])
  })

  it('says what was ranked of a broad query, and lets the others follow, newest first', async () => {
    const { store, search } = await openSearch()
    await fill(store)
    const few = await search(read('address card'))
    expect(few.ranking).toBe('all_matches')
    const broad = await search(read('refund'))
    expect(broad.ranking).toBe('newest_matches')
    expect(broad.ids.slice(0, 5).toSorted()).toEqual(['c55', 'c56', 'c57', 'c58', 'c59'])
    expect(broad.ids.slice(5, 8)).toEqual(['c54', 'c53', 'c52'])
    expect((await search(read('refund'), { maxIds: 3 })).ids).toEqual(broad.ids.slice(0, 3))
    expect((await search(read('r*'))).ids.slice(0, 3)).toEqual(['c59', 'c58', 'c57'])
  })

  it('ranks the matches with the rarest words where any term suffices', async () => {
    const { store, search } = await openSearch()
    await fill(store)
    await store.apply({
      conversations: [aThread({ id: 'old', createdAt: 1, updatedAt: 1 }, ['refund of the zebra invoice'])],
    })
    const found = await search(anyTermQuery(parseSearchQuery('refund invoice zebra unicorn')))
    expect(found).toMatchObject({ total: 61, ranking: 'rarest_words' })
    expect(found.ids[0]).toBe('old')
    expect(new Set(found.ids).size).toBe(61)
  })

  it('answers whatever is typed', async () => {
    const { store, search } = await openSearch()
    await fill(store)
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('"', '-', '*', ' ', ' OR ', 'NEAR/2 ', 'stems:', 'NOT ', '(', ')', '^', '·', '¶', "'"),
      fc.constantFrom('refund', '退款', '\ud800', '\u0000', ';--', 'l*'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const parsed = tryToParse(parts.join(''))
        if (parsed === null) return
        const found = await search(parsed.query)
        expect(found.ids).toHaveLength(found.total)
        const loose = anyTermQuery(parsed)
        if (loose) expect((await search(loose)).total).toBeGreaterThanOrEqual(found.total)
      }),
      { numRuns: 300 },
    )
  })
})

function tryToParse(text: string) {
  try {
    return parseSearchQuery(text)
  } catch {
    // What cannot be searched for is the parser's business.
    return null
  }
}
