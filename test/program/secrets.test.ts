import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { type ProgramResult, runProgram, spawnProgram, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'

/** As Intercom's look: Base64 of some words. */
const token = 'dG9rOjVjNzU2ZTEyX2E3YjdfNGIxMV9+/8OkOjE6MA=='

/** The token as it is, as in a URL, and as in JSON of JSON; nobody could use a shorter piece of it. */
const shapes = [token, encodeURIComponent(token), token.slice(0, 20), token.slice(-20)]

function expectClean(text: string): void {
  for (const shape of shapes) expect(text).not.toContain(shape)
}

/** Everything in a home folder's logs. */
function readLogs(home: string): string {
  const folder = join(home, 'logs')
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
}

function expectSilence(home: string, { stdout, stderr }: ProgramResult): void {
  for (const text of [stdout, stderr, readLogs(home)]) expectClean(text)
}

/** A far side that answers with what it was sent, wherever an answer has room for it. */
async function startEcho(status: number): Promise<string> {
  const server = createServer((request, response) => {
    const sent = request.headers.authorization ?? ''
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-request-id': sent,
      'retry-after': '0',
    })
    const error = {
      code: sent,
      message: `Refused: ${sent}`,
      url: `https://x.example/?token=${encodeURIComponent(sent)}`,
    }
    response.end(JSON.stringify({ type: 'error.list', request_id: sent, errors: [error], token: sent }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const verbose = ['--verbose']

it('keeps the token of the environment, of config.json and of a customer out of everything', async () => {
  const simulator = await startTestSimulator({
    size: 10,
    days: 20,
    now: Math.floor(Date.now() / 1000),
    token,
  })
  const [first = ''] = simulator.world.ids()
  simulator.change.note(first, `My token is ${token}, the weather is nice.`)
  const home = temporaryFolder()
  const env = { INTERCOM_API_URL: simulator.url, INTERCOM_ACCESS_TOKEN: token }
  expectSilence(home, await runProgram(['sync', '--days', '30', '--home', home, ...verbose], env))

  writeFileSync(join(home, 'config.json'), JSON.stringify({ access_token: token, api_url: simulator.url }))
  for (const args of [
    ['sync'],
    ['sync', '--once'],
    ['status'],
    ['doctor', '--verify'],
    ['logs', '-n', '1000'],
  ]) {
    expectSilence(home, await runProgram([...args, '--home', home, ...verbose]))
  }
  // What a customer wrote is shown to whoever searches for it; the log knows nothing of it.
  const found = await runProgram(['search', 'weather', '--home', home, ...verbose])
  expect(found.stdout).toContain('weather')
  expectClean(found.stderr)
  expect(readLogs(home)).toContain('"level":"debug"')
  expect(readLogs(home)).not.toContain('weather')
  expectClean(readLogs(home))
})

it.each([401, 403, 404, 422, 500])('keeps it out when Intercom sends it back with a %d', async (status) => {
  const home = temporaryFolder()
  const env = { INTERCOM_API_URL: await startEcho(status), INTERCOM_ACCESS_TOKEN: token }
  // A server that fails is asked again, for longer than a test should take.
  const command = status === 500 ? 'doctor' : 'sync'
  const result = await runProgram([command, '--home', home, ...verbose], env)
  expect(result.code).toBe(1)
  expectSilence(home, result)
})

it.each([
  ['as a flag', ['init', '--yes', '--no-sync', '--token', token]],
  ['as a flag with a sign', ['init', '--yes', '--no-sync', `--token=${token}`]],
  ['as the region', ['init', '--yes', '--no-sync', '--token', token, '--region', token]],
  ['as what a command does not take', ['init', '--token', token, token]],
  ['as a command', [token]],
  ['as an option', ['sync', `--${token}`]],
])('keeps it out when it is given %s', async (_, args) => {
  const home = temporaryFolder()
  const env = { INTERCOM_API_URL: await startEcho(401), INTERCOM_ACCESS_TOKEN: token }
  const result = await runProgram([...args, '--home', home, '--verbose'], env)
  expect(result.code).toBeGreaterThan(0)
  expectSilence(home, result)
})

it.each([
  ['the address', { INTERCOM_API_URL: `https://api.example/?token=${token}` }],
  ['a password in the address', { INTERCOM_API_URL: `https://me:${encodeURIComponent(token)}@api.example` }],
  ['the region', { INTERCOM_REGION: token }],
])('keeps it out when it is in %s, also of a server that starts all the same', async (_, wrong) => {
  const home = temporaryFolder()
  const env = { ...wrong, INTERCOM_ACCESS_TOKEN: token }
  for (const command of ['sync', 'doctor']) {
    expectSilence(home, await runProgram([command, '--home', home, ...verbose], env))
  }
  const server = spawnProgram(['start', '--home', home, ...verbose], env)
  let stderr = ''
  const logged = new Promise<void>((resolve) => {
    server.stderr.on('data', (chunk) => {
      stderr += chunk
      if (stderr.includes('cannot be used')) resolve()
    })
  })
  const initialize = {
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
  }
  server.stdin.write(`${JSON.stringify(initialize)}\n`)
  await logged
  expectClean(stderr + readLogs(home))
})

it('keeps it out when the program breaks down', async () => {
  const home = temporaryFolder()
  const preload = join(home, 'break-down.mjs')
  const thrown = "throw new Error('Broken with ' + process.env.INTERCOM_ACCESS_TOKEN)"
  writeFileSync(preload, `setTimeout(() => { ${thrown} }, 300)\n`)
  const result = await runProgram(['logs', '-f', '--home', home], {
    INTERCOM_ACCESS_TOKEN: token,
    NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`,
  })
  expect(result.code).toBe(1)
  expect(result.stderr).toContain('Error: Broken with [redacted]')
  expectSilence(home, result)
})
