import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
    expect(stdout).toContain('What stays: config.json, logs, notes.txt\n')
    expect(readdirSync(home).toSorted()).toEqual(['config.json', 'logs', 'notes.txt'])
  })

  it('removes configuration and logs too with --all, and the folder when nothing else is in it', async () => {
    const home = await aHome()
    const { stdout } = await reset(home, '--all', '--yes', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ conversations: 2 })
    expect(JSON.parse(stdout).removed).toContain(join(home, 'config.json'))
    expect(existsSync(home)).toBe(false)
  })

  it('shows how much goes, and with --all what stays', async () => {
    const home = await aHome()
    writeFileSync(join(home, 'notes.txt'), 'mine')
    writeFileSync(join(home, 'logs', 'mine.log'), 'mine')
    mkdirSync(join(home, 'profiles', 'acme'), { recursive: true })
    const { stdout } = await reset(home, '--all', '--yes')
    expect(stdout).toMatch(/^ +15 B {2}.*config\.json$/m)
    expect(stdout).toMatch(/^ +[\d.]+ kB {2}in all$/m)
    expect(stdout).toContain('What stays: logs, notes.txt\n')
    expect(stdout).toContain('The profiles stay too: acme.')
    expect(readdirSync(home).toSorted()).toEqual(['logs', 'notes.txt', 'profiles'])
    expect(readdirSync(join(home, 'logs'))).toEqual(['mine.log'])
  })

  it('removes sample workspaces with --all, and what else lies among them stays', async () => {
    const home = await aHome()
    const sample = join(home, 'demo', '1-50')
    mkdirSync(join(sample, 'logs'), { recursive: true })
    mkdirSync(join(home, 'demo', 'mine'))
    const { store } = await openSqljsStore({ path: join(sample, 'data.db'), lock: uncontestedLock() })
    await store.close()
    writeFileSync(join(sample, 'demo.json'), '{}')
    writeFileSync(join(sample, 'logs', 'fast-intercom-mcp.log'), '{}\n')
    expect((await reset(home, '--yes')).stdout).not.toContain('demo.json')
    expect(existsSync(join(sample, 'data.db'))).toBe(true)
    const { stdout } = await reset(home, '--all', '--yes', '--json')
    expect(JSON.parse(stdout).kept).toEqual(['demo'])
    expect(readdirSync(home)).toEqual(['demo'])
    expect(readdirSync(join(home, 'demo'))).toEqual(['mine'])
  })

  describe.skipIf(process.platform === 'win32')('where there are links', () => {
    it('follows none out of the home folder', async () => {
      const [home, elsewhere] = [await aHome(), temporaryFolder()]
      rmSync(join(home, 'logs'), { recursive: true })
      rmSync(join(home, 'config.json'))
      for (const name of ['fast-intercom-mcp.log', 'config.json']) writeFileSync(join(elsewhere, name), '{}')
      symlinkSync(elsewhere, join(home, 'logs'))
      symlinkSync(elsewhere, join(home, 'demo'))
      symlinkSync(join(elsewhere, 'config.json'), join(home, 'config.json'))
      const { stdout } = await reset(home, '--all', '--yes', '--json')
      expect(JSON.parse(stdout).kept).toEqual(['config.json', 'demo', 'logs'])
      expect(readdirSync(elsewhere).toSorted()).toEqual(['config.json', 'fast-intercom-mcp.log'])
    })

    it('refuses data that is one, because it would stay where nobody looks for it', async () => {
      const [home, elsewhere] = [await aHome(), temporaryFolder()]
      renameSync(join(home, 'data.db'), join(elsewhere, 'big.db'))
      symlinkSync(join(elsewhere, 'big.db'), join(home, 'data.db'))
      await expect(reset(home, '--all', '--yes')).rejects.toMatchObject({
        message: `${join(home, 'data.db')} is a link, and what it leads to is not removed from here.`,
        hint: expect.stringContaining(join(elsewhere, 'big.db')),
      })
      expect(existsSync(join(home, 'config.json'))).toBe(true)
      expect(existsSync(join(elsewhere, 'big.db'))).toBe(true)
    })
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
