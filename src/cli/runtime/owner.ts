import type { Config } from '../../config/finalize'
import { type AppError, StorageError } from '../../domain/errors'
import type { IntercomApi } from '../../intercom/api'
import type { Logger } from '../../logger'
import type { KeptOut } from '../../service/kept-out'
import { createLocalService } from '../../service/local'
import type { Service } from '../../service/service'
import { warmUpSoon } from '../../service/warm-up'
import { createWorkspaceGuard } from '../../service/workspace-guard'
import type { HeldLock } from '../../storage/sqljs/lock'
import { openSqljsStore, openSqljsView, type ViewOptions } from '../../storage/sqljs/open-sqljs-store'
import { createScheduler } from '../../sync/scheduler'
import { version } from '../version'
import type { OwnedStore } from './claim-lock'

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
  /** Where the Python ancestor may have left its data; null where that is none of this store's business. */
  ancestorPath: string | null
}

/** Intercom's index shows a change late; each incremental run looks so far back behind the last one. */
const overlapSeconds = 600

/** Opens the store under its lock and builds what syncs and serves it. */
export async function openOwned(lock: HeldLock, since: string, options: OwnerOptions): Promise<OwnedStore> {
  const { config, logger, background, problem, apiUrl } = options
  const { store, inheritedSince } = await openSqljsStore({
    ...{ path: config.dbPath, lock, logger },
    ancestorPath: options.ancestorPath,
  })
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
        initialSyncDays: Math.max(config.initialSyncDays, daysSince(inheritedSince)),
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
      settings: { maxSyncAgeMinutes: config.maxSyncAgeMinutes, cacheTtlSeconds: config.cacheTtlSeconds },
      version,
      since,
      backgroundRefresh: background,
    })
    const warming = background
      ? warmUpSoon(store, {
          now: () => Math.floor(api?.now() ?? Date.now() / 1000),
          onError: (error) => logger.debug('Getting ready for questions failed', { error }),
        })
      : null
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
        await Promise.all([scheduler.stop(), warming?.stop()])
        await store.close()
        await source.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function daysSince(epochSeconds: number | null): number {
  return epochSeconds === null ? 0 : Math.ceil((Date.now() / 1000 - epochSeconds) / 86_400)
}

/** What a write is answered with where nobody has the store; otherwise the view's own words fit. */
function readingOnly({ owner, reason, hint }: KeptOut): ViewOptions {
  if (owner !== null) return {}
  return {
    reason: new StorageError('read_only', `The store is open for reading only: ${reason}.`, { hint }),
  }
}

/** The files as they are, for a process that may only read. */
export async function openView(
  { config }: Pick<OwnerOptions, 'config'>,
  keptOut: KeptOut,
): Promise<{ service: Service; close(): Promise<void> }> {
  const store = await openSqljsView(config.dbPath, readingOnly(keptOut))
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
    settings: { maxSyncAgeMinutes: config.maxSyncAgeMinutes, cacheTtlSeconds: config.cacheTtlSeconds },
    version,
    keptOut,
  })
  return { service, close: () => store.close() }
}
