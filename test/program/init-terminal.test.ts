import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/server'
import { builtProgram, runProgram } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'
import { keys, openTerminal, type Terminal } from '../helpers/terminal'
import { createUserFolder, type UserFolder } from '../helpers/user-folder'

const cursorBefore = '{\n  "mcpServers": {\n    "other": { "command": "other" } // mine\n  }\n}\n'
const entry = { command: process.execPath, args: [builtProgram, 'start'] }

let simulator: Simulator
let user: UserFolder
let env: Record<string, string>

beforeEach(async () => {
  simulator = await startTestSimulator()
  user = createUserFolder()
  env = { ...user.env, INTERCOM_API_URL: simulator.url }
  // Two clients are found.
  rmSync(dirname(user.vscodeFile), { recursive: true })
  writeFileSync(user.cursorFile, cursorBefore)
})

const configFile = () => join(user.home, 'config.json')
const cursorText = () => readFileSync(user.cursorFile, 'utf8')

/** The dialogue of a first init, question by question; each step answers one and waits for the next. */
const dialogue: { name: string; comes: string | RegExp; answer: string[] }[] = [
  { name: 'the token', comes: 'access token', answer: ['test-token', keys.enter] },
  { name: 'the history', comes: 'How much history', answer: [keys.enter] },
  { name: 'the clients', comes: 'should use it', answer: [keys.enter] },
  { name: 'the change', comes: 'Write these changes to 2 files?', answer: [keys.enter] },
  { name: 'the sync', comes: 'Fetch the conversations now?', answer: [keys.enter] },
]

async function goTo(terminal: Terminal, question: string): Promise<void> {
  for (const { name, comes, answer } of dialogue) {
    await terminal.shows(comes)
    if (name === question) return
    terminal.press(...answer)
  }
}

describe('init in a terminal', () => {
  it('goes from a wrong token to the first questions, and shows what is there when run again', async () => {
    const first = openTerminal(['init'], env)
    await first.shows('access token')
    first.press('wrong-token', keys.enter)
    await first.shows(/refused this token[\s\S]*access token/)
    first.press('test-token', keys.enter)
    await first.shows(/Workspace: Quillpost, US, \d+ teammates/)
    await first.shows(/● 30 days +\d+ conversations, about \d+ s, under 1 MB/)
    first.press(keys.enter)
    await first.shows('◼ Cursor')
    expect(first.screen()).toContain('◼ Claude Desktop')
    first.press(keys.enter)
    await first.shows('Write these changes to 2 files?')
    expect(first.screen()).toMatch(/│ {2}\+ {5}"fast-intercom": \{\n/)
    expect(first.screen()).toMatch(/│ {2}- {5}"other": .* \/\/ mine\n│ {2}\+ {5}"other": .*, \/\/ mine\n/)
    expect(existsSync(configFile())).toBe(false)
    first.press(keys.enter)
    await first.shows(/Fetch the conversations now\? \(\d+ conversations, about/)
    first.press(keys.enter)
    expect(await first.ended()).toBe(0)
    const screen = first.screen()
    expect(screen).toMatch(/Fetched \d+ conversations and \d+ messages/)
    expect(screen).toMatch(/Start Claude Desktop, then ask for instance:\n( {3}· .*\?\n?){3}$/)
    expect(screen).not.toMatch(/wrong-token|test-token/)
    expect(Math.max(...screen.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)

    expect(user.readJson(configFile())).toEqual({
      access_token: 'test-token',
      region: 'us',
      api_url: simulator.url,
      initial_sync_days: 30,
    })
    expect(user.readJson(user.desktopFile)).toEqual({ mcpServers: { 'fast-intercom': entry } })
    expect(cursorText()).toContain('"other": { "command": "other" }, // mine\n')
    const backup = readdirSync(dirname(user.cursorFile)).find((name) => name.endsWith('.backup')) ?? ''
    expect(readFileSync(join(dirname(user.cursorFile), backup), 'utf8')).toBe(cursorBefore)

    const again = openTerminal(['init'], env)
    await again.shows('What would you like to change?')
    expect(again.screen()).toMatch(/History {3}30 days\n.*Stored {4}\d+ conversations\n/)
    expect(again.screen()).toMatch(/Clients {3}Claude Desktop, Cursor\n/)
    const [configBefore, cursorWritten] = [readFileSync(configFile()), cursorText()]
    again.press(keys.enter)
    expect(await again.ended()).toBe(0)
    expect(again.screen()).toContain('Nothing was changed.')
    expect(readFileSync(configFile())).toEqual(configBefore)
    expect(cursorText()).toBe(cursorWritten)
  })

  it.each(['the token', 'the history', 'the clients', 'the change'])(
    'leaves everything as it was on Ctrl-C at %s',
    async (question) => {
      const terminal = openTerminal(['init'], env)
      await goTo(terminal, question)
      terminal.press(keys.ctrlC)
      expect(await terminal.ended()).toBe(130)
      expect(terminal.screen()).toMatch(/Nothing was written\.\nStopped\.$/)
      expectNothingWritten()
    },
  )

  it('leaves everything as it was on Ctrl-C while Intercom is asked', async () => {
    simulator.setLatency({ baseMs: 10_000 })
    const terminal = openTerminal(['init'], env)
    await goTo(terminal, 'the token')
    terminal.press('test-token', keys.enter)
    await terminal.shows('Asking Intercom')
    terminal.press(keys.ctrlC)
    expect(await terminal.ended()).toBe(130)
    expectNothingWritten()
  })

  it('keeps what was confirmed on Ctrl-C at the question for a sync', async () => {
    const terminal = openTerminal(['init'], env)
    await goTo(terminal, 'the sync')
    terminal.press(keys.ctrlC)
    expect(await terminal.ended()).toBe(130)
    expect(terminal.screen()).toContain('Written before that: ')
    expect(user.readJson(configFile()).access_token).toBe('test-token')
    expect(user.readJson(user.desktopFile)).toEqual({ mcpServers: { 'fast-intercom': entry } })
    expect(cursorText()).toContain('"fast-intercom"')
    expect(existsSync(join(user.home, 'data.db'))).toBe(false)
  })

  it('keeps what a sync has stored on Ctrl-C, and says so', async () => {
    const terminal = openTerminal(['init'], env)
    await goTo(terminal, 'the sync')
    simulator.setLatency({ baseMs: 700 })
    terminal.press(keys.enter)
    await terminal.shows(/Threads .*[1-9]\d* of/)
    terminal.press(keys.ctrlC)
    expect(await terminal.ended()).toBe(130)
    expect(terminal.screen()).toMatch(/What was stored so far is kept/)
    simulator.setLatency({})
    const { stdout } = await runProgram(['status', '--json'], env)
    expect(JSON.parse(stdout).counts.conversations).toBeGreaterThan(0)
  })

  it('asks for a new token when the stored one is refused, and changes that alone', async () => {
    await runProgram(['init', '--token', 'test-token', '--days', '45', '--yes', '--no-sync'], env)
    const written = user.readJson(configFile())
    writeFileSync(configFile(), JSON.stringify({ ...written, access_token: 'revoked' }))
    const terminal = openTerminal(['init'], env)
    await terminal.shows(/token that is set up here[\s\S]*access token/)
    terminal.press('test-token', keys.enter)
    expect(await terminal.ended()).toBe(0)
    expect(terminal.screen()).toMatch(/└ {2}Done\.$/)
    expect(user.readJson(configFile())).toEqual(written)
    expect(cursorText()).toBe(cursorBefore)
  })

  it('offers more history, and fetches it', async () => {
    await runProgram(['init', '--token', 'test-token', '--days', '7', '--yes'], env)
    const terminal = openTerminal(['init'], env)
    await terminal.shows('What would you like to change?')
    terminal.press(keys.down, keys.enter)
    await terminal.shows('should be kept here')
    terminal.press(keys.down, keys.down, keys.down, keys.enter)
    await terminal.shows('How many days?')
    terminal.press('\u007F', '60', keys.enter)
    await terminal.shows('Fetch the conversations now?')
    terminal.press(keys.enter)
    expect(await terminal.ended()).toBe(0)
    expect(user.readJson(configFile()).initial_sync_days).toBe(60)
    const { stdout } = await runProgram(['status', '--json'], env)
    expect(JSON.parse(stdout).counts.conversations).toBe(120)
  })

  it('changes only the clients when only they are chosen', async () => {
    await runProgram(['init', '--token', 'test-token', '--yes', '--no-sync'], env)
    const before = readFileSync(configFile())
    const terminal = openTerminal(['init'], env)
    await terminal.shows('What would you like to change?')
    terminal.press(keys.down, keys.down, keys.enter)
    await terminal.shows('should use it')
    terminal.press(keys.space, keys.enter)
    await terminal.shows('Write this change?')
    terminal.press(keys.enter)
    expect(await terminal.ended()).toBe(0)
    expect(existsSync(user.desktopFile)).toBe(false)
    expect(cursorText()).toContain('"fast-intercom"')
    expect(readFileSync(configFile())).toEqual(before)
  })
})

function expectNothingWritten(): void {
  expect(existsSync(user.home)).toBe(false)
  expect(readdirSync(dirname(user.desktopFile))).toEqual([])
  expect(readdirSync(dirname(user.cursorFile))).toEqual(['mcp.json'])
  expect(cursorText()).toBe(cursorBefore)
}
