import { expect, it } from 'vitest'
import { IntercomApiError } from '../../src/domain/errors'
import type { SyncRun } from '../../src/domain/sync-run'
import { getSyncStatus, type SyncActivity } from '../../src/queries/sync-status'
import { aProgress } from '../mcp/sample-service'

const now = Date.parse('2026-03-02T12:00:00Z') / 1000

function aRow(id: string, parts: Partial<SyncRun> = {}): SyncRun {
  return {
    ...{ id, startedAt: now - 150, completedAt: null, status: 'in_progress', type: 'full' },
    ...{ coverageStart: null, coverageEnd: null, conversations: 0, messages: 0, errorMessage: null },
    ...parts,
  }
}

function ask(activity: Partial<SyncActivity>, rows: SyncRun[] = []) {
  const idle = { running: null, lastError: null, rateLimit: 166, now }
  return getSyncStatus({ listSyncRuns: async () => rows }, { ...idle, ...activity })
}

it('says no more than that nothing runs when nothing runs', async () => {
  expect(await ask({})).toEqual({ is_syncing: false })
})

it('tells what the last run failed with, and what to do', async () => {
  const error = new IntercomApiError('unauthorised', 'Intercom refused the access token.', {
    hint: 'Run init again.',
  })
  expect(await ask({ lastError: { at: now - 60, error } })).toEqual({
    is_syncing: false,
    last_error: {
      at: '2026-03-02T11:59:00Z',
      code: 'intercom_unauthorised',
      message: 'Intercom refused the access token. Run init again.',
    },
  })
})

it('tells how far the run is, what it reads and what is left of it', async () => {
  const running = {
    runId: 'run-7',
    startedAt: now - 150,
    progress: aProgress({ phase: 'threads', done: 340, total: 2_000 }),
  }
  const rows = [
    aRow('run-8', { coverageStart: 0, coverageEnd: 1 }),
    aRow('run-7', { coverageStart: now - 86_400, coverageEnd: now }),
  ]
  expect(await ask({ running }, rows)).toEqual({
    is_syncing: true,
    sync_started_at: '2026-03-02T11:57:30Z',
    duration_minutes: 2.5,
    coverage_dates: { start: '2026-03-01T12:00:00Z', end: '2026-03-02T12:00:00Z' },
    progress: { phase: 'threads', done: 340, total: 2_000 },
    estimate: { conversations: 1_660, requests: 1_660, seconds: 100 },
  })
})

it('knows neither reach nor rest of a run that has just begun', async () => {
  const running = {
    runId: 'run-7',
    // The local clock may be ahead until Intercom's first answer.
    startedAt: now + 5,
    progress: aProgress({ phase: 'starting', done: 0, total: null }),
  }
  expect(await ask({ running })).toEqual({
    is_syncing: true,
    sync_started_at: '2026-03-02T12:00:05Z',
    duration_minutes: 0,
    coverage_dates: { start: null, end: null },
    progress: { phase: 'starting', done: 0, total: null },
    estimate: null,
  })
})
