import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createIndexMerging } from '../../src/storage/index-merging'
import { createLivingDocuments } from '../../src/storage/living-documents'
import { migrate } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { createWriters } from '../../src/storage/writers'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'
import { VolatileFiles } from './sqljs/volatile-files'

const dialect = createSqliteDialect()
const perWrite = 40

// Each write makes a segment; of sixteen the engine makes one by itself.

async function open(files = new VolatileFiles()) {
  const driver = await openTestDriver({
    ...{ files, path: '/data/data.db' },
    migrate: async (opened) => void (await migrate(opened, dialect)),
  })
  const tools = {
    ...{ driver, dialect, writers: createWriters(dialect.db) },
    documents: createLivingDocuments(driver, dialect),
  }
  // Its own work in the background never begins.
  const store = createSqlStore(driver, dialect, {
    sleep: (_ms, signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  })
  const errors: unknown[] = []
  const merging = (sleep: () => Promise<unknown> = () => nextTurn()) =>
    createIndexMerging(tools, { isBusy: () => false, onError: (error) => void errors.push(error), sleep })
  const countSegments = async () => (await driver.all('select 1 from search_index_a_segdir')).length
  return { driver, store, errors, merging, countSegments, files }
}

const animals = ['heron', 'otter', 'badger', 'lynx', 'marten']

/** So many writes of conversations, each with one of the animals and words of its own. */
async function fill(store: Store, writes: number, from = 0): Promise<void> {
  for (let write = from; write < from + writes; write++) {
    const conversations = Array.from({ length: perWrite }, (_, place) => {
      const n = write * perWrite + place
      const own = Array.from({ length: 30 }, (_, word) => `word${n}x${word}`).join(' ')
      return aThread({ id: `${n}`, createdAt: 1000 + n }, [
        `The ${animals[n % animals.length]} is here. ${own}`,
      ])
    })
    await store.apply({ conversations })
  }
}

async function findAll(store: Store): Promise<string[][]> {
  const queries = [...animals, '"heron is here"', 'word7*', 'here -otter', 'word41x3 OR word1x1']
  return Promise.all(
    queries.map(async (query) => {
      const { ids } = await store.searchConversations({
        query: parseSearchQuery(query)?.query ?? null,
        ...{ timeframe: null, timeField: 'created_at', filters: {} },
        ...{ sort: 'relevance', maxIds: 10_000 },
      })
      return ids
    }),
  )
}

describe('merging the search index', () => {
  it('leaves one segment of many, and the same answers in the same order', async () => {
    const { store, merging, countSegments, errors } = await open()
    await fill(store, 30)
    const before = await findAll(store)
    expect(before[0]).toHaveLength((30 * perWrite) / animals.length)
    expect(await countSegments()).toBeGreaterThanOrEqual(8)
    const work = merging()
    work.start()
    await work.settled()
    expect(errors).toEqual([])
    expect(await countSegments()).toBe(1)
    expect(await findAll(store)).toEqual(before)
  })

  it('writes nothing for few segments, nor a second time', async () => {
    const { driver, store, merging } = await open()
    await fill(store, 3)
    const few = driver.generation
    const work = merging()
    work.start()
    await work.settled()
    expect(driver.generation).toBe(few)
    await fill(store, 11, 3)
    work.start()
    await work.settled()
    const merged = driver.generation
    expect(merged).toBeGreaterThan(few + 11)
    work.start()
    await work.settled()
    expect(driver.generation).toBe(merged)
  })

  it('leaves most of the index alone when little was added', async () => {
    const { driver, store, merging, countSegments } = await open()
    await fill(store, 30)
    const work = merging()
    work.start()
    await work.settled()
    const [whole] = await driver.all<{ start_block: number }>('select start_block from search_index_a_segdir')
    expect(await countSegments()).toBe(1)
    for (let n = 0; n < 9; n++) {
      await store.apply({ conversations: [aThread({ id: `later${n}` }, [`A stork, number${n}.`])] })
    }
    work.start()
    await work.settled()
    const segments = await driver.all<{ start_block: number }>(
      'select start_block from search_index_a_segdir',
    )
    expect(segments).toContainEqual(whole)
    expect(await countSegments()).toBeLessThan(8)
  })

  it('goes on after changes and a kill between two pieces', async () => {
    const { store, merging, driver, files, countSegments } = await open()
    await fill(store, 30)
    const started = driver.generation
    const work = merging()
    work.start()
    while (driver.generation < started + 2) await nextTurn()
    await work.stop()
    expect(await countSegments()).toBeGreaterThan(1)
    await store.apply({ tombstones: [{ conversationId: '5', deletedAt: 1 }] })
    await fill(store, 1, 30)
    const before = await findAll(store)

    const again = await open(files.afterKill())
    expect(await findAll(again.store)).toEqual(before)
    const rest = again.merging()
    rest.start()
    await rest.settled()
    expect(again.errors).toEqual([])
    expect(await again.countSegments()).toBeLessThan(3)
    expect(await findAll(again.store)).toEqual(before)
    expect(await again.store.findDamage()).toEqual([])
  })
})
