import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FetchedConversation } from '../../src/domain/conversation'
import type { Store, StoreChange } from '../../src/storage/port'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aHit, aThread } from '../helpers/builders'
import { temporaryFolder, uncontestedLock } from '../helpers/sqljs'
import { StoreModel } from './store-model'

const words = [
  'refund',
  'Refunded',
  'refunds',
  'billing',
  'bill',
  'café',
  'A-12345',
  '退款没有',
  '谢',
  'don’t',
  'x@y.io',
]
const text = fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((some) => some.join(' '))

const fetched: fc.Arbitrary<FetchedConversation> = fc
  .record({
    id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    age: fc.integer({ min: 0, max: 5 }),
    title: fc.option(text),
    texts: fc.array(text, { minLength: 1, maxLength: 4 }),
    isHit: fc.boolean(),
  })
  .map(({ id, age, title, texts, isHit }) => {
    const fields = { id, createdAt: 1000 + Number(id), updatedAt: 2000 + age, title }
    return isHit ? aHit(fields, texts[0]) : aThread(fields, texts)
  })

const tombstone = fc.record({ conversationId: fc.constantFrom('1', '2'), deletedAt: fc.constant(1) })
const change: fc.Arbitrary<StoreChange> = fc.record({
  conversations: fc.array(fetched, { maxLength: 4 }),
  // Rare, or soon nothing would be left to look for.
  tombstones: fc
    .tuple(fc.integer({ min: 0, max: 9 }), tombstone)
    .map(([die, one]) => (die === 0 ? [one] : [])),
})

const queries = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', '-'),
      fc.oneof(
        fc.constantFrom(...words),
        fc.constantFrom(
          '"refund bill"',
          '"bill refunded"',
          'bill*',
          'billin*',
          'refunde*',
          '没有',
          '款没',
          'a-1*',
        ),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((terms) => terms.map(([sign, word]) => `${sign}${word}`).join(' '))

async function expectSame(store: Store, model: StoreModel, query: string): Promise<void> {
  const ids = [...model.rows.keys()].toSorted()
  const stored = await store.getConversations(ids)
  expect(stored.map(({ id, updatedAt, title }) => ({ id, updatedAt, title }))).toEqual(
    ids.map((id) => {
      const { updatedAt, title } = model.rows.get(id)?.conversation ?? aHit().conversation
      return { id, updatedAt, title }
    }),
  )
  const messages = await store.getMessages(ids)
  expect(ids.map((id) => messages.get(id))).toEqual(ids.map((id) => model.rows.get(id)?.messages))
  const parsed = parseSearchQuery(query).query
  for (const sort of ['newest', 'relevance'] as const) {
    const search = {
      query: parsed,
      timeframe: null,
      timeField: 'created_at' as const,
      filters: {},
      sort,
      maxIds: 50,
    }
    const found = await store.searchConversations(search)
    const expected = model.search(parsed)
    expect(found.total).toBe(expected.length)
    expect(sort === 'newest' ? found.ids : found.ids.toSorted()).toEqual(
      sort === 'newest' ? expected : expected.toSorted(),
    )
  }
}

describe('the store under random changes', () => {
  it('holds and finds what a plain scan does, also after reopening', async () => {
    const folder = temporaryFolder()
    let files = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, queries), { minLength: 1, maxLength: 8 }), async (steps) => {
        const file = join(folder, `${++files}.db`)
        const open = async () => (await openSqljsStore({ path: file, lock: uncontestedLock() })).store
        const model = new StoreModel()
        const store = await open()
        try {
          for (const [step, query] of steps) {
            await store.apply(step)
            model.apply(step)
            await expectSame(store, model, query)
          }
        } finally {
          await store.close()
        }
        const reopened = await open()
        try {
          for (const [, query] of steps) await expectSame(reopened, model, query)
        } finally {
          await reopened.close()
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})
