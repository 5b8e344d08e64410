import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../mcp/connect'
import { createWorkspace, day, noon } from './workspace'

/** Synced for 30 days; conversations of last October (one a day) are not fetched yet. */
async function createSynced(options: Parameters<typeof createWorkspace>[0] = {}) {
  const made = await createWorkspace(options)
  const october = Date.parse('2025-10-01T12:00:00Z') / 1000
  for (let index = 0; index < 31; index += 1) made.workspace.create(`o${index}`, october + index * day)
  made.workspace.create('1', noon - 2 * day)
  await made.service.forceSync({})
  const settled = () => vi.waitFor(() => expect(made.scheduler.status().running).toBe(null))
  const countStored = async () => (await made.store.getCounts()).conversations
  return { ...made, settled, countStored }
}

describe('sync_conversations with a timeframe', () => {
  it.each([
    ['words', '2025-10-01 to 2025-10-07'],
    ['dates', { start_date: '2025-10-01', end_date: '2025-10-07' }],
  ])('in %s fetches what was created in it', async (_, timeframe) => {
    const { service, settled, countStored } = await createSynced()
    const answer = await service.syncConversations({ timeframe })
    expect(answer).toMatchObject({
      started: true,
      estimate: null,
      message: expect.stringContaining(
        '2025-10-01 00:00 to 2025-10-08 00:00 (UTC) has been started; get_sync_status shows how far it is.',
      ),
      freshness: { coverage: 'none', refresh: 'running' },
    })
    await settled()
    expect(await countStored()).toBe(8)
    expect(await service.checkCoverage({ start_date: '2025-10-01', end_date: '2025-10-07' })).toMatchObject({
      has_coverage: true,
    })
  })

  it('fetches it whole, whatever a question alone may fetch', async () => {
    const { service, settled, countStored } = await createSynced()
    const asked = { timeframe: 'october 2025' }
    await service.searchConversations(asked, { backfillLimit: 10 })
    await settled()
    expect(await countStored()).toBeLessThanOrEqual(11)
    await service.syncConversations(asked)
    await settled()
    expect(await countStored()).toBe(32)
  })

  it('joins the run that fetches it', async () => {
    const { service, workspace, settled } = await createSynced()
    const held = createDeferred()
    workspace.beforeAnswer = () => held.promise
    const first = await service.syncConversations({ timeframe: 'october 2025' })
    const second = await service.syncConversations({ timeframe: '2025-10-05' })
    expect(second).toMatchObject({ started: false, run_id: first.run_id })
    expect(second.message).toContain('was running already')
    held.resolve()
    await settled()
  })

  it('refuses with examples what cannot be meant, and starts nothing', async () => {
    const { service, workspace } = await createSynced()
    const requests = workspace.requests.length
    for (const timeframe of [
      'when the moon is full',
      '2026-02-30',
      '2027-01-01',
      '2025-10-07 to 2025-10-01',
    ]) {
      await expect(service.syncConversations({ timeframe }), timeframe).rejects.toMatchObject({
        code: 'invalid_input',
        hint: expect.stringContaining('Examples: '),
      })
    }
    expect(workspace.requests).toHaveLength(requests)
  })
})

describe('a sync between two dates', () => {
  it('fetches both days and those between them', async () => {
    const { service, countStored } = await createSynced()
    expect(await service.forceSync({ start_date: '2025-10-30', end_date: '2025-10-31' })).toMatchObject({
      success: true,
      message: 'The sync of 2025-10-30 00:00 to 2025-11-01 00:00 (UTC) is done.',
    })
    expect(await countStored()).toBe(3)
  })

  it('reaches up to now without an end', async () => {
    const { service, countStored } = await createSynced()
    await service.forceSync({ start_date: '2025-10-20' })
    expect(await countStored()).toBe(13)
    expect(await service.checkCoverage({ start_date: '2025-10-20' })).toMatchObject({ has_coverage: true })
  })

  it('with force fetches again what is stored of it, and only that', async () => {
    const { service, workspace } = await createSynced()
    const dates = { start_date: '2025-10-30', end_date: '2025-10-31' }
    await service.forceSync(dates)
    workspace.fetchedIds.length = 0
    await service.forceSync(dates)
    expect(workspace.fetchedIds).toEqual([])
    await service.forceSync({ ...dates, force: true })
    expect(workspace.fetchedIds.toSorted()).toEqual(['o29', 'o30'])
  })

  it('counts days in UTC before the workspace is known, and says so', async () => {
    const { service } = await createWorkspace()
    const { message } = await service.forceSync({ start_date: '2026-02-01', end_date: '2026-02-02' })
    expect(message).toContain("The workspace's timezone is unknown: days are counted in UTC.")
  })

  it('is refused with an example where the dates cannot be meant', async () => {
    const { service } = await createSynced()
    for (const [request, message] of [
      [{ start_date: '2026-03-03' }, 'lies in the future'],
      [{ start_date: '2026-03-01', end_date: '2026-03-03' }, 'lies in the future'],
      [{ end_date: '2026-03-01' }, 'An end date needs a start date.'],
      [{ start_date: '2026-02-30' }, 'does not exist'],
      [{ start_date: '2026-02-01', days: 7 }, 'say two things'],
    ] as const) {
      await expect(service.forceSync(request), JSON.stringify(request)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('--start-date 2026-03-01 --end-date 2026-03-07'),
      })
    }
  })
})

describe('the sync status', () => {
  it('counts what is left as soon as it is known, and says nothing more afterwards', async () => {
    const { service, workspace, settled } = await createSynced()
    const held = createDeferred()
    const reached = createDeferred()
    workspace.beforeAnswer = async (request) => {
      if (request !== 'conversation') return
      reached.resolve()
      await held.promise
    }
    await service.syncConversations({ timeframe: 'october 2025' })
    await reached.promise
    expect(await service.getSyncStatus({})).toMatchObject({
      is_syncing: true,
      coverage_dates: { start: '2025-10-01T00:00:00Z' },
      progress: { phase: 'threads', done: 0, total: 31 },
      estimate: { conversations: 31, requests: 31, seconds: null },
    })
    expect((await service.syncConversations({ timeframe: 'october 2025' })).estimate).toEqual({
      conversations: 31,
      requests: 31,
      seconds: null,
    })
    // What waits behind that run has not been counted.
    expect(await service.syncConversations({ timeframe: 'october 2024' })).toMatchObject({
      started: true,
      estimate: null,
    })
    held.resolve()
    await settled()
    expect(await service.getSyncStatus({})).toEqual({ is_syncing: false })
  })

  it('keeps the last error until a sync ends well', async () => {
    const { service, workspace } = await createSynced()
    workspace.beforeAnswer = async () => {
      throw new Error('a bug')
    }
    await expect(service.forceSync({})).rejects.toThrow()
    expect(await service.getSyncStatus({})).toMatchObject({
      is_syncing: false,
      last_error: { code: 'internal' },
    })
    workspace.beforeAnswer = async () => {}
    await service.forceSync({})
    expect(await service.getSyncStatus({})).toEqual({ is_syncing: false })
  })
})

describe('check_coverage', () => {
  it('starts what any question over that time would start', async () => {
    const { service, settled, advance } = await createSynced()
    advance(3_600)
    expect(await service.checkCoverage({ start_date: '2025-10-01', end_date: '2025-10-31' })).toMatchObject({
      ...{ has_coverage: false, partial_coverage: false, data_age_minutes: 60 },
      reason: expect.stringContaining('It is being fetched'),
    })
    await settled()
    expect(await service.checkCoverage({ start_date: '2025-10-01', end_date: '2025-10-31' })).toMatchObject({
      ...{ has_coverage: true, data_age_minutes: 0 },
      reason: expect.stringContaining('The data is fresh'),
    })
  })

  it('takes data for old by the age that came with the call', async () => {
    const { service, advance } = await createSynced()
    advance(600)
    const request = { start_date: '2026-03-01' }
    expect((await service.checkCoverage(request)).reason).toContain('The data is old')
    const patient = await service.checkCoverage(request, { maxSyncAgeMinutes: 60 })
    expect(patient.reason).toContain('The data is fresh')
  })
})

describe('an answer about more than a question may fetch', () => {
  const timeframe = '2025-10-01 to 2025-10-31'

  it('says what the rest takes, and what fetches it does', async () => {
    const { service, settled } = await createSynced()
    const ask = () => service.searchConversations({ timeframe }, { backfillLimit: 5 })
    await ask()
    await settled()
    const { message } = (await ask()).freshness
    expect(message).toContain(
      'The rest of the timeframe is too much for a question to fetch: 26 conversations, about 27 requests. ' +
        'sync_conversations with timeframe "2025-10-01 to 2025-10-31" fetches it, or ' +
        '"npx fast-intercom-mcp sync --start-date 2025-10-01 --end-date 2025-10-31".',
    )
    await service.forceSync({ start_date: '2025-10-01', end_date: '2025-10-31' })
    expect((await ask()).freshness).toMatchObject({
      coverage: 'full',
      message: expect.not.stringContaining('rest'),
    })
  })

  it('names the run that vouches for updates where it is about those', async () => {
    const { service, settled } = await createSynced()
    const asked = { timeframe, time_field: 'updated_at' as const }
    const ask = () => service.searchConversations(asked, { backfillLimit: 5 })
    await ask()
    await settled()
    expect((await ask()).freshness.message).toContain(
      '31 conversations, about 32 requests. "npx fast-intercom-mcp sync --days 153 --force" fetches it.',
    )
    await service.forceSync({ days: 153, force: true })
    expect((await ask()).freshness).toMatchObject({ coverage: 'full', refresh: 'none' })
  })
})
