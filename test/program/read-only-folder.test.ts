import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { aThread } from '../helpers/builders'
import { builtProgram, type ProgramResult, scrubbedEnvironment, temporaryFolder } from '../helpers/program'
import { uncontestedLock } from '../helpers/sqljs'

/** Modes do not bind root, so the program is then run as a user whom they bind. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** A home folder with one conversation, which nobody may write to. */
async function aReadOnlyHome(): Promise<string> {
  const folder = temporaryFolder()
  const home = join(folder, 'home')
  mkdirSync(home)
  const { store } = await openSqljsStore({ path: join(home, 'data.db'), lock: uncontestedLock() })
  await store.apply({ conversations: [aThread({ id: '1', title: 'Refund please' }, ['A refund, please.'])] })
  await store.close()
  for (const name of readdirSync(home)) if (isRoot) chownSync(join(home, name), nobody, nobody)
  chmodSync(folder, 0o755)
  chmodSync(home, 0o555)
  onTestFinished(() => chmodSync(home, 0o755))
  return home
}

function run(home: string, ...args: string[]): Promise<ProgramResult> {
  const child = spawn(process.execPath, [builtProgram, ...args, '--home', home], {
    env: scrubbedEnvironment({ INTERCOM_ACCESS_TOKEN: 'test-token', INTERCOM_API_URL: 'http://127.0.0.1:9' }),
    cwd: '/',
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    text.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    text.stderr += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })))
}

describe.skipIf(process.platform === 'win32')('a home folder that cannot be written', () => {
  it('is answered from, says why nothing is synced, and stays as it is', async () => {
    const home = await aReadOnlyHome()
    const before = readdirSync(home)

    const status = await run(home, 'status', '--json')
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({
      counts: { conversations: 1 },
      process: {
        role: 'read_only',
        owner_pid: null,
        read_only_reason: expect.stringMatching(/^no permission to lock .*data\.db \(EACCES\)$/),
      },
      freshness: { message: expect.stringContaining('Nothing is refreshed meanwhile.') },
    })

    const search = await run(home, 'search', 'refund')
    expect(search).toMatchObject({ code: 0, stdout: expect.stringContaining('Refund please') })

    const sync = await run(home, 'sync')
    expect(sync.code).toBe(1)
    expect(sync.stderr).toContain(
      'This process only reads the stored data and cannot sync: no permission to lock',
    )
    expect(sync.stderr).toContain('Make the data folder writable for this user')

    const reset = await run(home, 'reset', '--yes')
    expect(reset).toMatchObject({ code: 1, stderr: expect.stringContaining('No permission to lock') })
    expect(readdirSync(home)).toEqual(before)
  })
})
