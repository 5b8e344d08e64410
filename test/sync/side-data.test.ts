import { describe, expect, it } from 'vitest'
import type { Tombstone } from '../../src/domain/conversation'
import { IntercomApiError } from '../../src/domain/errors'
import { createSideData, type SideData } from '../../src/sync/side-data'
import { createSource } from '../helpers/source-in-memory'
import { createMemoryStore } from '../helpers/store-in-memory'
import { aContext, startSyncWorld } from '../helpers/sync-world'

const now = 1_700_000_000

/** A store of ten conversations, and a list of deletions that is what a test makes it. */
async function startDeletions(pages: Tombstone[][]) {
  const { api } = createSource({ now })
  const { store, rows } = createMemoryStore()
  const fetched = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const { api: other, source } = createSource({ now })
      source.create(`c${n}`)
      return other.fetchConversation(`c${n}`)
    }),
  )
  await store.apply({ conversations: fetched })
  let read = 0
  const context = aContext(store, {
    ...api,
    async *listDeleted() {
      for (const page of pages) {
        read += 1
        yield page
      }
    },
  })
  return { context, left: () => [...rows.keys()], pagesRead: () => read }
}

/** Side data of a process that has read the list before. */
async function afterFirstLook(): Promise<SideData> {
  const sideData = createSideData()
  const { context } = await startDeletions([])
  await sideData.pollDeleted(context, now - 60)
  return sideData
}

const gone = (n: number, deletedAt: number): Tombstone => ({ conversationId: `c${n}`, deletedAt })

describe('the list of deleted conversations', () => {
  it('is read no further than to the last time it was asked for', async () => {
    const { context, left, pagesRead } = await startDeletions([
      [gone(0, now), gone(1, now - 5)],
      [gone(2, now - 10), gone(3, now - 11)],
      [gone(4, now - 20)],
    ])
    await (await afterFirstLook()).pollDeleted(context, now - 10)
    expect(left()).toEqual(['c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'])
    expect(pagesRead()).toBe(2)
  })

  it('is read whole when it does not come latest first', async () => {
    const { context, left, pagesRead } = await startDeletions([
      [gone(0, now - 90), gone(1, now - 80)],
      [gone(2, now - 70), gone(3, now - 5)],
      [gone(4, now)],
    ])
    await (await afterFirstLook()).pollDeleted(context, now - 10)
    expect(left()).toEqual(['c0', 'c1', 'c2', 'c5', 'c6', 'c7', 'c8', 'c9'])
    expect(pagesRead()).toBe(3)
  })
})

describe('a list of deleted conversations that could not be read', () => {
  const fail = (kind: 'server' | 'missing_scope') => {
    const reason = new IntercomApiError(kind, 'No list.', {})
    return {
      // biome-ignore lint/correctness/useYield: it fails before its first page
      async *listDeleted() {
        throw reason
      },
    }
  }

  it.each(['server', 'missing_scope'] as const)(
    'fails no run (%s), and is made up for later',
    async (kind) => {
      const { context, left } = await startDeletions([[gone(1, now + 3_000), gone(0, now - 5)]])
      const sideData = await afterFirstLook()
      await sideData.pollDeleted({ ...context, api: { ...context.api, ...fail(kind) } }, now - 10)
      expect(left()).toHaveLength(10)
      const later = { ...context.timers, nowMs: () => context.timers.nowMs() + 3_600_000 }
      await sideData.pollDeleted({ ...context, timers: later }, now + 2_900)
      expect(left()).toEqual(['c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'])
    },
  )

  it('is made up for by the next process too', async () => {
    const { context, left } = await startDeletions([[gone(0, now - 6 * 86_400), gone(1, now - 8 * 86_400)]])
    await createSideData().pollDeleted(context, now - 10)
    expect(left()).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'])
  })
})

describe('the permission to read tickets', () => {
  it('is asked about once an hour, with the names', async () => {
    const { simulator, sync } = await startSyncWorld({ size: 5 })
    await sync()
    simulator.clock.advance(600)
    await sync()
    expect(simulator.requests.count('tickets.search')).toBe(1)
  })

  it('costs the run nothing when it is missing, and is told', async () => {
    const { simulator, sync, api } = await startSyncWorld({ size: 5 })
    simulator.setFaults({ fault: 'missing_scope', endpoints: ['tickets.search'] })
    expect((await sync()).run.status).toBe('completed')
    expect(api().missingPermissions()).toEqual(['Read tickets'])
  })

  it('is told too when a single conversation is refused, and the others are stored all the same', async () => {
    const { simulator, store, sync, api } = await startSyncWorld({ size: 12 })
    const [ticket = ''] = simulator.world.ids()
    simulator.setFaults({ fault: 'missing_scope', endpoints: ['conversations.get'], ids: [ticket] })
    expect((await sync()).run.status).toBe('completed')
    expect(await store.getCounts()).toMatchObject({ conversations: 12, threads: 11 })
    expect(api().missingPermissions()).toEqual(['Read tickets'])
  })
})

describe('names of teammates', () => {
  it('are kept after they are gone from the list', async () => {
    const { simulator, store, sync, restart, api } = await startSyncWorld({ size: 5 })
    await sync()
    const { admins, teams } = simulator.world.stage.staff
    const before = [await store.listAdmins(), await store.listTeams()]
    admins.splice(1, 2)
    teams.splice(0, 1)
    restart()
    await sync()
    expect(await api().listTeams()).toHaveLength((before[1]?.length ?? 0) - 1)
    expect([await store.listAdmins(), await store.listTeams()]).toEqual(before)
  })
})
