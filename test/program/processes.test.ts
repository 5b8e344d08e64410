import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { DataInfoAnswer } from '../../src/domain/answers'
import type { ServedProgram } from '../helpers/program'
import {
  createSharedFolder,
  find,
  meet,
  readLeftovers,
  readMemory,
  report,
  type SharedFolder,
  search,
  sync,
  tellApart,
  writeWord,
} from '../helpers/shared-folder'

const size = 60

/** Words that occur nowhere else, one for each round. */
const words = ['quokka', 'axolotl', 'okapi', 'pangolin', 'tapir']

interface Work {
  answered: number
  failures: string[]
  stop(): Promise<void>
}

/** One client that searches, asks for syncs and waits for one, over and over. */
function work(program: ServedProgram): Work {
  let isStopped = false
  const done: Work = { answered: 0, failures: [], stop: () => ended.then(() => {}) }
  const steps = [
    () => search(program, 'account'),
    () => program.call('sync_conversations'),
    () => program.call('get_data_info'),
    () => sync(program),
  ]
  const run = async () => {
    for (let turn = 0; !isStopped; turn += 1) {
      try {
        await steps[turn % steps.length]?.()
        done.answered += 1
      } catch (error) {
        if (!isStopped) done.failures.push(String(error))
        return
      }
    }
  }
  const ended = run()
  done.stop = () => {
    isStopped = true
    return ended
  }
  return done
}

/** Kills the owner under everybody's calls; returns how long the first answer of another took. */
async function killOwner(owner: ServedProgram, doors: ServedProgram[], word: string): Promise<number> {
  const startedAt = performance.now()
  process.kill(owner.pid, 'SIGKILL')
  const answers = doors.map((door) => find(door, word))
  await Promise.race(answers)
  const tookMs = performance.now() - startedAt
  // Everything that was acknowledged is there, whoever is asked.
  expect(new Set((await Promise.all(answers)).map(String)).size).toBe(1)
  return tookMs
}

async function outliveTheirOwners(folder: SharedFolder, count: number): Promise<void> {
  const { simulator, home } = folder
  let programs = await folder.serveMany(count)
  const workers = new Map(programs.map((program) => [program, work(program)]))
  const written: string[] = []
  const times: number[] = []
  for (const [round, word] of words.slice(0, count - 1).entries()) {
    const { owner, doors } = await tellApart(programs)
    const id = writeWord(simulator, word, round * 11)
    const writer = doors[round % doors.length] as ServedProgram
    await vi.waitUntil(async () => String(await find(writer, word)) === id, { timeout: 15_000 })
    written.push(id)
    const before = doors.map((door) => workers.get(door)?.answered ?? 0)

    void workers.get(owner)?.stop()
    times.push(await killOwner(owner, doors, word))
    programs = doors
    const survivors = doors.map((door) => workers.get(door) as Work)
    const goesOn = (done: Work, index: number) =>
      done.failures.length > 0 || done.answered > (before[index] ?? 0)
    await vi.waitUntil(() => survivors.every(goesOn), { timeout: 15_000 })
    expect(survivors.flatMap((done) => done.failures)).toEqual([])
  }
  report(`take-over among ${count}: ${times.map((ms) => `${Math.round(ms)} ms`).join(', ')}`)

  const last = programs[0] as ServedProgram
  expect(programs).toHaveLength(1)
  await workers.get(last)?.stop()
  expect(workers.get(last)?.failures).toEqual([])
  await sync(last)
  for (const [round, id] of written.entries()) expect(await find(last, words[round] ?? '')).toEqual([id])
  let messages = 0
  for (const id of simulator.world.ids()) messages += simulator.world.messages(id).length
  const info = await last.call<DataInfoAnswer>('get_data_info')
  expect(info).toMatchObject({ total_conversations: size, total_messages: messages })

  await last.client.close()
  await vi.waitFor(() => expect(readLeftovers(home)).toEqual({ locks: ['{"free":true}'], others: [] }))
}

it('lets the other of two go on when the owner is killed under calls and syncs', async () => {
  await outliveTheirOwners(await createSharedFolder(size), 2)
}, 60_000)

it('lets five search, ask for syncs and wait for them while owners are killed one after another', async () => {
  await outliveTheirOwners(await createSharedFolder(size), 5)
}, 120_000)

it('brings everybody to the new owner when the lock of a living one is cleared by hand', async () => {
  const { simulator, home, serve, serveMany } = await createSharedFolder(size)
  const { owner, doors } = await tellApart(await serveMany(2))
  const door = doors[0] as ServedProgram
  await sync(owner)
  const before = writeWord(simulator, 'quokka', 7)
  await sync(door)

  rmSync(join(home, 'data.db.lock.1'))
  const third = await serve()
  const after = writeWord(simulator, 'axolotl', 23)
  await sync(third)
  const all = [owner, door, third]
  for (const program of all) {
    expect(await find(program, 'axolotl')).toEqual([after])
    expect(await find(program, 'quokka')).toEqual([before])
  }
  await meet(all)
})

it('keeps a server that goes through a door small', async () => {
  const { serveMany } = await createSharedFolder(size)
  const { owner, doors } = await tellApart(await serveMany(3))
  await sync(owner)
  for (const door of doors) await Promise.all([search(door, 'account'), search(door, 'refund'), sync(door)])
  const memory = doors.map(({ pid }) => readMemory(pid))
  report(
    `memory of a door: ${JSON.stringify(memory)}, of the owner: ${JSON.stringify(readMemory(owner.pid))}`,
  )
  for (const door of memory) expect(door?.peakMb ?? 0).toBeLessThan(80)
})
