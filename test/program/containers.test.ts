import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { type ServedProgram, temporaryFolder } from '../helpers/program'
import { createSharedFolder, find, readStatus, sync, writeWord } from '../helpers/shared-folder'

/** What a container does to us: process numbers of its own, of which ours is the first, and a temporary folder of its own. */
const container = [
  ...['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'],
  ...['sh', '-c', 'mount -t tmpfs none "$TMPDIR" && exec "$0" "$@"'],
]
const [unshare = '', ...rest] = container
const canContain =
  spawnSync(unshare, [...rest, 'true'], { env: { ...process.env, TMPDIR: '/mnt' } }).status === 0

it.runIf(canContain)(
  'two containers on one folder, both with process number 1, share it as processes do',
  async () => {
    const { simulator, serve } = await createSharedFolder(60)
    const start = () => serve({ within: container, env: { TMPDIR: temporaryFolder() } })
    const first = await start()
    await sync(first)
    const before = writeWord(simulator, 'quokka', 7)
    await sync(first)
    const second = await start()
    const served = async (program: ServedProgram) => (await readStatus(program)).process
    expect(await served(first)).toMatchObject({ pid: 1, role: 'owner' })
    expect(await served(second)).toMatchObject({ pid: 1, role: 'door' })
    expect(await find(second, 'quokka')).toEqual([before])

    // The container is killed; nobody in the other one could tell by its process number.
    process.kill(first.pid, 'SIGKILL')
    expect(await find(second, 'quokka')).toEqual([before])
    expect(await served(second)).toMatchObject({ pid: 1, role: 'owner' })
    const after = writeWord(simulator, 'axolotl', 23)
    const third = await start()
    await sync(third)
    expect(await find(second, 'axolotl')).toEqual([after])
    expect(await served(third)).toMatchObject({ role: 'door' })
  },
)
