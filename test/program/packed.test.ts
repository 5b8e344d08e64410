import { exec, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { createSampleWorld } from '../../src/cli/demo/sample-workspace'
import type {
  ConversationAnswer,
  DataInfoAnswer,
  ForceSyncAnswer,
  SearchAnswer,
} from '../../src/domain/answers'
import { replyOnlyWords } from '../../src/simulator/content/topic'
import type { World } from '../../src/simulator/world'
import { packageFolder, packProgram, runNpm } from '../helpers/packed-program'
import { type ServedProgram, scrubbedEnvironment, serveProgram, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'
import { createUserFolder } from '../helpers/user-folder'

const run = promisify(execFile)
const runLine = promisify(exec)
const inspector = join(packageFolder, 'node_modules/@modelcontextprotocol/inspector-cli/build/cli.js')

const packed = mkdtempSync(join(tmpdir(), 'fim-packed-'))
/** An empty folder into which the packed tarball is installed. */
const folder = join(packed, 'empty')
const modules = join(folder, 'node_modules')
const program = join(modules, 'fast-intercom-mcp', 'dist', 'cli.js')

beforeAll(async () => {
  const { tarball } = await packProgram(packed)
  mkdirSync(folder)
  await runNpm(['install', '--no-audit', '--no-fund', '--prefix', folder, tarball], folder)
})

afterAll(() => rmSync(packed, { recursive: true, force: true, maxRetries: 5 }))

/** Asks `start --demo` through the Inspector's command line, which prints the result as JSON. */
function createInspector(program: string, home: string) {
  return async <Result>(...question: string[]): Promise<Result> => {
    const server = [process.execPath, program, 'start', '--demo', '--home', home]
    const { stdout } = await run(process.execPath, [inspector, '--cli', ...server, ...question], {
      env: scrubbedEnvironment(),
    })
    return JSON.parse(stdout) as Result
  }
}

/** The world that the demo made up, built again from its three numbers. */
function readSourceWorld(home: string): World {
  const [folder = ''] = readdirSync(join(home, 'demo'))
  return createSampleWorld(JSON.parse(readFileSync(join(home, 'demo', folder, 'demo.json'), 'utf8')))
}

/** Scans every message of the source for a word; the search's own code has no part in it. */
function scanReplies(world: World, word: string): string[] {
  const wanted = new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'iu')
  return world.ids().filter((id) => {
    const [opening, ...replies] = world.messages(id)
    if (wanted.test(opening?.text ?? '')) throw new Error(`${word} opens conversation ${id}`)
    return replies.some(({ text }) => wanted.test(text))
  })
}

/** Follows the cursors to the end, in pages so small that there are many. */
async function findAll({ call }: ServedProgram, query: string): Promise<{ ids: string[]; total: number }> {
  const ids: string[] = []
  let page = await call<SearchAnswer>('search_conversations', { query, limit: 7 })
  const { total } = page
  for (;;) {
    expect(page.conversations.length).toBeLessThanOrEqual(7)
    ids.push(...page.conversations.map(({ id }) => id))
    if (page.next_cursor === null) return { ids, total }
    page = await call<SearchAnswer>('search_conversations', { cursor: page.next_cursor })
  }
}

/** Blanks may be set otherwise, and the place of a picture is marked where the source's plain text has nothing. */
const asLine = (text: string) => text.replaceAll('[image]', '').replace(/\s+/g, ' ').trim()

/** Every message with text, page by page, in the form in which the source is laid beside it. */
async function readThread({ call }: ServedProgram, id: string): Promise<{ said: object[]; pages: number }> {
  const said: object[] = []
  let cursor: string | null = null
  for (let pages = 1; ; pages++) {
    const { conversation }: ConversationAnswer = await call('get_conversation', {
      conversation_id: id,
      max_messages: 5,
      ...(cursor === null ? {} : { cursor }),
    })
    for (const { id, type, created_at, author, text } of conversation.messages)
      if (text !== null) said.push({ id, type, created_at, author: author.type, text: asLine(text) })
    cursor = conversation.next_cursor
    if (cursor === null) return { said, pages }
  }
}

function readSourceThread(world: World, id: string): object[] {
  const thread = world.conversation(id)
  const times = new Map(
    thread?.conversation_parts.conversation_parts.map((part) => [part.id, part.created_at]),
  )
  return world.messages(id).map((message) => ({
    id: message.id,
    type: message.partType,
    created_at: new Date((times.get(message.id) ?? thread?.created_at ?? 0) * 1000)
      .toISOString()
      .replace('.000Z', 'Z'),
    author: message.authorType,
    text: asLine(message.text),
  }))
}

it('installs from its tarball alone and serves the demo to the Inspector and to the SDK client', async () => {
  expect(existsSync(join(modules, '.bin', 'fast-intercom-mcp'))).toBe(true)
  expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['fast-intercom-mcp'])

  const home = temporaryFolder()
  const inspect = createInspector(program, home)
  const listed = await inspect<{ tools: { name: string }[] }>('--method', 'tools/list')
  const synced = await inspect<{ structuredContent: ForceSyncAnswer }>(
    ...['--method', 'tools/call', '--tool-name', 'force_sync'],
  )
  const world = readSourceWorld(home)
  let messages = 0
  for (const id of world.ids()) messages += world.messages(id).length
  expect(synced.structuredContent).toMatchObject({ success: true, conversations: 2_500, messages })

  const word = 'courier'
  const inspected = await inspect<{ structuredContent: SearchAnswer }>(
    ...['--method', 'tools/call', '--tool-name', 'search_conversations', '--tool-arg', `query=${word}`],
  )
  expect(inspected.structuredContent.total).toBe(scanReplies(world, word).length)

  const served = await serveProgram({ home, program, args: ['--demo'] })
  const { tools } = await served.client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(listed.tools.map(({ name }) => name))
  expect(tools.map(({ name }) => name).toSorted()).toEqual([
    'analyze_conversations',
    'check_coverage',
    'force_sync',
    'get_conversation',
    'get_conversation_details',
    'get_data_info',
    'get_server_status',
    'get_sync_status',
    'search_conversations',
    'sync_conversations',
  ])
  expect(await served.call<DataInfoAnswer>('get_data_info')).toMatchObject({
    total_conversations: world.count(),
    total_messages: messages,
  })

  for (const replyWord of replyOnlyWords) {
    const expected = scanReplies(world, replyWord)
    expect(expected.length, replyWord).toBeGreaterThan(7)
    const { ids, total } = await findAll(served, replyWord)
    expect(total, replyWord).toBe(expected.length)
    expect(ids.toSorted(), replyWord).toEqual(expected.toSorted())
  }

  const longest = world.ids().reduce((a, b) => (world.messages(b).length > world.messages(a).length ? b : a))
  const { said, pages } = await readThread(served, longest)
  expect(pages).toBeGreaterThan(2)
  expect(said).toEqual(readSourceThread(world, longest))
}, 120_000)

/** What the pages tell people to type: in blocks of its own, one command a line, and within sentences. */
function documentedLines(): string[] {
  const lines = ['README.md', 'docs/clients.md', 'docs/troubleshooting.md'].flatMap((page) => {
    const text = readFileSync(join(packageFolder, page), 'utf8')
    const typed = text.matchAll(/(?<=^ *|`|ExecStart=\/usr\/bin\/)npx -y fast-intercom-mcp [^`\n|]+/gm)
    return [...typed].map(([line]) => line.trim())
  })
  return [...new Set(lines)]
}

/** Sets up; everything else is for those who have. */
const isSetUp = (line: string) => line === 'npx -y fast-intercom-mcp init'
const isDaemon = (line: string) => line.includes('--watch')

it('runs every line of the pages, letter by letter, as npx finds the package', async () => {
  const lines = documentedLines().toSorted((a, b) => Number(isSetUp(b)) - Number(isSetUp(a)))
  expect(lines.filter(isSetUp)).toHaveLength(1)
  const simulator = await startTestSimulator({ size: 30, now: Math.floor(Date.now() / 1000) })
  const env = scrubbedEnvironment({
    ...createUserFolder().env,
    ...{ INTERCOM_API_URL: simulator.url, INTERCOM_ACCESS_TOKEN: simulator.token },
  })
  for (const line of lines.filter((line) => !isDaemon(line))) {
    const running = runLine(line, { cwd: folder, env })
    running.child.stdin?.end()
    await expect(running, line).resolves.toBeDefined()
  }
}, 120_000)

// Elsewhere a shell does not hand a signal on to what it has started.
it.skipIf(process.platform === 'win32')(
  'runs the daemon of the pages until the service manager ends it',
  async () => {
    const [line = '', ...others] = documentedLines().filter(isDaemon)
    expect(others).toEqual([])
    const simulator = await startTestSimulator({ size: 30, now: Math.floor(Date.now() / 1000) })
    const settings = { INTERCOM_API_URL: simulator.url, INTERCOM_ACCESS_TOKEN: simulator.token }
    const env = scrubbedEnvironment({ ...createUserFolder().env, ...settings })
    const daemon = spawn(line, { cwd: folder, env, shell: true, detached: true })
    // As systemd does: to all that the line has started.
    const end = (signal: NodeJS.Signals) => process.kill(-(daemon.pid ?? 0), signal)
    const said: string[] = []
    for (const output of [daemon.stdout, daemon.stderr]) output.on('data', (chunk) => said.push(`${chunk}`))
    // Its output ends when the last of them has ended.
    const ended = new Promise<void>((resolve) => daemon.on('close', () => resolve()))
    onTestFinished(() => {
      if (daemon.exitCode === null && daemon.signalCode === null) end('SIGKILL')
    })
    const turn = /✓ ([1-9]\d*) conversations/
    await vi.waitFor(() => expect(said.join('')).toMatch(turn), { timeout: 30_000 })
    end('SIGTERM')
    await ended
    const conversations = Number(turn.exec(said.join(''))?.[1])

    const { stdout } = await runLine('npx -y fast-intercom-mcp status --json', { cwd: folder, env })
    // It could open the data itself: the daemon has let go of them.
    expect(JSON.parse(stdout)).toMatchObject({ counts: { conversations }, process: { role: 'owner' } })
  },
  120_000,
)
