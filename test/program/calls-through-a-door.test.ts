import { expect, it, vi } from 'vitest'
import type { ServedProgram } from '../helpers/program'
import {
  createSharedFolder,
  readStatus,
  type SharedFolder,
  search,
  sync,
  tellApart,
} from '../helpers/shared-folder'

const size = 100

/** An owner and its doors; everything has changed since the last sync, and Intercom has become slow. */
async function createSlowFolder(doorCount: number) {
  const folder = await createSharedFolder(size)
  const { simulator } = folder
  const { owner, doors } = await tellApart(await folder.serveMany(1 + doorCount))
  await sync(owner)
  simulator.clock.advance(-5)
  for (const id of simulator.world.ids()) simulator.change.note(id, 'For the record: quokka.')
  simulator.clock.advance(5)
  simulator.setLatency({ baseMs: 250 })
  const [door, second = door] = doors
  if (door === undefined || second === undefined) throw new Error('there is no door')
  return { ...folder, owner, door, second, asked: countRequests(folder) }
}

type SlowFolder = Awaited<ReturnType<typeof createSlowFolder>>

/** Asks for a sync as a client that shows progress and may lose its patience. */
function syncWithProgress({ client }: ServedProgram) {
  const abort = new AbortController()
  const notes: { progress: number; message?: string | undefined }[] = []
  const result = client.callTool({ name: 'force_sync', arguments: { wait_seconds: 60 } }, undefined, {
    signal: abort.signal,
    onprogress: (note) => notes.push(note),
  })
  result.catch(() => {})
  return { result, notes, abort }
}

function countRequests({ simulator }: Pick<SharedFolder, 'simulator'>): number {
  return simulator.requests.count('conversations.get')
}

async function waitForThreads(folder: SlowFolder): Promise<void> {
  await vi.waitUntil(() => countRequests(folder) >= folder.asked + 4, { timeout: 15_000 })
}

/** The run ends in the owner, and with it the asking. */
async function expectRunEnded(folder: SlowFolder): Promise<void> {
  await vi.waitUntil(async () => !(await readStatus(folder.owner)).sync.is_syncing, { timeout: 10_000 })
  expect(countRequests(folder)).toBeLessThan(folder.asked + size)
  expect((await search(folder.owner, 'quokka')).total).toBeLessThan(size)
}

it('reports the progress of a sync that the owner runs', async () => {
  const folder = await createSlowFolder(1)
  const { result, notes } = syncWithProgress(folder.door)
  await waitForThreads(folder)
  folder.simulator.setLatency({ baseMs: 10 })
  expect((await result).structuredContent).toMatchObject({ success: true, conversations: size })
  expect(notes.length).toBeGreaterThan(2)
  expect(notes.map(({ progress }) => progress)).toEqual(
    notes.map(({ progress }) => progress).toSorted((a, b) => a - b),
  )
})

it('ends the run in the owner when the client cancels, and another one can be asked for', async () => {
  const folder = await createSlowFolder(1)
  const { result, notes, abort } = syncWithProgress(folder.door)
  await waitForThreads(folder)
  expect(notes.length).toBeGreaterThan(0)
  abort.abort('enough')
  await expect(result).rejects.toThrow('enough')
  await expectRunEnded(folder)

  folder.simulator.setLatency({ baseMs: 0 })
  expect(await sync(folder.door)).toMatchObject({ success: true })
  expect((await search(folder.owner, 'quokka')).total).toBe(size)
})

it('ends the run of a door that is killed', async () => {
  const folder = await createSlowFolder(1)
  syncWithProgress(folder.door)
  await waitForThreads(folder)
  process.kill(folder.door.pid, 'SIGKILL')
  await expectRunEnded(folder)
})

it('goes on with a run that somebody else waits for as well', async () => {
  const folder = await createSlowFolder(2)
  const { result } = syncWithProgress(folder.second)
  await waitForThreads(folder)
  const joined = sync(folder.door)
  process.kill(folder.second.pid, 'SIGKILL')
  folder.simulator.setLatency({ baseMs: 10 })
  expect(await joined).toMatchObject({ success: true })
  await expect(result).rejects.toThrow()
  expect((await search(folder.owner, 'quokka')).total).toBe(size)
})
