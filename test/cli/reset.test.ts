import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseArguments } from '../../src/cli/arguments'
import { runReset } from '../../src/cli/commands/reset'
import { createOutput } from '../../src/cli/output'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { aThread } from '../helpers/builders'
import { temporaryFolder, uncontestedLock } from '../helpers/sqljs'
import { captureStream } from './capture-stream'

/** Runs `reset` with these arguments on a home folder and returns what it printed. */
async function reset(home: string, ...args: string[]) {
  const [stdout, stderr] = [captureStream(), captureStream()]
  const { options, positionals } = parseArguments(['reset', ...args])
  const code = await runReset({
    ...{ options, positionals, flags: { home, profile: undefined, verbose: false } },
    asJson: options.json === true,
    output: createOutput(stdout.stream, stderr.stream),
    signal: new AbortController().signal,
  })
  return { code, stdout: stdout.written(), stderr: stderr.written() }
}

/** A home folder with a synced store, configuration and a log, and a file of somebody else. */
async function aHome(): Promise<string> {
  const home = temporaryFolder()
  const { store } = await openSqljsStore({ path: join(home, 'data.db'), lock: uncontestedLock() })
  const workspace = { id: 'w', name: 'Harbour Tools', timezone: null, region: null, createdAt: null }
  await store.apply({ workspace, conversations: [aThread({ id: '1' }), aThread({ id: '2' })] })
  await store.close()
  writeFileSync(join(home, 'config.json'), '{"region":"eu"}')
  mkdirSync(join(home, 'logs'))
  for (const name of ['fast-intercom-mcp.log', 'fast-intercom-mcp.log.1']) {
    writeFileSync(join(home, 'logs', name), '{}\n')
  }
  return home
}

describe('reset', () => {
  it('shows what goes and keeps configuration and logs', async () => {
    const home = await aHome()
    writeFileSync(join(home, 'notes.txt'), 'mine')
    const { code, stdout } = await reset(home, '--yes')
    expect(code).toBe(0)
    expect(stdout).toContain('This removes for good 2 conversations of Harbour Tools:')
    expect(stdout).toContain(join(home, 'data.db.journal.'))
    expect(stdout).toContain('config.json and the logs stay')
    expect(readdirSync(home).toSorted()).toEqual(['config.json', 'logs', 'notes.txt'])
  })

  it('removes configuration and logs too with --all, and the folder when nothing else is in it', async () => {
    const home = await aHome()
    const { stdout } = await reset(home, '--all', '--yes', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ conversations: 2 })
    expect(JSON.parse(stdout).removed).toContain(join(home, 'config.json'))
    expect(existsSync(home)).toBe(false)
  })

  it('says that there is no data', async () => {
    const home = temporaryFolder()
    expect(await reset(home)).toMatchObject({ code: 0, stdout: `There is no data in ${home}.\n` })
    expect(readdirSync(home)).toEqual([])
  })

  it('asks, and where there is no terminal to ask at removes nothing', async () => {
    const home = await aHome()
    await expect(reset(home)).rejects.toMatchObject({ hint: expect.stringContaining('--yes') })
    expect(existsSync(join(home, 'data.db'))).toBe(true)
  })

  it('refuses while a process has the data open, naming it', async () => {
    const home = await aHome()
    const result = await acquireLock({ dbPath: join(home, 'data.db'), socket: '', key: '00' })
    if (result.kind !== 'held') throw new Error('The lock is taken')
    onTestFinished(() => result.lock.release())
    await expect(reset(home, '--all', '--yes')).rejects.toMatchObject({
      kind: 'locked',
      message: `A running server (process ${process.pid}) has the data open.`,
      hint: expect.stringContaining(`end process ${process.pid}`),
    })
    expect(existsSync(join(home, 'config.json'))).toBe(true)
  })

  it('names the files that stay because they are not ours', async () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'data.db'), 'a letter')
    writeFileSync(join(home, 'data.db.python'), 'older data')
    const { stderr } = await reset(home, '--yes')
    expect(stderr).toContain(`${join(home, 'data.db')} stays: it is not a file of this program.`)
    expect(stderr).toContain(
      `${join(home, 'data.db.python')} stays: it is the data of the earlier Python program.`,
    )
    expect(readdirSync(home).toSorted()).toEqual(['data.db', 'data.db.python'])
  })
})
