import type { Config } from '../../config/finalize'
import type { AppError } from '../../domain/errors'
import type { IntercomApi } from '../../intercom/api'
import type { Logger } from '../../logger'
import { createLocalService } from '../../service/local'
import type { Service } from '../../service/service'
import { createWorkspaceGuard } from '../../service/workspace-guard'
import type { HeldLock } from '../../storage/sqljs/lock'
import { openSqljsStore, openSqljsView } from '../../storage/sqljs/open-sqljs-store'
import { createScheduler } from '../../sync/scheduler'
import { version } from '../version'
import type { OwnedStore } from './claim'

/** Where conversations come from, as long as this process has the store. */
export interface ConversationSource {
  /** null without a token. */
  api: IntercomApi | null
  close(): Promise<void>
}

export interface OwnerOptions {
  config: Config
  logger: Logger
  /** Whether what is stale is refreshed by the questions themselves and now and then. */
  background: boolean
  problem: AppError | null
  /** The address that doors are compared by. */
  apiUrl: string
  openSource(): Promise<ConversationSource>
}

/** Intercom's index shows a change late; each incremental run looks so far back behind the last one. */
const overlapSeconds = 600

/** Opens the store under its lock and builds what syncs and serves it. */
export async function openOwned(lock: HeldLock, options: OwnerOptions): Promise<OwnedStore> {
  const { config, logger, background, problem, apiUrl } = options
  const { store } = await openSqljsStore({ path: config.dbPath, lock, logger })
  try {
    const source = await options.openSource()
    const { api } = source
    const guard = createWorkspaceGuard({
      store,
      token: config.accessToken,
      fetchWorkspace: api && (async (signal) => (await api.fetchMe({ signal })).workspace),
    })
    const scheduler = createScheduler({
      store,
      api,
      problem,
      settings: {
        initialSyncDays: config.initialSyncDays,
        syncDays: config.syncDays,
        backfillLimit: config.backfillLimit,
        overlapSeconds,
        maxSyncAgeMinutes: config.maxSyncAgeMinutes,
        backgroundSyncIntervalMinutes: config.backgroundSyncIntervalMinutes,
      },
      logger,
      onWorkspaceAccepted: guard.recordAccepted,
    })
    if (background) scheduler.start()
    const service = createLocalService({
      store,
      scheduler,
      api,
      guard,
      settings: { maxSyncAgeMinutes: config.maxSyncAgeMinutes },
      version,
      backgroundRefresh: background,
    })
    const { storeId } = await store.describe()
    return {
      service,
      identify: async () => ({
        productVersion: version,
        apiUrl,
        storeId,
        tokenHash: await guard.tokenHash(),
      }),
      async close() {
        await scheduler.stop()
        await store.close()
        await source.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The files as they are, for a process that may only read. */
export async function openView({
  config,
}: Pick<OwnerOptions, 'config'>): Promise<{ service: Service; close(): Promise<void> }> {
  const store = await openSqljsView(config.dbPath)
  const guard = createWorkspaceGuard({
    store,
    token: config.accessToken,
    fetchWorkspace: null,
    canWrite: false,
  })
  const service = createLocalService({
    store,
    scheduler: null,
    api: null,
    guard,
    settings: { maxSyncAgeMinutes: config.maxSyncAgeMinutes },
    version,
    role: 'read_only',
  })
  return { service, close: () => store.close() }
}
