import { expect, it, vi } from 'vitest'
import type { DataInfoAnswer } from '../../src/domain/answers'
import { runProgram, type ServedProgram } from '../helpers/program'
import {
  createSharedFolder,
  find,
  meet,
  readStatus,
  report,
  search,
  sync,
  tellApart,
  writeWord,
} from '../helpers/shared-folder'

const size = 60

it.skipIf(process.platform === 'win32')(
  'answers read-only and says so while the owner is stopped, loses nothing, and goes through it again',
  async () => {
    const { simulator, home, env, serve, serveMany } = await createSharedFolder(size)
    const { owner, doors } = await tellApart(await serveMany(3))
    await sync(owner)
    const word = writeWord(simulator, 'quokka', 7)
    await sync(owner)
    const later = writeWord(simulator, 'axolotl', 23)
    simulator.setLatency({ baseMs: 200 })
    const underWay = sync(owner)
    await vi.waitUntil(async () => (await readStatus(owner)).sync.is_syncing)

    process.kill(owner.pid, 'SIGSTOP')
    try {
      const stoppedAt = performance.now()
      // Calls that are under way when the owner falls silent, and a process that comes only then.
      const newcomer = serve()
      const answers = await Promise.all(doors.map((door) => search(door, 'quokka')))
      report(
        `an answer from the files ${Math.round(performance.now() - stoppedAt)} ms after the owner stopped`,
      )
      const silent = `process ${owner.pid}, which has the data, does not answer`
      for (const { conversations, freshness } of answers) {
        expect(conversations.map(({ id }) => id)).toEqual([word])
        expect(freshness.message).toContain(`Read only: ${silent}`)
        expect(freshness.message).toContain(`end process ${owner.pid}`)
      }
      for (const program of [...doors, await newcomer]) await seesOnlyFiles(program, owner.pid)
      const since = (await readStatus(doors[0] as ServedProgram)).process.owner_since
      expect(Date.parse(since ?? '')).toBeLessThan(Date.now())

      const shown = await runProgram(['status', '--home', home], env)
      expect(shown).toMatchObject({ code: 0 })
      expect(shown.stdout).toContain(`nobody: ${silent}, since`)
      // Longer than any patience: five seconds for an answer, as many for a handshake, two for a connection.
      expect(performance.now() - stoppedAt).toBeGreaterThan(10_000)
    } finally {
      process.kill(owner.pid, 'SIGCONT')
    }

    const wokenAt = performance.now()
    expect(await underWay).toMatchObject({ success: true })
    await meet([owner, ...doors])
    report(`through the owner again ${Math.round(performance.now() - wokenAt)} ms after it woke`)
    for (const program of [owner, ...doors]) {
      expect(await find(program, 'axolotl')).toEqual([later])
      expect(await find(program, 'quokka')).toEqual([word])
    }
    let messages = 0
    for (const id of simulator.world.ids()) messages += simulator.world.messages(id).length
    expect(await owner.call<DataInfoAnswer>('get_data_info')).toMatchObject({
      total_conversations: size,
      total_messages: messages,
    })
  },
  90_000,
)

async function seesOnlyFiles(program: ServedProgram, ownerPid: number): Promise<void> {
  const status = await readStatus(program)
  expect(status.process).toMatchObject({ pid: program.pid, role: 'read_only', owner_pid: ownerPid })
  expect(status.freshness.message).toContain(`process ${ownerPid}`)
  const refused = await program.callFailing('force_sync')
  expect(refused).toContain(`cannot sync: process ${ownerPid}, which has the data, does not answer`)
}
