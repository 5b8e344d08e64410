import { describe, expect, it } from 'vitest'
import type { SyncRun } from '../../src/domain/sync-run'
import { isReconcileDue, reconcileOpen } from '../../src/sync/open-reconcile'
import { aContext, startSyncWorld } from '../helpers/sync-world'

const hour = 3_600
const searches = ['conversations.search']

type World = Awaited<ReturnType<typeof startSyncWorld>>

/** A workspace that was synced seven hours ago, and whose first open conversations are named. */
async function startSyncedWorld(options: Parameters<typeof startSyncWorld>[0] = {}) {
  const world = await startSyncWorld({ size: 25, ...options })
  await world.sync()
  world.simulator.clock.advance(7 * hour)
  const open = world.simulator.world
    .ids()
    .filter((id) => world.simulator.world.conversation(id)?.state === 'open')
  return { ...world, open }
}

/** Closes a conversation so that its updated_at stays what it was, as some workflows do. */
function closeUnseen({ simulator }: Pick<World, 'simulator'>, id: string): void {
  const { world } = simulator
  world.change(world.indexOf(id) ?? -1, (story) => {
    const at = world.listItem(id)?.updated_at ?? 0
    const number = Math.max(-1, ...story.events.map((event) => event.number)) + 1
    story.events.push({ number, at, updatedAt: at, type: 'close', by: 'bot', say: null })
  })
}

async function statesOf({ store }: Pick<World, 'store'>, ids: string[]): Promise<string[]> {
  return (await store.getConversations(ids)).map(({ state }) => state)
}

describe('conversations held as open', () => {
  it('are found out to be closed although their updated_at says nothing', async () => {
    const world = await startSyncedWorld()
    const [closed = '', other = ''] = world.open
    const before = world.simulator.world.listItem(closed)?.updated_at
    closeUnseen(world, closed)
    expect(world.simulator.world.listItem(closed)).toMatchObject({ state: 'closed', updated_at: before })
    world.simulator.requests.reset()
    await world.sync()
    expect(await statesOf(world, [closed, other])).toEqual(['closed', 'open'])
    expect(world.simulator.requests.byEndpoint).toMatchObject({
      'conversations.search': 2,
      'conversations.get': 1,
    })
  })

  it('are compared by a run for older history too, which takes the turn of the others', async () => {
    const world = await startSyncedWorld()
    const [closed = ''] = world.open
    closeUnseen(world, closed)
    const now = Math.floor(world.simulator.clock.nowMs() / 1_000)
    const gaps = [{ start: now - 400 * 24 * hour, end: now - 390 * 24 * hour }]
    const asked = [{ timeField: 'created_at' as const, gaps, backfillLimit: 100 }]
    await world.sync({ incremental: false, asked })
    expect(await statesOf(world, [closed])).toEqual(['closed'])
  })

  it('are compared once in six hours, by whichever process runs', async () => {
    const world = await startSyncedWorld()
    const [closed = ''] = world.open
    await world.sync()
    closeUnseen(world, closed)
    world.restart()
    world.simulator.clock.advance(hour)
    await world.sync()
    expect(await statesOf(world, [closed])).toEqual(['open'])
    world.simulator.clock.advance(6 * hour)
    await world.sync()
    expect(await statesOf(world, [closed])).toEqual(['closed'])
  })

  it('are compared again by the next run when a run fails', async () => {
    const world = await startSyncedWorld()
    const [closed = ''] = world.open
    closeUnseen(world, closed)
    world.simulator.setFaults({ fault: 'token_revoked', endpoints: searches, after: 1 })
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unauthorised' })
    world.simulator.setFaults()
    await world.sync()
    expect(await statesOf(world, [closed])).toEqual(['closed'])
  })

  it('are pending again when they are shown in a newer version than the one that is stored', async () => {
    const { simulator, store, api, open } = await startSyncedWorld()
    const [id = ''] = open
    simulator.change.note(id)
    const refetch = new Set<string>()
    await reconcileOpen(aContext(store, api()), refetch)
    expect((await store.listPendingThreads({ limit: 9 })).map((pending) => pending.id)).toEqual([id])
    expect([...refetch]).toEqual([])
  })

  it('go when they turn out to be deleted, though no list says so', async () => {
    const world = await startSyncedWorld({ apiVersion: '2.15' })
    const [gone = ''] = world.open
    world.simulator.change.delete(gone)
    await world.sync()
    expect(await world.store.getConversations([gone])).toEqual([])
  })

  it('stay as they are where the API does not allow to search for them, and the run is none the worse', async () => {
    const world = await startSyncedWorld()
    const [closed = ''] = world.open
    closeUnseen(world, closed)
    world.simulator.setFaults({ fault: 'plan_restricted', endpoints: searches, after: 1 })
    expect((await world.sync()).run.status).toBe('completed')
    expect(await statesOf(world, [closed])).toEqual(['open'])
  })

  it('are not asked for one by one when the token may not read tickets, which they may be', async () => {
    const world = await startSyncedWorld()
    const [closed = ''] = world.open
    closeUnseen(world, closed)
    world.simulator.setFaults({ fault: 'missing_scope', endpoints: ['tickets.search'] })
    world.restart()
    world.simulator.requests.reset()
    await world.sync()
    expect(world.simulator.requests.count('conversations.get')).toBe(0)
  })
})

describe('isReconcileDue', () => {
  const noon = 1_741_262_400
  const run = (startedAt: number, status: SyncRun['status'] = 'completed') =>
    ({ startedAt, status }) as SyncRun

  it.each<[string, SyncRun[], number, boolean]>([
    ['not before anything was read', [], noon, false],
    ['not when nothing has ended well', [run(noon - 9 * hour, 'failed')], noon, false],
    ['behind more failures than are looked through', Array(50).fill(run(noon, 'failed')), noon, true],
    ['not twice in the same stretch', [run(noon)], noon + 6 * hour - 1, false],
    ['in the next stretch', [run(noon)], noon + 6 * hour, true],
    ['by the last that ended well', [run(noon + 1, 'in_progress'), run(noon - 1)], noon + 1, true],
  ])('is true for the first run of each six hours: %s', async (_, runs, now, due) => {
    expect(await isReconcileDue({ listSyncRuns: async () => runs }, now)).toBe(due)
  })
})
