import { describe, expect, it } from 'vitest'
import { IntercomApiError } from '../../src/domain/errors'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed } from '../../src/sync/need'
import { createSource } from '../helpers/source-in-memory'
import { createMemoryStore } from '../helpers/store-in-memory'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'
import { startSyncWorld } from '../helpers/sync-world'

const threads = ['conversations.get']

/** A synced workspace, a thousand seconds later, and the id of a conversation with five parts more than before. */
async function startLongWorld() {
  const world = await startSyncWorld({ size: 30 })
  await world.sync()
  const { simulator } = world
  const [id = ''] = simulator.world.ids()
  simulator.clock.advance(1_000)
  for (const text of ['one', 'two', 'three', 'four', 'five']) simulator.change.reply(id, { text })
  simulator.clock.advance(60)
  simulator.requests.reset()
  const lastTexts = async () => ((await world.store.getMessages([id])).get(id) ?? []).slice(-5)
  return { ...world, id, lastTexts: async () => (await lastTexts()).map(({ text }) => text) }
}

describe('a thread that comes with fewer parts than it has', () => {
  it('is noted with its numbers in the run and in the store, and fetched again by the next run', async () => {
    const { simulator, store, sync, restart, id, lastTexts } = await startLongWorld()
    simulator.setFaults({ fault: 'part_cap', amount: 2, ids: [id] })
    expect((await sync()).run).toMatchObject({
      status: 'completed',
      errorMessage: `The thread of 1 conversation came with fewer parts than it has (${id}). Later runs ask again.`,
    })
    const [owed] = await store.listOwedThreads()
    expect(owed).toMatchObject({ conversationId: id, reason: 'short', attempts: 1 })
    expect((owed?.partsExpected ?? 0) - (owed?.partsStored ?? 0)).toBe(3)
    simulator.setFaults()
    restart()
    expect((await sync()).run.errorMessage).toBeNull()
    expect(await lastTexts()).toEqual(['one', 'two', 'three', 'four', 'five'])
    expect(await store.listOwedThreads()).toEqual([])
  })

  it('costs a request now and then when it stays so, and none in most runs', async () => {
    const { simulator, sync, restart, id } = await startLongWorld()
    simulator.setFaults({ fault: 'part_cap', amount: 2, ids: [id] })
    const counts: number[] = []
    for (let run = 0; run < 60; run += 1) {
      simulator.requests.reset()
      await sync()
      if (run % 5 === 0) restart()
      counts.push(simulator.requests.count('conversations.get'))
      simulator.clock.advance(900)
    }
    // The first run and the next; then after 15, 30, 90 minutes of a run each quarter of an hour, then six hours.
    const asked = counts.flatMap((count, run) => (count > 0 ? [run] : []))
    expect(Math.max(...counts)).toBe(1)
    expect(asked).toEqual([0, 1, 2, 4, 10, 34, 58])
  })

  it('is left alone when nothing but the cap of 500 parts is the reason', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 5 })
    const [id = ''] = simulator.world.ids()
    for (let part = 0; part < 520; part += 1) simulator.change.note(id, `note ${part}`)
    simulator.clock.advance(10)
    expect((await sync()).run.errorMessage).toBeNull()
    expect(await store.listOwedThreads()).toEqual([])
    expect(await store.getConversations([id])).toMatchObject([{ truncated: true }])
  })

  it('is fetched whole by whoever looks at it', async () => {
    const { simulator, store, sync, fetchConversation, id, lastTexts } = await startLongWorld()
    simulator.setFaults({ fault: 'part_cap', amount: 2, ids: [id] })
    await sync()
    simulator.setFaults()
    await fetchConversation(id)
    expect(await lastTexts()).toEqual(['one', 'two', 'three', 'four', 'five'])
    expect(await store.listOwedThreads()).toEqual([])
  })
})

describe('a thread that always fails', () => {
  it('rests while its conversation does, and is asked for at once after a change', async () => {
    const { simulator, store, sync, id } = await startLongWorld()
    simulator.setFaults({ fault: 'server_error', endpoints: threads, ids: [id] })
    await sync()
    await sync()
    simulator.requests.reset()
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(0)
    expect(await store.countPendingThreads()).toBe(1)
    simulator.setFaults()
    simulator.change.reply(id, { text: 'Still there?' })
    simulator.clock.advance(5)
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(1)
    expect(await store.countPendingThreads()).toBe(0)
  })
})

describe('a conversation that Intercom once says does not exist', () => {
  it('comes back with its thread ten minutes later, when that was wrong', async () => {
    const { simulator, store, sync, restart, id } = await startLongWorld()
    simulator.clock.advance(600)
    simulator.setFaults({ fault: 'not_found', endpoints: threads, ids: [id], times: 1 })
    await sync()
    expect(await store.getConversations([id])).toEqual([])
    restart()
    await sync()
    expect(await store.getConversations([id])).toEqual([])
    simulator.clock.advance(601)
    await sync()
    const stored = (await store.getMessages([id])).get(id) ?? []
    expect(stored.at(-1)?.text).toBe('five')
    expect(await store.listOwedThreads()).toEqual([])
  })

  it('comes back as soon as a search shows it', async () => {
    const { simulator, store, sync, id } = await startLongWorld()
    simulator.clock.advance(600)
    simulator.setFaults({ fault: 'not_found', endpoints: threads, ids: [id], times: 1 })
    await sync()
    simulator.change.reply(id, { text: 'six' })
    simulator.clock.advance(5)
    await sync()
    const stored = (await store.getMessages([id])).get(id) ?? []
    expect(stored.at(-1)?.text).toBe('six')
  })

  it('is asked for once more and then never, when it was right', async () => {
    const { simulator, store, sync, id } = await startLongWorld()
    simulator.clock.advance(600)
    simulator.setFaults({ fault: 'not_found', endpoints: threads, ids: [id] })
    await sync()
    simulator.clock.advance(601)
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(2)
    simulator.clock.advance(90_000)
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(2)
    expect(await store.listOwedThreads()).toEqual([])
  })

  it('stays away when the list of deletions names it, whatever a late index shows', async () => {
    const { simulator, store, sync, id } = await startLongWorld()
    await sync()
    simulator.setFaults({ fault: 'index_lag', amount: 5_000 })
    simulator.change.delete(id)
    simulator.clock.advance(60)
    await sync()
    await sync({ force: true })
    expect(await store.getConversations([id])).toEqual([])
  })
})

/** A run over five conversations in memory, for what the simulator has no switch for. */
function setUp() {
  const { api, source } = createSource({ now: 1_700_000_000 })
  for (let index = 0; index < 5; index += 1) source.create(`c${index}`, source.now - 9_000 - index)
  const memory = createMemoryStore()
  const timers = createTestTimers()
  const settings = { initialSyncDays: 30, syncDays: 7, overlapSeconds: 600 }
  const engine = createSyncEngine({ store: memory.store, api, settings, logger: quietLogger, timers })
  const sync = () =>
    engine.run({ id: 'run', need: aNeed(), signal: new AbortController().signal, onProgress: () => {} })
  return { api, source, memory, sync }
}

describe('a search that lists a little less than it counts', () => {
  it('is taken for read, and its run says how many are missing', async () => {
    const { api, memory, sync } = setUp()
    const search = api.searchConversations
    api.searchConversations = async function* (window, options) {
      for await (const page of search(window, options)) yield { ...page, total: page.total + 4 }
    }
    expect((await sync()).run).toMatchObject({
      status: 'completed',
      errorMessage: "Intercom's searches counted 4 conversations more than they listed.",
    })
    expect(memory.syncState().asOf).toBe(1_700_000_000)
  })
})

describe('a thread that the token may not read', () => {
  it('is one that fails: a ticket among the conversations stops no run', async () => {
    const { source, memory, sync } = setUp()
    const refusal = new IntercomApiError('missing_scope', 'The token lacks a permission.', { status: 403 })
    source.beforeAnswer = async (request) => {
      if (request === 'conversation' && source.countRequests('conversation') === 2) throw refusal
    }
    expect((await sync()).run.errorMessage).toContain('The thread of 1 conversation could not be fetched')
    expect(await memory.store.listOwedThreads()).toMatchObject([{ code: 'intercom_missing_scope' }])
  })

  it('ends no run either when there are many, once the missing permission is known', async () => {
    const { source, memory, sync } = setUp()
    const refusal = new IntercomApiError('missing_scope', 'The token lacks a permission.', { status: 403 })
    source.beforeAnswer = async (request) => {
      if (request === 'conversation' && source.countRequests('conversation') <= 15) throw refusal
    }
    for (let index = 0; index < 30; index += 1) source.create(`extra${index}`, source.now - 60 - index)
    await expect(sync()).rejects.toBe(refusal)
    source.fetchedIds.length = 0
    source.requests.length = 0
    source.missingPermissions = ['Read tickets']
    expect((await sync()).run.status).toBe('completed')
    expect(await memory.store.listOwedThreads()).toHaveLength(15)
  })
})
