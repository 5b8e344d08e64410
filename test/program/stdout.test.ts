import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { spawnProgram, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'

interface Message {
  jsonrpc: string
  id?: number
  method?: string
  result?: { structuredContent?: Record<string, unknown>; isError?: boolean }
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
}
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }

function callOf(id: number, name: string, args: object = {}, meta: object = {}) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta: meta } }
}

const asInput = (...messages: object[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join('')

/** Everything that a served program writes, in the order in which it comes. */
function record(child: ChildProcessWithoutNullStreams) {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const wholeLines = () => stdout.split('\n').slice(0, -1)
  return {
    /** Throws when a line of stdout is anything but a message. */
    messages: () => wholeLines().map((line) => JSON.parse(line) as Message),
    /** What stands behind the last whole line. */
    rest: () => stdout.slice(stdout.lastIndexOf('\n') + 1),
    stderr: () => stderr,
    answerTo: (id: number) =>
      vi.waitUntil(() => wholeLines().some((line) => (JSON.parse(line) as Message).id === id), 20_000),
    saysOnStderr: (text: string) => vi.waitUntil(() => stderr.includes(text), 20_000),
  }
}

it('carries nothing but protocol through a sync with progress, retries, a rate limit and warnings', async () => {
  const simulator = await startTestSimulator({ size: 60, days: 20, now: Math.floor(Date.now() / 1000) })
  simulator.setFaults(
    { fault: 'bad_gateway', endpoints: ['conversations.search'], times: 1 },
    { fault: 'rate_limited', endpoints: ['conversations.get'], after: 20, times: 3 },
  )
  const home = temporaryFolder()
  writeFileSync(
    join(home, 'config.json'),
    JSON.stringify({ access_token: simulator.token, acess_token: 'a slip of the pen' }),
  )
  const child = spawnProgram(['start', '--home', home, '--verbose'], {
    INTERCOM_API_URL: simulator.url,
    FASTINTERCOM_LOG_LEVEL: 'debug',
  })
  const seen = record(child)

  const order = callOf(2, 'force_sync', { wait_seconds: 1 }, { progressToken: 'p' })
  child.stdin.write(asInput(initialize, initialized, order, callOf(3, 'get_data_info')))
  await Promise.all([1, 2, 3].map(seen.answerTo))
  await vi.waitUntil(() => (simulator.requests.byStatus[429] ?? 0) > 0, 20_000)

  // Every byte by itself, so that the letter of two bytes is cut apart too.
  for (const byte of Buffer.from(asInput(callOf(4, 'search_conversations', { query: 'rücknahme' }))))
    await new Promise((resolve) => child.stdin.write(Buffer.of(byte), resolve))
  child.stdin.write(asInput(callOf(5, 'get_server_status'), callOf(6, 'search_conversations', { limit: -1 })))
  await Promise.all([4, 5, 6].map(seen.answerTo))
  child.stdin.end()
  expect(await once(child, 'close')).toEqual([0, null])

  const messages = seen.messages()
  expect(seen.rest()).toBe('')
  expect(messages.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true)
  const others = messages.filter(({ id }) => id === undefined).map(({ method }) => method)
  expect(new Set(others)).toEqual(new Set(['notifications/progress']))
  expect(messages.flatMap(({ id }) => id ?? []).toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  expect(messages.find(({ id }) => id === 4)?.result?.structuredContent).toMatchObject({ total: 0 })
  expect(messages.find(({ id }) => id === 6)?.result?.isError).toBe(true)
  // There was something to say beside the protocol.
  expect(seen.stderr()).toContain('acess_token')
  expect(seen.stderr()).toContain('status=502')
  expect(seen.stderr()).toContain('status=429')
}, 60_000)

it('carries nothing but protocol when the background sync finds the token refused', async () => {
  const simulator = await startTestSimulator()
  const child = spawnProgram(['start', '--home', temporaryFolder()], {
    INTERCOM_API_URL: simulator.url,
    INTERCOM_ACCESS_TOKEN: 'wrong-token',
  })
  const seen = record(child)
  child.stdin.write(asInput(initialize, initialized))
  await seen.saysOnStderr('Sync failed')
  child.stdin.write(asInput(callOf(2, 'get_server_status')))
  await seen.answerTo(2)
  child.stdin.end()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(seen.messages().map(({ id }) => id)).toEqual([1, 2])
  expect(seen.rest()).toBe('')
})
