import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { builtProgram, runProgram } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'
import { createUserFolder, type UserFolder } from '../helpers/user-folder'

const entry = { command: process.execPath, args: [builtProgram, 'start'] }
const signIn = ['--token', 'test-token', '--yes']

let user: UserFolder
let env: Record<string, string>

beforeEach(async () => {
  user = createUserFolder()
  env = { ...user.env, INTERCOM_API_URL: (await startTestSimulator()).url }
})

describe('init without questions', () => {
  it('adds itself to every client that is there, syncs, and tells it as JSON', async () => {
    writeFileSync(user.cursorFile, '{"mcpServers": {"other": {"command": "other"}}}')
    const { code, stdout } = await runProgram(['init', ...signIn, '--client', 'all', '--json'], env)
    expect(code).toBe(0)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({
      ...{ workspace: { name: 'Quillpost' }, region: 'us', initial_sync_days: 30, client: entry },
      config_file: join(user.home, 'config.json'),
      clients: [
        { client: 'claude-desktop', file: user.desktopFile, outcome: 'added', backup: null, reason: null },
        { client: 'cursor', file: user.cursorFile, outcome: 'added', reason: null },
        { client: 'vscode', file: user.vscodeFile, outcome: 'added' },
      ],
      sync: { success: true },
    })
    expect(result.questions).toHaveLength(3)
    expect(user.readJson(user.desktopFile)).toEqual({ mcpServers: { 'fast-intercom': entry } })
    expect(user.readJson(user.cursorFile)).toEqual({
      mcpServers: { other: { command: 'other' }, 'fast-intercom': entry },
    })
    expect(user.readJson(user.vscodeFile)).toEqual({
      servers: { 'fast-intercom': { type: 'stdio', ...entry } },
    })
    expect(existsSync(result.clients[1].backup)).toBe(true)
    expect(stdout).not.toContain('test-token')
  })

  it('touches no client that was not named', async () => {
    const { code, stdout } = await runProgram(['init', ...signIn, '--no-sync'], env)
    expect(code).toBe(0)
    expect(stdout).toContain('"fast-intercom": {')
    for (const file of [user.desktopFile, user.cursorFile, user.vscodeFile]) {
      expect(readdirSync(dirname(file))).toEqual([])
    }
  })

  it('gives each profile an entry of its own, and changes an entry only where it differs', async () => {
    const clients = ['--client', 'cursor', '--no-sync']
    await runProgram(['init', ...signIn, ...clients], env)
    await runProgram(['init', ...signIn, ...clients, '--profile', 'eu'], env)
    const eu = { command: entry.command, args: [...entry.args, '--profile', 'eu'] }
    expect(user.readJson(user.cursorFile)).toEqual({
      mcpServers: { 'fast-intercom': entry, 'fast-intercom-eu': eu },
    })
    const before = [readFileSync(user.cursorFile), readdirSync(dirname(user.cursorFile))]
    const { stdout } = await runProgram(['init', '--yes', '--json', '--client', 'cursor'], env)
    expect(JSON.parse(stdout)).toMatchObject({ clients: [{ outcome: 'unchanged' }], sync: null })
    expect([readFileSync(user.cursorFile), readdirSync(dirname(user.cursorFile))]).toEqual(before)
  })

  it('leaves a damaged file as it is, does the rest, and fails', async () => {
    const damaged = '{"mcpServers": {'
    writeFileSync(user.cursorFile, damaged)
    const clients = ['--client', 'cursor', '--client', 'vscode']
    const { code, stderr } = await runProgram(['init', ...signIn, '--no-sync', ...clients], env)
    expect(code).toBe(1)
    expect(stderr).toContain('is left as it is: it is not valid JSON (line 1: a closing brace is missing).')
    expect(stderr).toContain('Put this into it by hand:')
    expect(readFileSync(user.cursorFile, 'utf8')).toBe(damaged)
    expect(readdirSync(dirname(user.cursorFile))).toEqual(['mcp.json'])
    expect(Object.keys(user.readJson(user.vscodeFile))).toEqual(['servers'])
  })

  it('calls an unknown client wrong usage before it asks Intercom', async () => {
    const { code, stderr } = await runProgram(['init', ...signIn, '--client', 'emacs'], env)
    expect(code).toBe(2)
    expect(stderr).toContain('Allowed: claude-desktop, claude-code, cursor, vscode, windsurf')
    expect(existsSync(user.home)).toBe(false)
  })
})
