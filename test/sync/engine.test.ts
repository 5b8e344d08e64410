import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors'
import type { World } from '../../src/simulator/world'
import type { Store } from '../../src/storage/port'
import { testNow } from '../helpers/simulator'
import { startSyncWorld } from '../helpers/sync-world'

const hour = 3_600
const day = 24 * hour

/** What each conversation says, by id: from the source's own words, and from the store. */
function sourceTexts(world: World): Record<string, string[]> {
  return Object.fromEntries(
    world.ids().map((id) => [id, world.messages(id).map(({ text }) => squeeze(text))]),
  )
}

async function storedTexts(store: Store): Promise<Record<string, string[]>> {
  const { ids } = await store.searchConversations({
    query: null,
    timeframe: null,
    timeField: 'created_at',
    filters: {},
    sort: 'newest',
    maxIds: 10_000,
  })
  const messages = await store.getMessages(ids)
  return Object.fromEntries(
    ids.map((id) => [
      id,
      (messages.get(id) ?? []).flatMap(({ text }) => (text === null ? [] : [squeeze(text)])),
    ]),
  )
}

/** How a list or a picture is shown in plain text is the client's matter; the words are what counts here. */
function squeeze(text: string): string {
  return (text.replaceAll('[image]', '').match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')
}

async function expectSameAsSource(store: Store, world: World): Promise<void> {
  expect(await storedTexts(store)).toEqual(sourceTexts(world))
  const stored = await store.getConversations(world.ids())
  const held = world.ids().map((id) => world.conversation(id))
  expect(stored.map(({ id, state, updatedAt }) => [id, state, updatedAt])).toEqual(
    held.map((thread) => [thread?.id, thread?.state, thread?.updated_at]),
  )
}

describe('the first sync', () => {
  it('stores every conversation with every message, state and name', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    const { run } = await sync()
    await expectSameAsSource(store, simulator.world)
    const counts = await store.getCounts()
    expect(counts).toMatchObject({ conversations: 120, threads: 120 })
    expect(run).toMatchObject({
      status: 'completed',
      type: 'full',
      conversations: 120,
      messages: counts.messages,
      coverageStart: testNow - 90 * day,
      coverageEnd: testNow,
    })
    expect(await store.getSyncState()).toEqual({
      asOf: testNow,
      unbrokenSince: testNow - 90 * day,
      covered: [{ start: testNow - 90 * day, end: testNow }],
    })
    const conversations = await store.getConversations(simulator.world.ids())
    expect(conversations.filter(({ customer }) => customer?.name || customer?.email)).toHaveLength(120)
    expect((await store.listAdmins()).length).toBeGreaterThan(0)
    expect((await store.listTeams()).length).toBeGreaterThan(0)
    expect((await store.listTags()).length).toBeGreaterThan(0)
  })

  it('asks for each thread once and for hits 150 at a time', async () => {
    const { simulator, sync } = await startSyncWorld({ size: 170 })
    await sync()
    const { byEndpoint } = simulator.requests
    expect(byEndpoint).toMatchObject({
      me: 1,
      // Two pages, and one for what was updated between them.
      'conversations.search': 3,
      'conversations.get': 170,
      'admins.list': 1,
      'teams.list': 1,
      'tags.list': 1,
    })
  })

  it('has every opening message searchable before the first thread is asked for', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    simulator.setFaults({ fault: 'token_revoked', endpoints: ['conversations.get'] })
    await expect(sync()).rejects.toMatchObject({ kind: 'unauthorised' })
    expect(await store.getCounts()).toMatchObject({ conversations: 120, threads: 0 })
    expect((await store.getSyncState()).asOf).toBeNull()
  })

  it('reads only as many days as it is told to', async () => {
    const { simulator, store, sync } = await startSyncWorld({ plan: { initialSyncDays: 10 } })
    await sync()
    const since = testNow - 10 * day
    const updated = simulator.world
      .ids()
      .filter((id) => (simulator.world.listItem(id)?.updated_at ?? 0) >= since)
    expect(updated.length).toBeLessThan(120)
    expect((await store.getCounts()).conversations).toBe(updated.length)
  })
})

describe('a later sync', () => {
  it('sees replies, notes, closings, redactions, deletions and new conversations', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    await sync()
    simulator.clock.advance(hour)
    const { change, world } = simulator
    const [replied = '', noted = '', closed = '', redacted = '', deleted = ''] = world.ids()
    const part = change.reply(redacted, { text: 'the card number is 4000 1234' })
    change.reply(replied, { text: 'Has anybody looked at the heliotrope invoice?' })
    change.note(noted, 'call back on Tuesday')
    change.close(closed)
    simulator.clock.advance(1)
    await sync()
    simulator.clock.advance(hour)
    change.redact(redacted, part)
    change.delete(deleted)
    const created = change.create({ text: 'A new matter, about marzipan.' })
    simulator.clock.advance(1)
    await sync()
    await expectSameAsSource(store, world)
    expect(await store.getConversations([deleted])).toEqual([])
    const texts = await storedTexts(store)
    expect(texts[replied]?.at(-1)).toBe('Has anybody looked at the heliotrope invoice')
    expect(texts[noted]?.at(-1)).toBe('call back on Tuesday')
    expect(texts[created]).toEqual(['A new matter about marzipan'])
    expect(JSON.stringify(texts[redacted])).not.toContain('4000 1234')
    expect((await store.getConversations([closed])).map(({ state }) => state)).toEqual(['closed'])
  })

  it('fetches only the threads that changed', async () => {
    const { simulator, sync } = await startSyncWorld()
    await sync()
    simulator.clock.advance(hour)
    const [first = '', second = ''] = simulator.world.ids()
    simulator.change.reply(first)
    simulator.change.reply(second)
    simulator.clock.advance(10)
    simulator.requests.reset()
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(2)
  })

  it('costs two requests when nothing has changed, and writes nothing but its own record', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    await sync()
    simulator.clock.advance(hour)
    simulator.requests.reset()
    // What a first sync leaves to be judged is written behind it.
    await store.upkeepDone()
    const generation = store.generation
    const { run } = await sync()
    expect(simulator.requests.byEndpoint).toEqual({ 'conversations.search': 1, 'conversations.deleted': 1 })
    expect(run).toMatchObject({ status: 'completed', type: 'incremental', conversations: 0, messages: 0 })
    expect(store.generation - generation).toBe(2)
    expect((await store.getSyncState()).asOf).toBe(testNow + hour)
  })

  it('works where the API version has no list of deleted conversations, at no higher cost', async () => {
    const { simulator, sync } = await startSyncWorld({ apiVersion: '2.15' })
    await sync()
    simulator.clock.advance(hour)
    await sync()
    simulator.clock.advance(hour)
    simulator.requests.reset()
    const { run } = await sync()
    expect(run.status).toBe('completed')
    expect(simulator.requests.total).toBeLessThanOrEqual(2)
  })

  it('is not stopped for good by many updates in the second before its window', async () => {
    const { simulator, store, sync } = await startSyncWorld({ comparison: 'inclusive' })
    await sync()
    simulator.clock.advance(hour)
    for (const id of simulator.world.ids().slice(0, 40)) simulator.change.close(id)
    // The window of the run after the next begins a second later: `>` with this second brings all 40 again.
    simulator.clock.advance(601)
    await sync()
    simulator.clock.advance(hour)
    await sync()
    await expectSameAsSource(store, simulator.world)
  })

  it('leaves no hole after weeks without one', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    await sync()
    const { change, world } = simulator
    for (const id of world.ids().slice(0, 12)) {
      simulator.clock.advance(4 * day)
      change.reply(id)
      change.create()
    }
    simulator.clock.advance(day)
    await sync()
    await expectSameAsSource(store, world)
    expect((await store.getSyncState()).covered).toEqual([
      { start: testNow - 90 * day, end: testNow + 49 * day },
    ])
  })

  it('fetches a conversation again that changed once more in the second in which it was fetched', async () => {
    const { simulator, store, sync, fetchConversation } = await startSyncWorld()
    await sync()
    simulator.clock.advance(hour)
    const [id = ''] = simulator.world.ids()
    simulator.change.reply(id, { text: 'first' })
    await fetchConversation(id)
    simulator.change.reply(id, { text: 'second' })
    simulator.clock.advance(5)
    await sync()
    expect((await storedTexts(store))[id]?.slice(-2)).toEqual(['first', 'second'])
  })

  it('brings older history for a question, newest first, and no more than the limit', async () => {
    const { simulator, store, sync } = await startSyncWorld({
      plan: { initialSyncDays: 20 },
    })
    await sync()
    const before = (await store.getCounts()).conversations
    const timeframe = { start: testNow - 60 * day, end: testNow - 20 * day }
    const { remainders } = await sync({
      asked: [{ gaps: [timeframe], timeField: 'created_at', backfillLimit: 15 }],
    })
    const added = (await store.getCounts()).conversations - before
    expect(added).toBeGreaterThan(0)
    expect(added).toBeLessThanOrEqual(15)
    expect(remainders).toMatchObject([
      { timeField: 'created_at', backfillLimit: 15, timeframe: { start: timeframe.start } },
    ])
    const { covered } = await store.getSyncState()
    expect(covered).toEqual([{ start: remainders[0]?.timeframe.end, end: testNow }])
    await sync({ days: 90 })
    await expectSameAsSource(store, simulator.world)
  })
})

describe('a sync that is ended early', () => {
  it('is taken up where it stopped, without fetching again what is stored', async () => {
    const { simulator, store, sync, restart } = await startSyncWorld()
    simulator.setFaults({ fault: 'token_revoked', endpoints: ['conversations.get'], after: 70 })
    await expect(sync()).rejects.toMatchObject({ kind: 'unauthorised' })
    simulator.setFaults()
    const { threads } = await store.getCounts()
    expect(threads).toBeGreaterThanOrEqual(50)
    expect(threads).toBeLessThanOrEqual(70)
    expect((await store.getSyncState()).asOf).toBeNull()
    expect(await store.listSyncRuns(5)).toMatchObject([
      { status: 'failed', coverageStart: null, coverageEnd: null },
    ])
    const pending = await store.listPendingThreads({ limit: 1_000 })
    expect(pending).toHaveLength(120 - threads)
    restart()
    simulator.requests.reset()
    await sync()
    // Requests that the first run cut off are counted late, so the ids are compared and not the number.
    const fetched = simulator.requests.recent.filter(({ endpoint }) => endpoint === 'conversations.get')
    const ids = new Set(fetched.map(({ path }) => path.split('/').at(-1)))
    expect([...ids].toSorted()).toEqual(pending.map(({ id }) => id).toSorted())
    await expectSameAsSource(store, simulator.world)
  })

  it('leaves no customer without a name, although another process takes it up', async () => {
    const { simulator, store, sync, restart } = await startSyncWorld()
    simulator.setFaults({ fault: 'token_revoked', endpoints: ['contacts.search'], times: 1 })
    await expect(sync()).rejects.toMatchObject({ kind: 'unauthorised' })
    expect(await store.countPendingThreads()).toBe(0)
    restart()
    await sync()
    const conversations = await store.getConversations(simulator.world.ids())
    expect(conversations.filter(({ customer }) => customer?.name || customer?.email)).toHaveLength(120)
  })

  it('ends soon after its signal and keeps what had arrived', async () => {
    const { store, sync } = await startSyncWorld()
    const controller = new AbortController()
    const reason = new AppError('cancelled', 'The sync was cancelled.')
    let calls = 0
    const running = sync({}, controller.signal, () => {
      calls += 1
      if (calls === 6) controller.abort(reason)
    })
    await expect(running).rejects.toBe(reason)
    expect((await store.getCounts()).conversations).toBeGreaterThan(0)
    expect((await store.getSyncState()).asOf).toBeNull()
    expect(await store.listSyncRuns(1)).toMatchObject([
      { status: 'failed', errorMessage: 'The sync was cancelled.' },
    ])
  })

  it('is no failure when a conversation is deleted between its hit and its thread', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    const [gone = ''] = simulator.world.ids()
    simulator.setFaults({ fault: 'not_found', ids: [gone] })
    const { run } = await sync()
    expect(run.status).toBe('completed')
    expect(await store.getConversations([gone])).toEqual([])
    expect((await store.getCounts()).conversations).toBe(119)
  })

  it('does not take a brand-new conversation for deleted because one server does not know it yet', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    await sync()
    simulator.clock.advance(hour)
    const created = simulator.change.create({ text: 'Just written.' })
    simulator.clock.advance(5)
    simulator.setFaults({ fault: 'not_found', ids: [created] })
    expect((await sync()).run.status).toBe('completed')
    simulator.setFaults()
    await sync()
    expect((await storedTexts(store))[created]).toEqual(['Just written'])
  })

  it('records that the token was refused, and stores nothing else', async () => {
    const { simulator, store, sync } = await startSyncWorld()
    simulator.setToken('another')
    await expect(sync()).rejects.toMatchObject({ kind: 'unauthorised', status: 401 })
    expect(await store.listSyncRuns(1)).toMatchObject([{ status: 'failed', completedAt: testNow }])
    expect(await store.getWorkspace()).toBeNull()
    expect(await store.getCounts()).toMatchObject({ conversations: 0 })
  })

  it('is not ended by one thread that cannot be fetched', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 40 })
    const [broken = ''] = simulator.world.ids()
    simulator.setFaults({ fault: 'server_error', ids: [broken] })
    await sync()
    expect(await store.getCounts()).toMatchObject({ conversations: 40, threads: 39 })
    simulator.setFaults()
    await sync()
    expect(await store.getCounts()).toMatchObject({ threads: 40 })
  })
})

describe('fetching one conversation', () => {
  it('stores its thread although nothing else is stored', async () => {
    const { simulator, store, fetchConversation } = await startSyncWorld()
    const [id = ''] = simulator.world.ids()
    await fetchConversation(id)
    expect((await storedTexts(store))[id]).toEqual(sourceTexts(simulator.world)[id])
    expect((await store.getSyncState()).asOf).toBeNull()
  })

  it('says when there is no such conversation', async () => {
    const { fetchConversation } = await startSyncWorld()
    await expect(fetchConversation('999')).rejects.toMatchObject({ kind: 'not_found' })
  })
})
