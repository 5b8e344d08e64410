import { describe, expect, it } from 'vitest'
import type { FetchedConversation } from '../../src/domain/conversation'
import { migrate, migrations } from '../../src/storage/migrations'
import type { FigureConditions, Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aHit, aMessage, aThread, mondayMorning as start } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

const dialect = createSqliteDialect()
const everything: FigureConditions = { query: null, timeframe: null, timeField: 'created_at', filters: {} }
const customer = { type: 'user', id: 'c1', name: null, email: null, fromAiAgent: false }
const admin = { ...customer, type: 'admin', id: '51' }

async function createStore(conversations: FetchedConversation[]): Promise<Store> {
  const driver = await openTestDriver({ migrate: async (opened) => void (await migrate(opened, dialect)) })
  const store = createSqlStore(driver, dialect)
  await store.apply({ conversations })
  return store
}

/** A thread of these parts: who, type, seconds after its beginning. */
function threadOf(
  id: string,
  parts: [by: 'customer' | 'admin' | 'bot', type: string, at: number, text?: string | null][],
  fields: Parameters<typeof aThread>[0] = {},
): FetchedConversation {
  const fetched = aThread({ id, ...fields }, ['Hello'])
  const authors = { customer, admin, bot: { ...customer, type: 'bot' } }
  const messages = parts.map(([by, partType, at, text = 'Words.'], place) =>
    aMessage({
      id: `${id}-${place}`,
      conversationId: id,
      createdAt: start + at,
      ...{ partType, text, author: authors[by] },
    }),
  )
  return { ...fetched, messages, thread: { partsTotal: parts.length } }
}

const reopened = threadOf(
  '1001',
  [
    ['customer', 'source', 0],
    ['bot', 'comment', 5],
    ['admin', 'note', 10],
    ['admin', 'comment', 90],
    ['admin', 'close', 100, null],
    ['admin', 'close', 110, null],
    ['customer', 'open', 200],
    ['admin', 'comment', 260],
    ['admin', 'close', 300, null],
  ],
  {
    state: 'closed',
    tags: [
      { id: 't2', name: 'b' },
      { id: 't1', name: 'a' },
    ],
  },
)
const outbound = threadOf(
  '1002',
  [
    ['admin', 'source', 0],
    ['customer', 'comment', 1000],
    ['admin', 'note_and_reopen', 1010],
    ['admin', 'comment', 1060],
  ],
  {
    deliveredAs: 'admin_initiated',
    rating: { score: 2, remark: 'Slow', requestedAt: start, ratedAt: start, teammateId: null },
  },
)
const counted = aHit({
  id: '1003',
  priority: 'high',
  statistics: {
    ...{ first_contact_reply_at: start, first_admin_reply_at: start + 400, first_close_at: start + 900 },
    ...{ last_close_at: start + 950, count_reopens: 1, time_to_admin_reply: 120, time_to_first_close: 300 },
    ...{ time_to_last_close: 'soon' },
  },
})
const all = [reopened, outbound, counted]

const figureNames = [
  ...(['id', 'firstContactAt', 'firstResponseSeconds', 'adminReplies', 'closings', 'hasThread'] as const),
  ...(['isOutbound', 'rating', 'ratingAsked', 'ratingRemarked', 'officeResponseSeconds', 'reopens'] as const),
  ...(['firstCloseAt', 'lastCloseAt', 'officeFirstCloseSeconds', 'officeLastCloseSeconds'] as const),
]

const expected = {
  id: ['1001', '1002', '1003'],
  firstContactAt: [start, start + 1000, start],
  firstResponseSeconds: [90, 60, 400],
  adminReplies: [2, 2, null],
  closings: [[100, 200, 300].map((at) => start + at).join(','), null, null],
  hasThread: [1, 1, 0],
  isOutbound: [0, 1, 0],
  rating: [null, 2, null],
  ratingAsked: [0, 1, 0],
  ratingRemarked: [0, 1, 0],
  officeResponseSeconds: [null, null, 120],
  reopens: [null, null, 1],
  firstCloseAt: [null, null, start + 900],
  lastCloseAt: [null, null, start + 950],
  officeFirstCloseSeconds: [null, null, 300],
  officeLastCloseSeconds: [null, null, null],
}

describe('figures', () => {
  it('come by the statistics, and by the thread where those are silent', async () => {
    const store = await createStore(all)
    expect(await store.listFigures(everything, figureNames)).toEqual(expected)
    expect(await store.listFigures(everything, ['priority', 'tagIds'])).toEqual({
      priority: ['none', 'none', 'high'],
      tagIds: [['t2', 't1'], [], []],
    })
  })

  it('of a store of an earlier version are worked out by the migration', async () => {
    const driver = await openTestDriver({ migrate: async (opened) => void (await migrate(opened, dialect)) })
    const store = createSqlStore(driver, dialect)
    await store.apply({ conversations: all })
    // As that version left it.
    const added = migrations[2]?.statements(dialect).flatMap((sql) => /ADD COLUMN (\w+)/.exec(sql)?.[1] ?? [])
    expect(added).toHaveLength(14)
    await driver.write(() => [
      ...(added ?? []).map((column) => ({
        sql: `alter table conversations drop column ${column}`,
        rows: [[]],
      })),
      { sql: 'drop table text_figures', rows: [[]] },
      { sql: "update store_meta set value = '2' where key = 'schema_version'", rows: [[]] },
    ])
    await migrate(driver, dialect)
    expect(await store.listFigures(everything, figureNames)).toEqual(expected)
  })

  it('are of the conversations that a search with the same conditions finds', async () => {
    const store = await createStore([
      aThread({ id: '1' }, ['The invoice is wrong', 'Sorry']),
      aThread({ id: '2', createdAt: start + 86_400 }, ['The invoice again', 'Sorry']),
      aThread({ id: '3', state: 'closed' }, ['The invoice, once more']),
      aThread({ id: '4' }, ['A parcel']),
    ])
    const found = await store.listFigures(
      {
        query: parseSearchQuery('invoice').query,
        timeframe: { start, end: start + 3600 },
        timeField: 'created_at',
        filters: { state: ['open'] },
      },
      ['id'],
    )
    expect(found).toEqual({ id: ['1'] })
  })

  it('follow a conversation whose thread or statistics change', async () => {
    const store = await createStore([aHit({ id: '1', statistics: null })])
    const read = () => store.listFigures(everything, ['firstResponseSeconds', 'adminReplies', 'hasThread'])
    expect(await read()).toEqual({ firstResponseSeconds: [null], adminReplies: [null], hasThread: [0] })
    await store.apply({
      conversations: [
        threadOf('1', [
          ['customer', 'source', 0],
          ['admin', 'comment', 70],
        ]),
      ],
    })
    expect(await read()).toEqual({ firstResponseSeconds: [70], adminReplies: [1], hasThread: [1] })
    const statistics = { first_contact_reply_at: start, first_admin_reply_at: start + 65 }
    await store.apply({ conversations: [aHit({ id: '1', updatedAt: start + 500, statistics })] })
    expect(await read()).toEqual({ firstResponseSeconds: [65], adminReplies: [1], hasThread: [1] })
    await store.apply({ tombstones: [{ conversationId: '1', deletedAt: start }] })
    expect(await read()).toEqual({ firstResponseSeconds: [], adminReplies: [], hasThread: [] })
  })

  it('of nothing are empty columns', async () => {
    const store = await createStore([])
    expect(await store.listFigures(everything, ['id', 'tagIds'])).toEqual({ id: [], tagIds: [] })
  })
})
