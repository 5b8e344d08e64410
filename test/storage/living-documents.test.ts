import fc from 'fast-check'
import { expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations'
import type { StoreChange } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

const dialect = createSqliteDialect()

async function openDriver() {
  return openTestDriver({
    migrate: async (opened) => {
      await migrate(opened, dialect)
    },
  })
}

const ids = ['1', '2', '3', '4', '5', '6']
const everything = {
  timeframe: null,
  timeField: 'updated_at',
  filters: {},
  sort: 'newest',
  maxIds: 100,
} as const

/** Several have the same words in other places, as the index counts them. */
const questions = ['refund', '-refund', 'refund invoice', 'invoice refund -kettle', 'kettle OR invo* refund']

/** A sync of some threads, a deletion, an unknown write of somebody else, or one that fails. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('store' as const),
      threads: fc.array(
        fc.record({
          id: fc.constantFrom(...ids),
          at: fc.nat(50),
          words: fc.constantFrom('refund', 'invoice', 'refund invoice', 'invoice: no kettle, no refund'),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  fc.record({ kind: fc.constant('delete' as const), id: fc.constantFrom(...ids) }),
  fc.record({ kind: fc.constant('unannounced' as const), id: fc.constantFrom(...ids), at: fc.nat(50) }),
  fc.record({ kind: fc.constant('fail' as const), id: fc.constantFrom(...ids) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('search' as const) }) },
)

it('what searches remember of documents never differs from what is stored, whoever wrote it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const driver = await openDriver()
      const store = createSqlStore(driver, dialect)
      const expectSame = async () => {
        // A store that was opened just now remembers nothing.
        const fresh = createSqlStore(driver, dialect)
        for (const words of questions) {
          for (const sort of ['oldest', 'relevance'] as const) {
            const search = { ...everything, sort, query: parseSearchQuery(words).query }
            expect(await store.searchConversations(search)).toEqual(await fresh.searchConversations(search))
          }
        }
      }
      for (const one of steps) {
        if (one.kind === 'store') {
          const conversations = one.threads.map(({ id, at, words }) =>
            aThread({ id, createdAt: 1000 + Number(id), updatedAt: 2000 + at }, [words]),
          )
          await store.apply({ conversations })
        } else if (one.kind === 'delete') {
          await store.apply({ tombstones: [{ conversationId: one.id, deletedAt: 1 }] })
        } else if (one.kind === 'unannounced') {
          const row = [5000 + one.at, one.id]
          await driver.write(() => [
            { sql: 'update conversations set updated_at = ? where id = ?', rows: [row] },
          ])
        } else if (one.kind === 'fail') {
          const broken: StoreChange = {
            conversations: [aThread({ id: one.id, updatedAt: 9000 }, ['invoice'])],
            // Refused by the table, after the conversation was written.
            syncState: { asOf: 1, unbrokenSince: null, covered: [{ start: null as never, end: 2 }] },
          }
          await expect(store.apply(broken)).rejects.toThrow()
        } else {
          await expectSame()
        }
      }
      await expectSame()
      await store.close()
    }),
    { numRuns: 40 },
  )
})
