import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { describe, expect, it, test } from 'vitest'
import { fieldsOf, jsonShapes } from '../helpers/json-shapes'
import { runProgram, temporaryFolder } from '../helpers/program'
import { createSharedFolder } from '../helpers/shared-folder'

const page = readFileSync(fileURLToPath(new URL('../../docs/json-output.md', import.meta.url)), 'utf8')

/** Reads all of stdout as one JSON value of this shape, which fails when there is anything beside it. */
function read<Shape extends v.GenericSchema>(
  shape: Shape,
  { stdout }: { stdout: string },
): v.InferOutput<Shape> {
  return v.parse(shape, JSON.parse(stdout))
}

it('is of its documented shape for each command that works on a workspace', async () => {
  const { home, env } = await createSharedFolder(12)
  const run = (...args: string[]) => runProgram([...args, '--json', '--home', home], env)

  const synced = await run('sync', '--days', '30')
  expect(read(jsonShapes.sync, synced)).toMatchObject({ success: true, conversations: 12 })
  // Nobody looks, and nothing is shown beside the result.
  expect(synced.stderr).toBe('')
  const turn = read(jsonShapes['sync --once and sync --watch'], await run('sync', '--once'))
  expect(turn).toMatchObject({ success: true, error: null, next_in_seconds: null })

  expect(read(jsonShapes.search, await run('search', 'the')).returned).toBeGreaterThan(0)
  expect(read(jsonShapes.search, await run('search', 'qqqq'))).toMatchObject({ total: 0, conversations: [] })
  expect(read(jsonShapes.status, await run('status'))).toMatchObject({
    verdict: { state: 'fresh', mend: null },
    counts: { conversations: 12 },
  })
  const diagnosis = read(jsonShapes.doctor, await run('doctor', '--verify', '--sample', '5'))
  expect(diagnosis).toMatchObject({ ok: true, verification: { sampled: 5, compared: 5 } })
  const copy = join(temporaryFolder(), 'copy.db')
  expect(read(jsonShapes.snapshot, await run('snapshot', copy)).path).toBe(copy)

  const wrong = { ...env, INTERCOM_ACCESS_TOKEN: 'd3Jvbmc=' }
  const refused = await runProgram(['sync', '--json', '--verbose', '--home', home], wrong)
  // A failure is told on stderr and by the exit code.
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('Error: ')
  const lines = (await run('logs')).stdout.trim().split('\n')
  for (const line of lines) v.parse(jsonShapes.logs, JSON.parse(line))
  expect(lines.length).toBeGreaterThan(0)

  const removed = read(jsonShapes.reset, await run('reset', '--yes'))
  expect(removed).toMatchObject({ conversations: 12, kept: ['logs'] })
  expect(read(jsonShapes.reset, await run('reset', '--yes'))).toMatchObject({ removed: [], bytes: 0 })
})

it('is of its documented shape for init', async () => {
  const { simulator, home, env } = await createSharedFolder(3)
  // A client that is found here, and a folder of its own for what it keeps.
  const user = temporaryFolder()
  mkdirSync(join(user, '.cursor'))
  const args = ['--token', simulator.token, '--client', 'cursor', '--yes', '--json', '--home', home]
  const done = await runProgram(['init', ...args], { ...env, HOME: user, USERPROFILE: user, APPDATA: user })
  expect(done.code).toBe(0)
  expect(read(jsonShapes.init, done)).toMatchObject({
    clients: [{ client: 'cursor', outcome: 'added' }],
    sync: { success: true },
  })
})

it('is of its documented shape through a running server', async () => {
  const { home, env, serve } = await createSharedFolder(3)
  const server = await serve()
  await server.call('force_sync', { wait_seconds: 60 })
  const status = await runProgram(['status', '--json', '--home', home], env)
  expect(read(jsonShapes.status, status)).toMatchObject({
    process: { role: 'door', owner_pid: server.pid },
    intercom: { requests_sent: expect.any(Number) },
  })
})

it('is of its documented shape where there is nothing yet', async () => {
  const home = join(temporaryFolder(), 'new')
  const run = (...args: string[]) => runProgram([...args, '--json', '--home', home])
  const doctor = await run('doctor')
  expect(read(jsonShapes.doctor, doctor)).toMatchObject({ ok: false, verification: null })
  expect(doctor.code).toBe(1)
  expect(read(jsonShapes['status --all'], await run('status', '--all')).profiles).toMatchObject([
    { profile: null, state: 'empty', conversations: null },
  ])
  expect(read(jsonShapes.status, await run('status'))).toMatchObject({
    verdict: { state: 'empty', mend: expect.stringContaining(`init --home ${home}`) },
    workspace: null,
  })
  expect((await run('logs')).stdout).toBe('')
})

it('is of its documented shape for the demo', async () => {
  const demo = await runProgram(['demo', '--size', '60', '--check', '--json', '--home', temporaryFolder()])
  const { sync, verdicts } = read(jsonShapes.demo, demo)
  expect(sync.conversations).toBe(60)
  expect(verdicts?.every(({ passed }) => passed)).toBe(true)
  expect(demo.stderr).toBe('')
})

describe('docs/json-output.md', () => {
  const sections = new Map(
    page
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')).replaceAll('`', ''), part]),
  )
  const shared = sections.get('freshness') ?? ''

  test.each(Object.entries(jsonShapes))('names every field of %s', (command, shape) => {
    const described = `${sections.get(command) ?? ''}${shared}`
    const named = new Set([...described.matchAll(/`([A-Za-z0-9_]+)`/g)].map(([, name]) => name))
    expect(fieldsOf(shape).filter((field) => !named.has(field))).toEqual([])
  })
})
