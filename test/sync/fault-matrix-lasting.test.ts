import { describe, expect, it } from 'vitest'
import type { FetchedConversation } from '../../src/domain/conversation'
import { createDoubts } from '../../src/sync/doubts'
import { testNow } from '../helpers/simulator'
import { startSyncWorld } from '../helpers/sync-world'

const threads = ['conversations.get']

/** A synced workspace in which some conversations changed a minute ago. */
async function startChangedWorld(changes: number) {
  const world = await startSyncWorld({ size: 40 })
  await world.sync()
  const { simulator } = world
  simulator.clock.advance(1_000)
  const ids = simulator.world.ids().slice(0, changes)
  for (const id of ids) simulator.change.reply(id, { text: 'Is anybody there?' })
  simulator.clock.advance(60)
  return { ...world, ids }
}

describe('conversations that Intercom cannot tell', () => {
  it('stop no run: what is new elsewhere is vouched for, they stay pending, and the run says so', async () => {
    const { simulator, store, sync, restart, ids } = await startChangedWorld(2)
    const [broken = ''] = ids
    simulator.setFaults({ fault: 'server_error', endpoints: threads, ids: [broken] })
    for (let run = 0; run < 2; run += 1) {
      const startedAt = simulator.clock.now()
      expect((await sync()).run).toMatchObject({
        status: 'completed',
        errorMessage: `The thread of 1 conversation could not be fetched (${broken}). Later runs ask again.`,
      })
      expect((await store.getSyncState()).asOf).toBe(startedAt)
      expect((await store.listPendingThreads({ limit: 9 })).map(({ id }) => id)).toEqual([broken])
      restart()
    }
    expect(await store.listOwedThreads()).toMatchObject([
      { conversationId: broken, reason: 'failed', code: 'intercom_server', attempts: 2 },
    ])
    simulator.setFaults()
    simulator.clock.advance(300)
    expect((await sync()).run.errorMessage).toBeNull()
    expect(await store.countPendingThreads()).toBe(0)
    expect(await store.listOwedThreads()).toEqual([])
  })

  it('are found out some at a time, however many there are, also by a process for each run', async () => {
    const { simulator, store, sync, restart, ids } = await startChangedWorld(25)
    simulator.setFaults({ fault: 'server_error', endpoints: threads, ids })
    for (let run = 0; run < 2; run += 1) {
      await expect(sync()).rejects.toThrow('Intercom failed (500)')
      restart()
    }
    await sync()
    expect((await store.getSyncState()).asOf).toBeGreaterThan(testNow)
    expect(await store.countPendingThreads()).toBe(25)
    simulator.setFaults()
    simulator.clock.advance(300)
    await sync()
    expect(await store.countPendingThreads()).toBe(0)
  })
})

describe('a thread whose updated_at is always below that of its hit', () => {
  it('is fetched again for ten minutes, and then counts as what the hit named', async () => {
    const { simulator, store, sync, ids } = await startChangedWorld(1)
    simulator.setFaults({ fault: 'thread_behind', amount: 5 })
    await sync()
    expect((await store.listPendingThreads({ limit: 9 })).map(({ id }) => id)).toEqual(ids)
    simulator.clock.advance(700)
    await sync()
    simulator.requests.reset()
    simulator.clock.advance(700)
    await sync()
    expect(simulator.requests.count('conversations.get')).toBe(0)
  })
})

describe('a search that brings less than it counts', () => {
  it('is read again, so that a few hits left out once are not missing from what is covered', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 170 })
    simulator.setFaults({ fault: 'dropped_hits', amount: 4, times: 2 })
    await sync()
    expect((await store.getCounts()).conversations).toBe(170)
  })

  it('covers nothing when its pages lead in a circle, be it five hits before the end', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 305 })
    simulator.setFaults({ fault: 'repeated_cursor' })
    await expect(sync()).rejects.toThrow('ended before its last page')
    expect((await store.getSyncState()).asOf).toBeNull()
  })
})

describe('a thread that is fetched in the second of its updated_at', () => {
  it('is fetched again later when the next run is told that it does not exist', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 5 })
    const [id = ''] = simulator.world.ids()
    await sync()
    simulator.clock.advance(1_000)
    simulator.change.reply(id, { text: 'One thing.' })
    await sync()
    await sync()
    simulator.change.reply(id, { text: 'And another.' })
    simulator.clock.advance(1)
    simulator.setFaults({ fault: 'not_found', endpoints: threads, ids: [id], times: 1 })
    await sync()
    for (let run = 0; run < 2; run += 1) {
      simulator.clock.advance(2_000)
      await sync()
    }
    const messages = (await store.getMessages([id])).get(id) ?? []
    expect(messages.at(-1)?.text).toBe('And another.')
  })

  it('stays in doubt when somebody looks at it meanwhile: the run may write what it fetched before', () => {
    const doubts = createDoubts()
    const fetched = { conversation: { id: 'c1', updatedAt: 100 } } as FetchedConversation
    doubts.note(fetched, 100)
    doubts.noteBeside(fetched, 102)
    expect(doubts.has('c1', undefined)).toBe(true)
    doubts.note(fetched, 102)
    expect(doubts.has('c1', undefined)).toBe(false)
  })
})

describe('names that cannot be read', () => {
  it('do not keep conversations from being vouched for, and are asked for again', async () => {
    const { simulator, store, sync } = await startSyncWorld({ size: 20 })
    simulator.setFaults({ fault: 'server_error', endpoints: ['teams.list', 'contacts.search'] })
    await sync()
    expect((await store.getSyncState()).asOf).toBe(testNow)
    expect([(await store.listAdmins()).length > 0, await store.listTeams()]).toEqual([true, []])
    simulator.setFaults()
    await sync()
    expect((await store.listTeams()).length).toBeGreaterThan(0)
  })

  it('mean that the API is down when none of them can be', async () => {
    const { simulator, sync } = await startSyncWorld({ size: 20 })
    simulator.setFaults({ fault: 'bad_gateway', endpoints: ['admins.list', 'teams.list', 'tags.list'] })
    await expect(sync()).rejects.toThrow('Intercom failed (502)')
    expect(simulator.requests.count('conversations.search')).toBe(0)
  })
})
