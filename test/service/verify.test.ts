import { describe, expect, it } from 'vitest'
import { UserInputError } from '../../src/domain/errors'
import type { SyncProgress } from '../../src/domain/sync-run'
import type { VerifyRequest } from '../../src/domain/verification'
import { createIntercomClient } from '../../src/intercom/client'
import { verifySample } from '../../src/service/local-verify'
import type { CallOptions } from '../../src/service/service'
import { drawSample } from '../../src/service/verify-sample'
import type { SimulatorOptions } from '../../src/simulator/server'
import { migrate } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aThread } from '../helpers/builders'
import { testNow } from '../helpers/simulator'
import { openTestDriver } from '../helpers/sqljs'
import { startSyncWorld } from '../helpers/sync-world'
import { createWorkspace, day } from './workspace'

const everything = { sample: 1_000, seed: 'test' }

/** A workspace of which nothing is stored, and the comparison of the two. */
async function emptyWorld(options: SimulatorOptions = {}) {
  const world = await startSyncWorld({ size: 12, days: 20, ...options })
  const { simulator, store } = world
  const api = createIntercomClient({
    ...{ token: simulator.token, region: 'us', apiUrl: simulator.url, apiVersion: '2.16', version: '0.0.0' },
    now: () => simulator.clock.nowMs(),
    sleep: async (durationMs) => simulator.clock.advance(durationMs / 1_000),
  })
  const verify = (request: VerifyRequest = everything, call: CallOptions = {}) =>
    verifySample({ store, api }, request, call)
  return { ...world, api, verify, id: simulator.world.ids().at(7) ?? '' }
}

async function syncedWorld(options: SimulatorOptions = {}) {
  const world = await emptyWorld(options)
  await world.sync()
  world.simulator.requests.reset()
  return world
}

describe('a comparison with Intercom', () => {
  it('finds nothing after a sync, over every conversation and message', async () => {
    const { verify, simulator, store } = await syncedWorld()
    const before = store.generation
    const answer = await verify()
    let messages = 0
    for (const id of simulator.world.ids())
      messages += 1 + (simulator.world.conversation(id)?.conversation_parts.total_count ?? 0)
    expect(answer).toMatchObject({
      ...{ sampled: 12, compared: 12, messages_compared: messages, differences: [], differences_total: 0 },
      ...{
        newer_at_intercom: [],
        deleted_lately: [],
        not_found_at_intercom: [],
        refused: [],
        without_thread: [],
      },
      intervals: [{ stored: 12, at_intercom: 12, verdict: 'equal', missing_ids: [] }],
      as_of: '2025-03-06T12:00:00Z',
    })
    // A thread each, one count, one page of deletions.
    expect(answer.requests).toBe(14)
    expect(simulator.requests.total).toBe(14)
    expect(store.generation).toBe(before)
  })

  it('names conversation, field and both values of what differs', async () => {
    const { verify, api, store, id } = await syncedWorld()
    const fetched = await api.fetchConversation(id)
    const [opening, ...parts] = fetched.messages
    const wrong = { ...fetched.conversation, priority: 'urgent' as const }
    await store.apply({
      conversations: [
        { ...fetched, conversation: wrong, messages: [{ ...opening!, text: 'Altered.' }, ...parts] },
      ],
    })
    const { differences, differences_total, compared } = await verify()
    expect(differences.map(({ conversation_id, field, stored }) => [conversation_id, field, stored])).toEqual(
      [
        [id, 'priority', 'urgent'],
        [id, `messages[source_${id}].text`, 'Altered.'],
      ],
    )
    expect([differences_total, compared]).toEqual([2, 12])
  })

  it('tells what changed at Intercom since the sync from what is wrong', async () => {
    const { verify, simulator, id } = await syncedWorld()
    simulator.clock.advance(60)
    simulator.change.reply(id, { text: 'Anything new?' })
    expect(await verify()).toMatchObject({ newer_at_intercom: [id], compared: 11, differences: [] })
  })

  it('finds an update that a sync has promised and missed', async () => {
    const { verify, simulator, store, id } = await syncedWorld()
    const updatedAt = simulator.world.listItem(id)?.updated_at ?? 0
    simulator.clock.advance(60)
    simulator.change.reply(id, { text: 'Anything new?' })
    const state = await store.getSyncState()
    // As if a later sync had looked and not seen it.
    await store.apply({ syncState: { ...state, asOf: testNow + 3_600 } })
    const { newer_at_intercom, differences } = await verify()
    expect(newer_at_intercom).toEqual([])
    expect(differences).toEqual([
      {
        conversation_id: id,
        field: 'updated_at',
        stored: new Date(updatedAt * 1000).toISOString().replace('.000Z', 'Z'),
        at_intercom: '2025-03-06T12:01:00Z',
      },
    ])
  })

  it('tells deletions since the sync from conversations that are gone without a word', async () => {
    const { verify, simulator, id } = await syncedWorld()
    const other = simulator.world.ids().at(9) ?? ''
    simulator.clock.advance(60)
    simulator.change.delete(id)
    simulator.setFaults({ fault: 'not_found', endpoints: ['conversations.get'], ids: [other] })
    expect(await verify()).toMatchObject({
      ...{ deleted_lately: [id], not_found_at_intercom: [other], compared: 10, differences: [] },
      intervals: [{ stored: 12, at_intercom: 11, verdict: 'deleted_lately' }],
    })
  })

  it('names what is missing in a covered timeframe', async () => {
    const { simulator, store, api, verify } = await emptyWorld({ size: 200 })
    const covered = { start: testNow - 20 * day, end: testNow }
    const window = { timeframe: covered, field: 'created_at', order: 'ascending', pageSize: 150 } as const
    for await (const { conversations } of api.searchConversations(window))
      await store.apply({ conversations })
    await store.apply({ syncState: { asOf: testNow, unbrokenSince: covered.start, covered: [covered] } })
    const id = simulator.world.ids().at(70) ?? ''
    await store.apply({ tombstones: [{ conversationId: id, deletedAt: testNow }] })
    simulator.requests.reset()
    const { intervals, sampled } = await verify({ sample: 3, seed: 'a' })
    expect(sampled).toBe(3)
    expect(intervals).toMatchObject([
      { stored: 199, at_intercom: 200, verdict: 'missing', missing_ids: [id] },
    ])
    expect(simulator.requests.total).toBeLessThan(15)
  })

  it('misses nothing where the count includes the seconds at both ends', async () => {
    const { verify, simulator, store } = await syncedWorld()
    simulator.setFaults({ fault: 'inclusive_bounds' })
    const [first = ''] = simulator.world.ids()
    const createdAt = simulator.world.listItem(first)?.created_at ?? 0
    const state = await store.getSyncState()
    await store.apply({ syncState: { ...state, covered: [{ start: createdAt + 1, end: testNow }] } })
    const [interval] = (await verify()).intervals
    expect(interval).toMatchObject({ verdict: 'equal', missing_ids: [] })
    expect((interval?.at_intercom ?? 0) - (interval?.stored ?? 0)).toBe(1)
  })

  it('says when there is more than Intercom shows and nothing explains it', async () => {
    const { verify, store } = await syncedWorld()
    await store.apply({ conversations: [aThread({ id: '999', createdAt: testNow - 86_400 })] })
    expect(await verify({ sample: 1, seed: 'a' })).toMatchObject({
      intervals: [{ stored: 13, at_intercom: 12, verdict: 'surplus' }],
    })
  })

  it('counts what Intercom refuses to show, and compares the rest', async () => {
    const { verify, simulator, id } = await syncedWorld()
    simulator.setFaults({ fault: 'missing_scope', endpoints: ['conversations.get'], ids: [id] })
    expect(await verify()).toMatchObject({ refused: [id], compared: 11, differences: [] })
  })

  it('ends with the error when the token is refused', async () => {
    const { verify, simulator } = await syncedWorld()
    simulator.setToken('another-token')
    await expect(verify()).rejects.toMatchObject({ code: 'intercom_unauthorised' })
  })

  it('compares only the row where the thread is yet to be fetched', async () => {
    const { verify, api, simulator, store, id } = await syncedWorld()
    simulator.clock.advance(60)
    simulator.change.reply(id, { text: 'Anything new?' })
    const { thread, ...hit } = await api.fetchConversation(id)
    await store.apply({ conversations: [{ ...hit, thread: null }] })
    expect(thread).not.toBeNull()
    expect(await verify()).toMatchObject({ without_thread: [id], compared: 12, differences: [] })
  })

  it('tells how far it is, and ends when it is aborted', async () => {
    const { verify, simulator } = await syncedWorld()
    const seen: SyncProgress[] = []
    const stop = new AbortController()
    const onProgress = (progress: SyncProgress) => {
      seen.push(progress)
      if (progress.done === 2) stop.abort(new Error('Enough'))
    }
    await expect(verify(everything, { signal: stop.signal, onProgress })).rejects.toThrow('Enough')
    expect(seen[0]).toMatchObject({ done: 1, total: 12, conversations: 1 })
    expect(simulator.requests.total).toBeLessThan(12)
  })

  it('takes no sample of nothing, of too many, or of a half', async () => {
    const { verify } = await emptyWorld()
    for (const sample of [0, 1_001, 2.5]) {
      await expect(verify({ sample, seed: 'a' })).rejects.toBeInstanceOf(UserInputError)
    }
  })
})

/** One conversation an hour; every third is open, and number 55 is the longest. */
async function aStoreOf(count: number): Promise<Store> {
  const driver = await openTestDriver()
  const dialect = createSqliteDialect()
  await migrate(driver, dialect)
  const store = createSqlStore(driver, dialect)
  const conversations = Array.from({ length: count }, (_, index) => {
    const fields = { id: `c${index}`, createdAt: testNow + index * 3_600 }
    const state = index % 3 === 0 ? ('open' as const) : ('closed' as const)
    const words = Array.from({ length: index === 55 ? 9 : 2 + (index % 4) }, () => 'Some words.')
    return aThread({ ...fields, state }, words)
  })
  await store.apply({ conversations })
  return store
}

describe('a sample', () => {
  it('has some of each group, every conversation once', async () => {
    const store = await aStoreOf(120)
    const { ids, strata } = await drawSample(store, { sample: 12, seed: 'a' })
    expect(strata).toEqual({ newest: 2, oldest: 2, open: 2, closed: 2, long: 2, any: 2 })
    expect(new Set(ids).size).toBe(12)
    const numbers = ids.map((id) => Number(id.slice(1)))
    expect(numbers).toContain(55)
    expect(numbers.filter((number) => number < 12).length).toBeGreaterThanOrEqual(2)
    expect(numbers.filter((number) => number >= 108).length).toBeGreaterThanOrEqual(2)
    expect(numbers.filter((number) => number % 3 === 0).length).toBeGreaterThanOrEqual(2)
    expect(numbers.filter((number) => number % 3 !== 0).length).toBeGreaterThanOrEqual(2)
  })

  it('is drawn again by its seed, and another one by another', async () => {
    const store = await aStoreOf(120)
    const draw = async (seed: string) => (await drawSample(store, { sample: 12, seed })).ids
    const first = await draw('a')
    expect(await draw('a')).toEqual(first)
    expect(await draw('b')).not.toEqual(first)
    await store.apply({ conversations: [aThread({ id: 'later', createdAt: testNow + 500 * 3_600 })] })
    const again = new Set(await draw('a'))
    expect(first.filter((id) => again.has(id)).length).toBeGreaterThanOrEqual(10)
  })

  it('has everything when there is no more, and nothing when there is nothing', async () => {
    expect((await drawSample(await aStoreOf(5), everything)).ids.toSorted()).toEqual([
      'c0',
      'c1',
      'c2',
      'c3',
      'c4',
    ])
    expect((await drawSample(await aStoreOf(0), everything)).ids).toEqual([])
  })
})

it('needs a way to Intercom', async () => {
  const { service } = await createWorkspace({ token: null })
  await expect(service.verifySample(everything)).rejects.toMatchObject({ code: 'configuration' })
})
