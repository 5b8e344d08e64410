import { expect, it, vi } from 'vitest'
import type { TurnReport } from '../../src/cli/sync-watch/turn'
import { runProgram, spawnProgram } from '../helpers/program'
import { createSharedFolder, find, readStatus, writeWord } from '../helpers/shared-folder'

const size = 40

/** The daemon with a turn every second or so; its reports as they come, and its end. */
function startDaemon(home: string, env: Record<string, string>) {
  const child = spawnProgram(['sync', '--watch', '--interval', '0.02', '--json', '--home', home], env)
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const reports = (): TurnReport[] =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as TurnReport)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const untilReport = (isIt: (report: TurnReport) => boolean) =>
    vi.waitFor(() => expect(reports().some(isIt)).toBe(true), { timeout: 20_000, interval: 20 })
  return { child, reports, ended, untilReport }
}

it('takes turns until it is told to end, goes on after failures, and exits with 0', async () => {
  const { simulator, home, env } = await createSharedFolder(size)
  const { child, reports, ended, untilReport } = startDaemon(home, env)
  await untilReport(({ success }) => success)
  expect(reports()[0]).toMatchObject({ success: true, conversations: size, error: null })
  const id = writeWord(simulator, 'quokka', 7)
  await untilReport(({ conversations }) => conversations === 1)

  simulator.setToken('another')
  await untilReport(({ success }) => !success)
  expect(reports().at(-1)).toMatchObject({
    error: { code: 'intercom_unauthorised' },
    next_in_seconds: 900,
  })
  child.kill('SIGTERM')
  expect(await ended).toBe(0)

  const { stdout } = await runProgram(['search', 'quokka', '--json', '--home', home], env)
  expect(JSON.parse(stdout)).toMatchObject({ conversations: [{ id }] })
})

it('lets the process that has the data sync, and takes over when that one goes away', async () => {
  const { simulator, home, env, serve } = await createSharedFolder(size)
  const server = await serve()
  await server.call('get_data_info')
  const { child, reports, ended, untilReport } = startDaemon(home, env)
  await untilReport(({ conversations }) => conversations === size)
  const first = writeWord(simulator, 'quokka', 7)
  await vi.waitFor(async () => expect(await find(server, 'quokka')).toEqual([first]), { timeout: 20_000 })

  const turns = reports().length
  process.kill(server.pid, 'SIGKILL')
  await vi.waitFor(() => expect(reports().length).toBeGreaterThan(turns + 1), { timeout: 20_000 })
  const heir = await serve()
  expect((await readStatus(heir)).process).toMatchObject({ role: 'door', owner_pid: child.pid })
  expect(await find(heir, 'quokka')).toEqual([first])
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

it('cancels what runs when it is told to end, and keeps what is stored', async () => {
  const { simulator, home, env } = await createSharedFolder(size)
  simulator.setFaults({ fault: 'no_answer', endpoints: ['conversations.get'], after: 25 })
  const { child, reports, ended } = startDaemon(home, env)
  await vi.waitFor(() => expect(simulator.requests.count('conversations.get')).toBeGreaterThanOrEqual(25), {
    timeout: 20_000,
  })
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(reports()).toEqual([])
  const { stdout } = await runProgram(['status', '--json', '--home', home], env)
  expect(JSON.parse(stdout)).toMatchObject({ counts: { conversations: size } })
})

it('does not begin without a token, or with options that contradict each other', async () => {
  const { home, env } = await createSharedFolder(1)
  const withoutToken = await runProgram(['sync', '--watch', '--home', home], {
    INTERCOM_API_URL: env.INTERCOM_API_URL ?? '',
  })
  expect(withoutToken).toMatchObject({ code: 1, stdout: '' })
  expect(withoutToken.stderr).toContain('There is no Intercom access token.')
  const both = await runProgram(['sync', '--watch', '--once', '--home', home], env)
  expect(both).toMatchObject({ code: 2, stdout: '' })
})

it('takes a single turn with --once, and its exit code says how that went', async () => {
  const { simulator, home, env } = await createSharedFolder(size)
  const once = await runProgram(['sync', '--once', '--home', home], env)
  expect(once).toMatchObject({ code: 0, stderr: '' })
  expect(once.stdout).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ✓ 40 conversations and \d+ messages in .* s\.\n$/,
  )
  simulator.setToken('another')
  const refused = await runProgram(['sync', '--once', '--home', home], env)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('Error: ')
})
