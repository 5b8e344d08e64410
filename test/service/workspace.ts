import type { IntercomApi } from '../../src/intercom/api'
import { createLocalService, type LocalServiceOptions } from '../../src/service/local'
import { createWorkspaceGuard, type WorkspaceGuardOptions } from '../../src/service/workspace-guard'
import { migrate } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { createScheduler } from '../../src/sync/scheduler'
import { createSource } from '../helpers/source-in-memory'
import { openTestDriver } from '../helpers/sqljs'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'

export const day = 86_400
/** 2026-03-02T12:00:00Z, a Monday. */
export const noon = 1_772_452_800

const settings = {
  initialSyncDays: 30,
  syncDays: 7,
  backfillLimit: 10_000,
  overlapSeconds: 600,
  maxSyncAgeMinutes: 5,
  backgroundSyncIntervalMinutes: 0,
  cacheTtlSeconds: 300,
}

async function createEmptyStore(): Promise<Store> {
  const driver = await openTestDriver()
  const dialect = createSqliteDialect()
  await migrate(driver, dialect)
  return createSqlStore(driver, dialect)
}

export interface WorkspaceOptions extends Partial<Pick<LocalServiceOptions, 'backgroundRefresh'>> {
  store?: Store
  token?: string | null
  guard?: Partial<WorkspaceGuardOptions>
  /** 300 unless given. */
  cacheTtlSeconds?: number
}

/** A real service, scheduler and store over a workspace in memory; `advance` moves everybody's clock. */
export async function createWorkspace(options: WorkspaceOptions = {}) {
  const { token = 'token-a', backgroundRefresh, cacheTtlSeconds = settings.cacheTtlSeconds } = options
  const { api: source, source: workspace } = createSource({ now: noon })
  const api: IntercomApi | null = token === null ? null : source
  const store = options.store ?? (await createEmptyStore())
  const timers = createTestTimers(noon * 1000)
  const guard = createWorkspaceGuard({
    store,
    token,
    fetchWorkspace: api && (async (signal) => (await api.fetchMe({ signal })).workspace),
    nowMs: timers.nowMs,
    ...options.guard,
  })
  const scheduler = createScheduler({
    store,
    api,
    settings,
    logger: quietLogger,
    timers,
    onWorkspaceAccepted: (accepted) => guard.recordAccepted(accepted),
  })
  const service = createLocalService({
    ...{ store, scheduler, api, guard, version: '0.1.0', backgroundRefresh },
    settings: { ...settings, cacheTtlSeconds },
    now: () => workspace.now,
  })
  return {
    ...{ store, service, scheduler, guard, workspace },
    advance(seconds: number) {
      workspace.now += seconds
      timers.advance(seconds * 1000)
    },
  }
}
