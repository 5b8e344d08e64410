import { describe, expect, it } from 'vitest'
import type { OwedReason, OwedThread } from '../../src/domain/owed-thread'
import type { SyncRun } from '../../src/domain/sync-run'
import { getDataInfo, getStoreStatus } from '../../src/queries/status'
import { createSampleStore, now } from './sample-store'

function aRun(id: string, parts: Partial<SyncRun>): SyncRun {
  return {
    id,
    startedAt: now - 700,
    completedAt: null,
    status: 'in_progress',
    type: 'full',
    coverageStart: null,
    coverageEnd: null,
    conversations: 2,
    messages: 4,
    errorMessage: null,
    ...parts,
  }
}

async function createSyncedStore() {
  const store = await createSampleStore([{ id: '101' }, { id: '102', texts: ['Hello', 'Hi', null] }])
  await store.apply({
    syncRun: aRun('run-1', { status: 'completed', completedAt: now - 600 }),
    syncState: {
      asOf: now - 700,
      unbrokenSince: now - 700,
      covered: [{ start: now - 30 * 86_400, end: now - 700 }],
    },
  })
  await store.apply({
    syncRun: aRun('run-2', {
      startedAt: now - 60,
      completedAt: now - 50,
      status: 'failed',
      type: 'incremental',
      errorMessage: 'Intercom could not be reached.',
    }),
  })
  return store
}

describe('getDataInfo', () => {
  it('says that there was no successful sync, whatever a first one has stored so far', async () => {
    const store = await createSampleStore([{ id: '101' }])
    await store.apply({ syncRun: aRun('run-1', {}) })
    expect(await getDataInfo(store, { now })).toEqual({
      has_data: false,
      message: 'No successful sync found',
    })
  })

  it('tells the last good run, not the failed one after it', async () => {
    const info = await getDataInfo(await createSyncedStore(), { now })
    expect(info).toEqual({
      has_data: true,
      last_sync: '2026-11-18T15:20:00Z',
      data_age_minutes: 12,
      coverage_start: '2026-10-19T15:30:00Z',
      coverage_end: '2026-11-18T15:18:20Z',
      total_conversations: 2,
      total_messages: 4,
      sync_type: 'full',
      database_size_mb: expect.any(Number),
    })
  })
})

describe('getStoreStatus', () => {
  it('tells workspace, counts, coverage and the newest runs', async () => {
    const status = await getStoreStatus(await createSyncedStore())
    expect(status).toMatchObject({
      workspace: { id: 'abc123', name: 'Example Shop', timezone: 'Europe/Dublin', region: 'US' },
      counts: { conversations: 2, messages: 4, contacts: 1, threads: 2 },
      coverage: [['2026-10-19T15:30:00Z', '2026-11-18T15:18:20Z']],
      store: { engine: 'sqljs', recovered: null },
    })
    expect(status.recentRuns.map(({ id, status: state, error }) => [id, state, error])).toEqual([
      ['run-2', 'failed', 'Intercom could not be reached.'],
      ['run-1', 'completed', null],
    ])
  })

  it('tells which threads are not complete, those first that are a loss for certain', async () => {
    const store = await createSampleStore([])
    const owed = (conversationId: string, reason: OwedReason, triedAt: number): OwedThread => ({
      ...{ conversationId, reason, code: null, attempts: 2, updatedAt: now - 900, triedAt },
      ...{ nextAt: now + 300, partsExpected: 9, partsStored: 7 },
    })
    await store.apply({
      owedThreads: [
        owed('1', 'uncounted', now - 1),
        owed('2', 'missing', now - 2),
        owed('3', 'short', now - 3),
        { ...owed('4', 'failed', now - 5), code: 'intercom_server', partsExpected: null, partsStored: null },
        ...['5', '6', '7'].map((id) => owed(id, 'short', now - 4)),
      ],
    })
    const { incomplete_threads: incomplete } = await getStoreStatus(store)
    expect(incomplete).toMatchObject({ failed: 1, missing: 1, short: 4, uncounted: 1 })
    expect(incomplete.shown.map(({ conversation_id: id }) => id)).toEqual(['4', '3', '5', '6', '7'])
    expect(incomplete.shown[1]).toEqual({
      ...{ conversation_id: '3', reason: 'short', code: null, attempts: 2 },
      ...{ tried_at: '2026-11-18T15:29:57Z', next_at: '2026-11-18T15:35:00Z' },
      ...{ parts_expected: 9, parts_stored: 7 },
    })
  })

  it('tells of a new store that nothing is known', async () => {
    const status = await getStoreStatus(await createSampleStore([]))
    expect(status).toMatchObject({ counts: { conversations: 0 }, coverage: [], recentRuns: [] })
  })
})
