import { expect, it, vi } from 'vitest'
import type { ForceSyncAnswer, SyncStatusAnswer } from '../../src/domain/answers'
import { runProgram, type ServedProgram, serveProgram, temporaryFolder } from '../helpers/program'
import { createSharedFolder, sync, tellApart } from '../helpers/shared-folder'
import { startTestSimulator } from '../helpers/simulator'

const day = 86_400
const isoDay = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)

/** A server and a door to it over 100 conversations of 20 days, all of which have changed since they were synced. */
async function createChangedFolder() {
  const folder = await createSharedFolder(100)
  const { owner, doors } = await tellApart(await folder.serveMany(2))
  const [door = owner] = doors
  await sync(owner)
  const { simulator } = folder
  simulator.clock.advance(-5)
  for (const id of simulator.world.ids()) simulator.change.note(id, 'For the record: quokka.')
  simulator.clock.advance(5)
  simulator.setLatency({ baseMs: 250 })
  return { ...folder, owner, door }
}

const readSyncStatus = ({ call }: ServedProgram) => call<SyncStatusAnswer>('get_sync_status')

it('force_sync reports progress to its client, other doors see how far it is, and cancelling ends it', async () => {
  const { owner, door, simulator } = await createChangedFolder()
  const fetched = () => simulator.requests.count('conversations.get')
  const before = fetched()
  const abort = new AbortController()
  const notes: { progress: number; message?: string | undefined }[] = []
  const result = owner.client.callTool({ name: 'force_sync', arguments: { wait_seconds: 60 } }, undefined, {
    signal: abort.signal,
    onprogress: (note) => notes.push(note),
  })
  result.catch(() => {})
  await vi.waitUntil(() => fetched() >= before + 4, { timeout: 15_000 })
  expect(notes.map(({ message }) => message)).toContain('Fetching conversations: 100 of 100.')

  const status = await readSyncStatus(door)
  if (!status.is_syncing) throw new Error('the sync has ended too early')
  expect(status).toMatchObject({
    sync_started_at: expect.stringMatching(/^\d{4}-/),
    coverage_dates: { start: expect.any(String), end: expect.any(String) },
    progress: { phase: 'threads', total: 100 },
    estimate: { conversations: 100 - status.progress.done, seconds: expect.any(Number) },
  })
  abort.abort('enough')
  await expect(result).rejects.toThrow('enough')
  await vi.waitUntil(async () => !(await readSyncStatus(door)).is_syncing, { timeout: 10_000 })
  expect(fetched()).toBeLessThan(before + 100)
})

it('sync between two dates fetches their days, by itself and through a server', async () => {
  const now = Math.floor(Date.now() / 1000)
  const simulator = await startTestSimulator({ size: 120, days: 60, now })
  const home = temporaryFolder()
  const env = {
    INTERCOM_API_URL: simulator.url,
    INTERCOM_ACCESS_TOKEN: simulator.token,
    FASTINTERCOM_INITIAL_SYNC_DAYS: '2',
    FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0',
    FASTINTERCOM_MAX_SYNC_AGE_MINUTES: '600',
  }
  const runSync = (...args: string[]) => runProgram(['sync', '--home', home, ...args], env)
  const [from, to] = [isoDay(now - 40 * day), isoDay(now - 30 * day)]
  const dates = ['--start-date', from, '--end-date', to]
  const alone = await runSync(...dates)
  expect(alone.code).toBe(0)
  expect(alone.stdout).toMatch(
    /^✓ Synced .*\nThe sync of .* is done\. The workspace's timezone is unknown: .*\n$/,
  )

  const { call } = await serveProgram({ home, env })
  const inside = { start_date: isoDay(now - 38 * day), end_date: isoDay(now - 32 * day) }
  expect(await call('check_coverage', inside)).toMatchObject({ has_coverage: true })
  const older = { start_date: isoDay(now - 50 * day), end_date: isoDay(now - 45 * day) }
  expect(await call('check_coverage', older)).toMatchObject({ has_coverage: false, partial_coverage: false })
  const fetched = simulator.requests.count('conversations.get')
  const again = await runSync(...dates, '--force', '--json')
  const answer = JSON.parse(again.stdout) as ForceSyncAnswer
  expect(answer).toMatchObject({
    success: true,
    message: expect.stringContaining(`The sync of ${from} 00:00 to `),
  })
  expect(answer.conversations).toBeGreaterThan(5)
  expect(simulator.requests.count('conversations.get')).toBeGreaterThanOrEqual(fetched + answer.conversations)

  const future = await runSync('--start-date', isoDay(now + 3 * day))
  expect([future.code, future.stdout]).toEqual([2, ''])
  expect(future.stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining('lies in the future: now it is'),
    'Give days as YYYY-MM-DD, for example --start-date 2026-03-01 --end-date 2026-03-07.',
  ])
})

it('sync warns of what the token may not read, beside its result', async () => {
  const { simulator, home, env } = await createSharedFolder(2)
  simulator.setFaults({ fault: 'missing_scope', endpoints: ['tickets.search'] })
  const { code, stdout, stderr } = await runProgram(['sync', '--json', '--home', home], env)
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ success: true, conversations: 2 })
  expect(stderr).toContain('Warning: The access token lacks the permission "Read tickets"')

  const search = await runProgram(['search', 'x', '--timeframe', 'nonsense', '--home', home], env)
  expect(search).toMatchObject({ code: 2, stdout: '' })
  expect(search.stderr).toContain('The timeframe "nonsense" cannot be read.')
})
