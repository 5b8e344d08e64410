import { describe, expect, it } from 'vitest'
import { parseSearchQuery } from '../../src/text/query-parser'
import { startSyncWorld } from '../helpers/sync-world'

const hour = 3_600

describe('a hit whose version is stored', () => {
  it('is neither written nor fetched again, however often the overlap brings it', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 20 })
    await sync()
    simulator.clock.advance(hour)
    for (const id of simulator.world.ids()) simulator.change.touch(id)
    simulator.clock.advance(60)
    await sync()
    simulator.clock.advance(60)
    simulator.requests.reset()
    // What a first sync leaves to be judged is written behind it.
    await store.upkeepDone()
    const generation = store.generation
    const { run } = await sync()
    expect(simulator.requests.byEndpoint).toEqual({ 'conversations.search': 1, 'conversations.deleted': 1 })
    expect(run).toMatchObject({ conversations: 0, messages: 0 })
    // The run's own record, when it begins and when it ends.
    expect(store.generation - generation).toBe(2)
  })
})

describe('a thread that is newer than its hit', () => {
  it('is stored as it came, and the next run skips it', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 10 })
    await sync()
    simulator.clock.advance(hour)
    const [id = ''] = simulator.world.ids()
    simulator.change.reply(id, { text: 'First.' })
    simulator.clock.advance(60)
    simulator.setFaults({ fault: 'index_lag', amount: 30 })
    simulator.clock.advance(5)
    simulator.change.reply(id, { text: 'Second.' })
    simulator.clock.advance(5)
    await sync()
    const newest = simulator.world.listItem(id)?.updated_at
    expect(await store.getVersions([id])).toEqual(
      new Map([[id, { updatedAt: newest, threadUpdatedAt: newest }]]),
    )
    simulator.setFaults()
    simulator.clock.advance(60)
    simulator.requests.reset()
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(0)
  })
})

describe('a message that was redacted', () => {
  it('is not found by its words any more', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 10 })
    const [id = ''] = simulator.world.ids()
    const part = simulator.change.reply(id, { text: 'My card is called heliotrope.' })
    const find = async () =>
      (
        await store.searchConversations({
          ...{ timeframe: null, timeField: 'created_at', filters: {}, sort: 'relevance', maxIds: 9 },
          query: parseSearchQuery('heliotrope').query,
        })
      ).ids
    await sync()
    expect(await find()).toEqual([id])
    simulator.clock.advance(hour)
    simulator.change.redact(id, part)
    simulator.clock.advance(60)
    await sync()
    expect(await find()).toEqual([])
  })
})

describe('conversations that were merged', () => {
  it('are both fetched anew: the one is closed, the other goes on', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 10 })
    await sync()
    simulator.clock.advance(hour)
    const secondary = simulator.change.create({ text: 'The same matter once more.' })
    const [primary = ''] = simulator.world.ids()
    simulator.clock.advance(1)
    simulator.change.merge(secondary, primary)
    simulator.clock.advance(60)
    await sync()
    expect(await store.getConversations([secondary])).toMatchObject([{ state: 'closed' }])
    const parts = (await store.getMessages([primary])).get(primary) ?? []
    expect(parts.at(-1)?.partType).toBe('merged_primary_conversation')
  })
})

describe('a page that cannot be had at its size', () => {
  it('is read in smaller ones, down to single rows, and the copy is whole', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 20 })
    simulator.setFaults({ fault: 'slow_pages', endpoints: ['conversations.search'], amount: 1 })
    await sync()
    expect(await store.getCounts()).toMatchObject({ conversations: 20, threads: 20 })
  })
})

describe('a list of deletions that cannot be had at its page size', () => {
  it('is read in smaller ones', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 30 })
    await sync()
    simulator.clock.advance(hour)
    for (const id of simulator.world.ids().slice(0, 20)) simulator.change.delete(id)
    simulator.setFaults({ fault: 'slow_pages', endpoints: ['conversations.deleted'], amount: 7 })
    await sync()
    expect((await store.getCounts()).conversations).toBe(10)
  })
})
