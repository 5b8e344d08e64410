import { describe, expect, it } from 'vitest'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed, type SyncNeed } from '../../src/sync/need'
import { createSource } from '../helpers/source-in-memory'
import { createMemoryStore } from '../helpers/store-in-memory'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'

const start = 1_700_000_000
const settings = { initialSyncDays: 30, syncDays: 7, backfillLimit: 100, overlapSeconds: 600 }

function setUp(conversations: number, pageSize?: number) {
  const { api, source } = createSource({ now: start, pageSize })
  // The denser the later, as in a workspace that grows.
  for (let index = 0; index < conversations; index += 1) {
    source.create(`c${index}`, start - 60 - Math.floor((index / conversations) ** 2 * 2_000_000))
  }
  const memory = createMemoryStore()
  const timers = createTestTimers()
  const engine = createSyncEngine({ store: memory.store, api, settings, logger: quietLogger, timers })
  const sync = (need: Partial<SyncNeed> = {}) =>
    engine.run({ id: 'run', need: aNeed(need), signal: new AbortController().signal, onProgress: () => {} })
  return { source, memory, sync, api }
}

describe('a window of thousands of conversations', () => {
  it('is read in slices, several at once, and stored whole', async () => {
    const { source, memory, sync } = setUp(4_000)
    let underWay = 0
    let mostUnderWay = 0
    source.beforeAnswer = async (request) => {
      if (request !== 'search') return
      underWay += 1
      mostUnderWay = Math.max(mostUnderWay, underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
    }
    const { run } = await sync()
    expect(memory.rows.size).toBe(4_000)
    expect(run.conversations).toBe(4_000)
    expect(new Set(source.fetchedIds).size).toBe(source.fetchedIds.length)
    expect(mostUnderWay).toBe(3)
    // 27 pages in one go; the first page twice, a last page for each slice, and one that catches up.
    expect(source.countRequests('search')).toBeLessThanOrEqual(27 + 1 + 3 + 1)
  })

  it('is not taken for read when one of its slices fails', async () => {
    const { source, memory, sync } = setUp(4_000)
    source.beforeAnswer = async () => {
      if (source.countRequests('search') === 9) throw new Error('slow day')
    }
    await expect(sync()).rejects.toThrow('slow day')
    expect(memory.syncState().asOf).toBeNull()
  })
})

describe('a conversation that is updated while pages are turned', () => {
  it('leaves the window unseen and is caught by the same run', async () => {
    const { source, memory, sync } = setUp(10, 3)
    source.beforeAnswer = async (request) => {
      if (request !== 'search' || source.countRequests('search') !== 2) return
      source.now += 5
      source.reply('c9', 'one more thing')
      source.now += 5
    }
    await sync()
    expect(memory.rows.get('c9')?.fetched.messages).toHaveLength(2)
    expect(memory.syncState()).toMatchObject({ asOf: start + 10 })
  })

  it('does not cost a further request when the window fits on one page', async () => {
    const { source, sync } = setUp(10)
    await sync()
    expect(source.countRequests('search')).toBe(1)
  })
})

describe('a search that ends before its last page', () => {
  it('fails the run, so that nothing is said to be covered', async () => {
    const { memory, sync, api } = setUp(60, 20)
    const search = api.searchConversations
    api.searchConversations = async function* (window, options) {
      for await (const page of search(window, options)) {
        yield page
        return
      }
    }
    await expect(sync()).rejects.toMatchObject({ kind: 'server' })
    expect(memory.rows.size).toBe(20)
    expect(memory.syncState().asOf).toBeNull()
  })
})

describe('a conversation that is deleted while older history is being read', () => {
  it('goes although as_of has moved past its deletion meanwhile', async () => {
    const { source, memory, sync } = setUp(40, 5)
    source.create('old', start - 60 * 86_400)
    source.create('older', start - 70 * 86_400)
    await sync({ days: 10 })
    expect(memory.rows.has('c10')).toBe(true)
    let searches = 0
    source.beforeAnswer = async (request) => {
      if (request !== 'search') return
      searches += 1
      if (searches === 1) source.remove('c10')
      if (searches === 2) source.now += 3_600
    }
    const timeframe = { start: start - 80 * 86_400, end: start }
    await sync({
      incremental: false,
      asked: [{ gaps: [timeframe], timeField: 'updated_at', backfillLimit: 100 }],
    })
    expect(memory.syncState().asOf).toBe(start + 3_600)
    await sync()
    expect(memory.rows.has('c10')).toBe(false)
  })
})
