import { expect, it, vi } from 'vitest'
import type {
  DataInfoAnswer,
  ForceSyncAnswer,
  SearchAnswer,
  ServerStatusAnswer,
} from '../../src/domain/answers'
import type { Simulator } from '../../src/simulator/server'
import { type ServedProgram, serveProgram, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'

const size = 60

/** A workspace and a way to start servers on one folder, which fetch only when they are told to. */
async function createFolder() {
  const simulator = await startTestSimulator({ size, days: 20, now: Math.floor(Date.now() / 1000) })
  const home = temporaryFolder()
  const env = {
    INTERCOM_API_URL: simulator.url,
    INTERCOM_ACCESS_TOKEN: simulator.token,
    FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0',
    FASTINTERCOM_MAX_SYNC_AGE_MINUTES: '600',
  }
  return { simulator, serve: () => serveProgram({ home, env }) }
}

/** Somebody wrote a word that nobody has used before, some seconds ago; returns in which conversation. */
function writeWord({ world, change, clock }: Simulator, word: string, position: number): string {
  const id = world.ids().at(position) ?? ''
  // A run looks at what changed before the second in which it starts.
  clock.advance(-5)
  change.note(id, `For the record: ${word}.`)
  clock.advance(5)
  return id
}

async function find({ call }: ServedProgram, word: string): Promise<string[]> {
  const answer = await call<SearchAnswer>('search_conversations', { query: word })
  expect(answer.freshness.refresh).toBe('none')
  return answer.conversations.map(({ id }) => id)
}

const sync = ({ call }: ServedProgram) => call<ForceSyncAnswer>('force_sync', { wait_seconds: 60 })

/** Which process has the data, and whether it is the one that was asked. */
async function seeServed({ call }: ServedProgram): Promise<ServerStatusAnswer['process']> {
  return (await call<ServerStatusAnswer>('get_server_status')).process
}

/** Of several servers the one that has the store, and the rest. */
async function tellApart(
  programs: ServedProgram[],
): Promise<{ owner: ServedProgram; doors: ServedProgram[] }> {
  const roles = await Promise.all(programs.map(seeServed))
  const owner = programs.find((_, index) => roles[index]?.role === 'owner')
  if (owner === undefined) throw new Error(`nobody owns the store: ${JSON.stringify(roles)}`)
  const doors = programs.filter((program) => program !== owner)
  for (const [index, program] of programs.entries()) {
    expect(roles[index]).toEqual({ pid: owner.pid, role: program === owner ? 'owner' : 'door' })
  }
  return { owner, doors }
}

function only(doors: ServedProgram[]): ServedProgram {
  expect(doors).toHaveLength(1)
  return doors[0] as ServedProgram
}

it('lets two servers that start at once answer from one folder, one as owner and one through its door', async () => {
  const { serve } = await createFolder()
  const both = await Promise.all([serve(), serve()])
  const { owner } = await tellApart(both)
  await sync(owner)
  for (const { call } of both) {
    expect(await call<DataInfoAnswer>('get_data_info')).toMatchObject({ total_conversations: size })
  }
})

it('shows what one process synced in the next call of the other, whichever of them synced', async () => {
  const { simulator, serve } = await createFolder()
  const { owner, doors } = await tellApart([await serve(), await serve()])
  const door = only(doors)
  await sync(owner)
  expect(await find(door, 'quokka')).toEqual([])

  const first = writeWord(simulator, 'quokka', 7)
  await sync(owner)
  expect(await find(door, 'quokka')).toEqual([first])

  const second = writeWord(simulator, 'axolotl', 23)
  expect(await find(owner, 'axolotl')).toEqual([])
  await sync(door)
  expect(await find(owner, 'axolotl')).toEqual([second])
})

it('goes on in the other process when the owner is killed, with everything that was stored', async () => {
  const { simulator, serve } = await createFolder()
  const { owner, doors } = await tellApart([await serve(), await serve(), await serve()])
  await sync(owner)
  const before = writeWord(simulator, 'quokka', 7)
  await sync(owner)

  process.kill(owner.pid, 'SIGKILL')
  const answers = await Promise.all(doors.map((door) => find(door, 'quokka')))
  expect(answers).toEqual([[before], [before]])
  const { owner: heir, doors: others } = await tellApart(doors)
  const info = await heir.call<DataInfoAnswer>('get_data_info')
  expect(info).toMatchObject({ has_data: true, total_conversations: size })

  const after = writeWord(simulator, 'axolotl', 23)
  await sync(only(others))
  expect(await find(heir, 'axolotl')).toEqual([after])

  process.kill(heir.pid, 'SIGKILL')
  const last = only(others)
  expect(await find(last, 'axolotl')).toEqual([after])
  expect(await seeServed(last)).toEqual({ pid: last.pid, role: 'owner' })
})

it('repeats a sync that was under way in the owner when that was killed', async () => {
  const { simulator, serve } = await createFolder()
  const { owner, doors } = await tellApart([await serve(), await serve()])
  const door = only(doors)
  simulator.setLatency({ baseMs: 30 })
  const synced = sync(door)
  await vi.waitUntil(() => simulator.requests.count('conversations.get') >= 5, { timeout: 10_000 })
  process.kill(owner.pid, 'SIGKILL')

  expect(await synced).toMatchObject({ success: true })
  expect(await seeServed(door)).toEqual({ pid: door.pid, role: 'owner' })
  const info = await door.call<DataInfoAnswer>('get_data_info')
  let messages = 0
  for (const id of simulator.world.ids()) messages += simulator.world.messages(id).length
  expect(info).toMatchObject({ total_conversations: size, total_messages: messages })
})

it('hands the store on when the owner ends with its input', async () => {
  const { simulator, serve } = await createFolder()
  const { owner, doors } = await tellApart([await serve(), await serve()])
  const door = only(doors)
  await sync(owner)
  await owner.client.close()

  const id = writeWord(simulator, 'quokka', 7)
  await sync(door)
  expect(await find(door, 'quokka')).toEqual([id])
  expect(await seeServed(door)).toEqual({ pid: door.pid, role: 'owner' })
})
