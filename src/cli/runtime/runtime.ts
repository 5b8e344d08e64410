import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../config/finalize'
import type { AppError } from '../../domain/errors'
import { intercomHosts } from '../../intercom/hosts'
import type { Logger } from '../../logger'
import type { Service } from '../../service/service'
import { type Claim, createSharedService } from '../../service/shared'
import { version } from '../version'
import { createClaimer } from './claim'
import { createLazyIntercomApi } from './lazy-intercom-api'
import type { ConversationSource } from './owner'

/** What a command works with: the service, wherever the store happens to be open. */
export interface Runtime {
  config: Config
  service: Service
  logger: Logger
  /** Stops what runs in the background, brings everything to disk, and lets others have the store. Idempotent. */
  close(): Promise<void>
}

export interface RuntimeOptions {
  config: Config
  logger: Logger
  /** Whether an owner refreshes what is stale and syncs now and then; a single command does not. */
  background: boolean
  /** What is wrong with the configuration, for those who ask why nothing is fetched. */
  problem?: AppError | null
  /** Another source than Intercom. It is opened only by the process that owns the store. */
  source?: { address: string; open(): Promise<ConversationSource> }
}

/**
 * The composition root: the one place where adapters are made and handed on. The store is claimed by the first
 * call; with `background` at once, and again when the process that had it goes away.
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { config, logger, background, problem = null } = options
  const source = options.source ?? intercomSource(config, logger)
  let closing = false
  const claimStore = createClaimer({
    dbPath: config.dbPath,
    accessToken: config.accessToken,
    apiUrl: source.address,
    version,
    ownSettings: { maxSyncAgeMinutes: config.maxSyncAgeMinutes, backfillLimit: config.backfillLimit },
    logger,
    // A door needs neither database nor client: their code is loaded by the process that owns the store.
    openOwned: async (lock, since) =>
      (await import('./owner')).openOwned(lock, since, {
        ...{ config, logger, background, problem },
        apiUrl: source.address,
        openSource: source.open,
        ancestorPath: options.source ? null : join(homedir(), '.fastintercom', 'data.db'),
      }),
    openView: async (keptOut) => (await import('./owner')).openView({ config }, keptOut),
  })
  const claim = async (): Promise<Claim> => {
    const claimed = await claimStore()
    logger.debug('The data is open', { role: claimed.role, path: config.dbPath })
    // After those who hold it have let it go.
    if (background) void claimed.ended.then(() => setImmediate(wake))
    return claimed
  }
  const shared = createSharedService({ claim })
  const wake = () => {
    if (closing) return
    shared.service.getDataInfo({}).catch((error: unknown) => {
      if (!closing) logger.error('The data cannot be served yet', { error })
    })
  }
  if (background) wake()
  return {
    config,
    service: shared.service,
    logger,
    close() {
      closing = true
      return shared.close()
    },
  }
}

function intercomSource(config: Config, logger: Logger): NonNullable<RuntimeOptions['source']> {
  return {
    address: config.apiUrl ?? intercomHosts[config.region],
    async open() {
      if (config.accessToken === null) return { api: null, close: async () => {} }
      const load = async () => (await import('./intercom-api')).createIntercomApi(config, logger)
      return { api: createLazyIntercomApi(load), close: async () => {} }
    },
  }
}
