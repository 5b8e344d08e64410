import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkClients } from '../../../src/cli/doctor/client-checks'
import { temporaryFolder } from '../../helpers/program'

let user: string
let home: string

beforeEach(() => {
  user = temporaryFolder()
  home = join(user, 'data')
  mkdirSync(join(user, '.cursor'))
})

function check(PATH = '') {
  const [found] = checkClients(
    { home },
    { platform: process.platform, userFolder: user, environment: { PATH }, exists: existsSync },
  )
  return found
}

function writeServers(mcpServers: unknown): string {
  const file = join(user, '.cursor', 'mcp.json')
  writeFileSync(file, JSON.stringify({ mcpServers }))
  return file
}

const start = () => ['start', '--home', home]

describe('the check of the clients', () => {
  it('is content with an entry that starts a program that is there on this data', () => {
    const program = join(user, 'cli.js')
    writeFileSync(program, '')
    writeServers({ 'fast-intercom': { command: process.execPath, args: [program, ...start()] } })
    expect(check()).toEqual({ id: 'clients', verdict: 'ok', finding: 'Set up in Cursor', mend: null })
  })

  it.each([
    ['the command', { command: '/gone/node', args: ['/gone/cli.js'] }, '/gone/node is not there'],
    ['the program', { command: process.execPath, args: ['/gone/cli.js'] }, '/gone/cli.js is not there'],
    ['npx', { command: 'npx', args: ['-y', 'fast-intercom-mcp'] }, 'there is no npx on the PATH'],
  ])('says when %s is gone, and how to mend it', (_, { command, args }, what) => {
    writeServers({ 'fast-intercom': { command, args: [...args, ...start()] } })
    expect(check()).toEqual({
      id: 'clients',
      verdict: 'warn',
      finding: `Cursor cannot start it: ${what}`,
      mend: 'Run: npx fast-intercom-mcp init --client cursor',
    })
  })

  it('finds a command on the PATH, and our program under any name', () => {
    writeFileSync(join(user, process.platform === 'win32' ? 'npx.cmd' : 'npx'), '')
    writeServers({ support: { command: 'npx', args: ['-y', 'fast-intercom-mcp@1.2.3', ...start()] } })
    expect(check(user)?.finding).toBe('Set up in Cursor')
  })

  it('warns when the clients start it for another folder only', () => {
    const args = ['start', `--home=${join(user, 'other')}`]
    writeServers({ 'fast-intercom': { command: process.execPath, args } })
    expect(check()).toMatchObject({
      verdict: 'warn',
      finding: `Cursor: the server is started for another folder than ${home}`,
    })
  })

  it('reads the folder from the entry’s own environment', () => {
    writeServers({
      'fast-intercom': { command: process.execPath, args: ['start'], env: { FASTINTERCOM_HOME: home } },
    })
    expect(check()?.finding).toBe('Set up in Cursor')
  })

  it('warns of a damaged file that names us, and of no other', () => {
    const file = writeServers({})
    writeFileSync(file, '{"mcpServers": {"fast-intercom": ')
    expect(check()?.verdict).toBe('warn')
    expect(check()?.finding).toBe(`${file} names fast-intercom and cannot be read: Cursor may not start it`)
    writeFileSync(file, '{"mcpServers": {"other": ')
    expect(check()?.verdict).toBe('ok')
  })

  it('has nothing against clients that do not use it', () => {
    writeServers({ other: { command: '/gone', args: ['start'] } })
    expect(check()).toMatchObject({
      verdict: 'ok',
      finding: 'Not set up in a client that init knows (here: Cursor)',
    })
  })
})
