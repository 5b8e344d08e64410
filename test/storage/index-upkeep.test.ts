import { describe, expect, it } from 'vitest'
import type { SqlValue } from '../../src/storage/driver'
import { readIndexState } from '../../src/storage/index-state'
import { rebuildSearchIndex, type UpkeepTools } from '../../src/storage/index-upkeep'
import { createLivingDocuments } from '../../src/storage/living-documents'
import { migrate } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { createWriters } from '../../src/storage/writers'
import { parseSearchQuery } from '../../src/text/query-parser'
import { tokenizerVersion } from '../../src/text/tokenizer'
import { aHit, aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'
import { VolatileFiles } from './sqljs/volatile-files'

const dialect = createSqliteDialect()

async function open(files?: VolatileFiles): Promise<{ tools: UpkeepTools; store: Store }> {
  const driver = await openTestDriver({
    ...(files ? { files, path: '/data/data.db' } : {}),
    migrate: async (opened) => void (await migrate(opened, dialect)),
  })
  const documents = createLivingDocuments(driver, dialect)
  const tools = { driver, dialect, writers: createWriters(dialect.db), documents }
  return { tools, store: createSqlStore(driver, dialect) }
}

/** Begins a rebuild and stops after so many writes: the first makes the new index, the others are slices. */
async function rebuildInPart(tools: UpkeepTools, writes: number): Promise<void> {
  const { driver } = tools
  const stop = new AbortController()
  let done = 0
  const write = async (build: Parameters<typeof driver.write>[0]) => {
    await driver.write(build)
    done += 1
    if (done === writes) stop.abort()
  }
  const stopping = Object.create(driver, { all: { value: driver.all.bind(driver) }, write: { value: write } })
  const documents = createLivingDocuments(stopping, dialect)
  await rebuildSearchIndex({ ...tools, driver: stopping, documents }, { force: true, signal: stop.signal })
}

function threads(count: number, text: (n: number) => string) {
  return Array.from({ length: count }, (_, n) => aThread({ id: `${n}`, createdAt: 1000 + n }, [text(n)]))
}

async function countFound(store: Store, query: string): Promise<number> {
  const found = await store.searchConversations({
    query: parseSearchQuery(query).query,
    timeframe: null,
    timeField: 'created_at',
    filters: {},
    sort: 'relevance',
    maxIds: 10,
  })
  return found.total
}

describe('rebuilding the search index', () => {
  it('does nothing while little of the index is dead', async () => {
    const { tools, store } = await open()
    await store.apply({ conversations: threads(20, () => 'refund') })
    expect(await rebuildSearchIndex(tools)).toBe(false)
  })

  it('happens by itself when more than a third of the documents are dead', async () => {
    const { tools, store } = await open()
    await store.apply({ conversations: threads(300, () => 'first version') })
    for (const round of [1, 2]) {
      const changed = threads(300, (n) => `version ${round} of ${n}`).map((thread) => ({
        ...thread,
        conversation: { ...thread.conversation, updatedAt: 5000 + round },
      }))
      await store.apply({ conversations: changed })
    }
    await rebuildSearchIndex(tools)
    const state = await readIndexState(tools.driver, dialect)
    expect(state).toMatchObject({ active: 'b', building: null, nextDocid: { b: 301 } })
    expect(await countFound(store, 'first')).toBe(0)
    expect(await countFound(store, '"version 2"')).toBe(300)
  })

  it('does not happen for the opening messages that a first sync replaces by threads', async () => {
    const { tools, store } = await open()
    const ids = Array.from({ length: 600 }, (_, n) => `${n}`)
    await store.apply({ conversations: ids.map((id) => aHit({ id, createdAt: 1000 }, `opening ${id}`)) })
    await store.apply({
      conversations: ids.map((id) => aThread({ id, createdAt: 1000 }, [`opening ${id}`, `reply to ${id}`])),
    })
    expect(await rebuildSearchIndex(tools)).toBe(false)
    expect(await readIndexState(tools.driver, dialect)).toMatchObject({ active: 'a', deadOpenings: 600 })
    expect(await countFound(store, 'reply')).toBe(600)
  })

  it('answers and takes changes meanwhile, and goes on after an interruption', async () => {
    const { tools, store } = await open()
    await store.apply({ conversations: threads(120, () => 'refund') })
    const { driver } = tools
    await rebuildInPart(tools, 2)
    expect((await readIndexState(driver, dialect)).building).toMatchObject({ side: 'b', afterRef: 50 })
    expect(await countFound(store, 'refund')).toBe(120)

    await store.apply({
      conversations: [
        aThread({ id: '3', createdAt: 1003, updatedAt: 9000 }, ['passed already']),
        aThread({ id: '100', createdAt: 1100, updatedAt: 9000 }, ['not reached yet']),
        aThread({ id: 'new' }, ['quite new']),
      ],
      tombstones: [{ conversationId: '4', deletedAt: 1 }],
    })
    await rebuildSearchIndex(tools)
    expect(await readIndexState(driver, dialect)).toMatchObject({ active: 'b', building: null })
    const found = await Promise.all(
      ['refund', 'passed', 'reached', 'quite'].map((word) => countFound(store, word)),
    )
    expect(found).toEqual([117, 1, 1, 1])
  })

  it('goes on after a kill, and the old index answers until it is done', async () => {
    const files = new VolatileFiles()
    const { tools, store } = await open(files)
    await store.apply({ conversations: threads(120, () => 'refund') })
    await rebuildInPart(tools, 2)

    const again = await open(files.afterKill())
    expect((await readIndexState(again.tools.driver, dialect)).building).toMatchObject({ afterRef: 50 })
    expect(await countFound(again.store, 'refund')).toBe(120)
    expect(await rebuildSearchIndex(again.tools)).toBe(true)
    expect(await readIndexState(again.tools.driver, dialect)).toMatchObject({ active: 'b', building: null })
    expect(await countFound(again.store, 'refund')).toBe(120)
  })

  it.each([
    ['long threads', 500, 'refund', 1],
    ['long messages', 1, 'refund '.repeat(10_000), 2],
  ])('takes few conversations at a time where they have %s', async (_name, messages, text, expected) => {
    const { tools, store } = await open()
    for (const id of ['1', '2', '3']) {
      await store.apply({
        conversations: [
          aThread(
            { id },
            Array.from({ length: messages }, () => text),
          ),
        ],
      })
    }
    await rebuildInPart(tools, 2)
    expect((await readIndexState(tools.driver, dialect)).building).toMatchObject({ afterRef: expected })
    await rebuildSearchIndex(tools)
    expect(await countFound(store, 'refund')).toBe(3)
  })

  it('follows another version of the tokenizer', async () => {
    const { tools, store } = await open()
    await store.apply({ conversations: threads(3, () => 'refund') })
    await tools.driver.write(() => [
      { sql: "update store_meta set value = '0' where key = 'tokenizer_version'", rows: [[]] },
    ])
    expect(await rebuildSearchIndex(tools)).toBe(true)
    expect(await readIndexState(tools.driver, dialect)).toMatchObject({ active: 'b', tokenizerVersion })
    expect(await countFound(store, 'refund')).toBe(3)
    expect(await rebuildSearchIndex(tools)).toBe(false)
  })

  it('does not disturb a search that had begun on the index that goes', async () => {
    const { tools } = await open()
    const { driver } = tools
    let isRebuilt = false
    const store = createSqlStore(
      {
        ...{ write: driver.write.bind(driver), storeId: driver.storeId, path: driver.path },
        ...{ sizes: () => driver.sizes(), writeSnapshot: () => driver.writeSnapshot() },
        damagedFile: () => driver.damagedFile(),
        close: () => driver.close(),
        get generation() {
          return driver.generation
        },
        async all<Row>(sql: string, parameters?: readonly SqlValue[]) {
          if (!isRebuilt && sql.includes('search_index_a')) {
            isRebuilt = true
            await rebuildSearchIndex(tools, { force: true })
          }
          return driver.all<Row>(sql, parameters)
        },
      },
      dialect,
    )
    await store.apply({ conversations: threads(3, () => 'refund') })
    expect(await countFound(store, 'refund')).toBe(3)
    expect(isRebuilt).toBe(true)
  })
})
