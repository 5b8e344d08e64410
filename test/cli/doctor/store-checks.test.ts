import { describe, expect, it } from 'vitest'
import { checkStore } from '../../../src/cli/doctor/store-checks'
import type { ServerStatusAnswer } from '../../../src/domain/answers'
import { StorageError } from '../../../src/domain/errors'
import { createSampleService, statusAnswer } from '../../mcp/sample-service'
import { verdicts } from './checks'

const signal = new AbortController().signal

describe('the store', () => {
  const check = (
    status: Partial<ServerStatusAnswer> = {},
    overrides: Parameters<typeof createSampleService>[0] = {},
  ) =>
    checkStore(
      createSampleService({ getServerStatus: async () => ({ ...statusAnswer, ...status }), ...overrides }),
      signal,
    )
  const { process: served, sync, store, freshness } = statusAnswer

  it('is well when it is whole and fresh', async () => {
    expect(verdicts(await check())).toEqual(['owner ok', 'integrity ok', 'threads ok', 'freshness ok'])
  })

  it('names the process that has it', async () => {
    const process = {
      ...served,
      role: 'door' as const,
      owner_pid: 4711,
      owner_since: '2026-03-02T09:00:00.000Z',
    }
    expect((await check({ process }))[0]?.finding).toBe(
      'A running server, process 4711, since 2026-03-02 09:00 UTC',
    )
  })

  it('is only read when its owner does not answer', async () => {
    const reason = 'process 4711, which has the data, does not answer'
    const process = { ...served, role: 'read_only' as const, owner_pid: 4711, read_only_reason: reason }
    expect((await check({ process }))[0]).toMatchObject({
      verdict: 'warn',
      finding: `Read only: ${reason}`,
      mend: 'Restart the MCP clients; if it stays so, end process 4711.',
    })
  })

  it('fails when something in it is damaged', async () => {
    const checkIntegrity = async () => ({
      problems: ['Table messages: row 7 missing', 'more'],
      duration_seconds: 0,
    })
    expect((await check({}, { checkIntegrity }))[1]).toMatchObject({
      verdict: 'fail',
      finding: 'Table messages: row 7 missing (and 1 more)',
    })
  })

  it('warns of a file that was set aside, and of what the engine warns of', async () => {
    const [, recovered] = await check({ store: { ...store, recovered: '/data/data.db.damaged' } })
    expect(recovered).toMatchObject({
      verdict: 'warn',
      finding: 'A damaged file was set aside: /data/data.db.damaged',
    })
    const [, large] = await check({ store: { ...store, warnings: ['It is large.'] } })
    expect(large).toMatchObject({ verdict: 'warn', finding: 'It is large.' })
  })

  it('warns of threads that are not as Intercom has them', async () => {
    const incomplete_threads = { ...statusAnswer.incomplete_threads, failed: 2, short: 1 }
    expect((await check({ incomplete_threads }))[2]).toMatchObject({
      verdict: 'warn',
      finding: 'Of some conversations replies are missing: 2 could not be fetched, 1 came short',
      mend: 'Later syncs ask for them again; npx fast-intercom-mcp status names them.',
    })
  })

  it('names no command for threads that no command names', async () => {
    const incomplete_threads = { ...statusAnswer.incomplete_threads, failed: 0, short: 0, missing: 1 }
    expect((await check({ incomplete_threads }))[2]).toMatchObject({
      finding: 'Of some conversations replies are missing: 1 was not found',
      mend: 'Later syncs ask for them again.',
    })
  })

  it('takes data from the future for a wrong clock', async () => {
    const ahead = { ...freshness, age_seconds: 0, stale: true, refresh: 'unavailable' as const }
    expect((await check({ freshness: ahead }))[3]).toMatchObject({
      verdict: 'warn',
      finding: "Last synced at a time that this machine's clock has not reached",
    })
  })

  it('warns when it is stale, was never synced, or the last sync failed', async () => {
    const stale = { ...freshness, age_seconds: 7_200, stale: true, refresh: 'none' as const }
    expect((await check({ freshness: stale }))[3]).toMatchObject({
      verdict: 'warn',
      finding: 'Synced 2 h ago, which counts as stale',
    })
    expect((await check({ freshness: { ...stale, refresh: 'running' } }))[3]?.verdict).toBe('ok')
    const never = { ...freshness, age_seconds: null, as_of: null, stale: true }
    expect((await check({ freshness: never }))[3]?.finding).toBe('Never synced')
    const last_error = { at: '2026-03-02T09:00:00.000Z', code: 'x', message: 'Intercom failed (503).' }
    expect((await check({ sync: { ...sync, last_error } }))[3]?.finding).toBe(
      'The last sync failed: Intercom failed (503).',
    )
  })

  it('fails with the reason why it cannot be opened', async () => {
    const getServerStatus = async () => {
      throw new StorageError('newer_schema', 'The data was written by a newer version.', { hint: 'Update.' })
    }
    expect(await check({}, { getServerStatus })).toEqual([
      { id: 'owner', verdict: 'fail', finding: 'The data was written by a newer version.', mend: 'Update.' },
    ])
  })
})
