import { expect, it, vi } from 'vitest'
import type { DataInfoAnswer } from '../../src/domain/answers'
import type { ServedProgram } from '../helpers/program'
import { createSharedFolder, readStatus, search, sync, tellApart, writeWord } from '../helpers/shared-folder'

const size = 60

async function find(program: ServedProgram, word: string): Promise<string[]> {
  const { freshness, conversations } = await search(program, word)
  expect(freshness.refresh).toBe('none')
  return conversations.map(({ id }) => id)
}

function only(doors: ServedProgram[]): ServedProgram {
  expect(doors).toHaveLength(1)
  return doors[0] as ServedProgram
}

it('lets two servers that start at once answer from one folder, one as owner and one through its door', async () => {
  const { serve } = await createSharedFolder(size)
  const both = await Promise.all([serve(), serve()])
  const { owner } = await tellApart(both)
  await sync(owner)
  for (const { call } of both) {
    expect(await call<DataInfoAnswer>('get_data_info')).toMatchObject({ total_conversations: size })
  }
})

it('shows what one process synced in the next call of the other, whichever of them synced', async () => {
  const { simulator, serve } = await createSharedFolder(size)
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
  const { simulator, serve } = await createSharedFolder(size)
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
  expect((await readStatus(last)).process).toMatchObject({ pid: last.pid, role: 'owner' })
})

it('repeats a sync that was under way in the owner when that was killed', async () => {
  const { simulator, serve } = await createSharedFolder(size)
  const { owner, doors } = await tellApart([await serve(), await serve()])
  const door = only(doors)
  simulator.setLatency({ baseMs: 30 })
  const synced = sync(door)
  await vi.waitUntil(() => simulator.requests.count('conversations.get') >= 5, { timeout: 10_000 })
  process.kill(owner.pid, 'SIGKILL')

  expect(await synced).toMatchObject({ success: true })
  expect((await readStatus(door)).process).toMatchObject({ pid: door.pid, role: 'owner' })
  const info = await door.call<DataInfoAnswer>('get_data_info')
  let messages = 0
  for (const id of simulator.world.ids()) messages += simulator.world.messages(id).length
  expect(info).toMatchObject({ total_conversations: size, total_messages: messages })
})

it('hands the store on when the owner ends with its input', async () => {
  const { simulator, serve } = await createSharedFolder(size)
  const { owner, doors } = await tellApart([await serve(), await serve()])
  const door = only(doors)
  await sync(owner)
  await owner.client.close()

  const id = writeWord(simulator, 'quokka', 7)
  await sync(door)
  expect(await find(door, 'quokka')).toEqual([id])
  expect((await readStatus(door)).process).toMatchObject({ pid: door.pid, role: 'owner' })
})
