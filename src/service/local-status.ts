import type { ServerStatusAnswer } from '../domain/answers'
import type { IntercomApi } from '../intercom/api'
import type { AnswerCache } from '../queries/answer-cache'
import { toRefreshError } from '../queries/freshness'
import { isoTime } from '../queries/iso-time'
import { getStoreStatus } from '../queries/status'
import type { Store } from '../storage/port'
import type { Scheduler } from '../sync/scheduler'
import type { FreshnessJudge } from './answer-freshness'
import type { KeptOut } from './kept-out'
import type { Latencies } from './latencies'

export interface StatusSources {
  store: Store
  scheduler: Scheduler | null
  api: Pick<IntercomApi, 'rateLimit' | 'requestCounts' | 'missingPermissions'> | null
  freshness: FreshnessJudge
  latencies: Latencies
  cache: AnswerCache
  version: string
  since: string | null
  keptOut: KeptOut | null
}

/** Everything that a person needs to see how the server and its data are doing. */
export async function readServerStatus(sources: StatusSources): Promise<ServerStatusAnswer> {
  const { store, freshness } = sources
  const everything = { timeframe: null, timeField: 'created_at' as const }
  const { recentRuns, ...stored } = await getStoreStatus(store)
  const ticket = await freshness.refresh(everything)
  return {
    version: sources.version,
    uptime_seconds: Math.round(process.uptime()),
    process: describeProcess(sources),
    ...stored,
    store: { ...stored.store, warnings: [...stored.store.warnings, ...warnOfPermissions(sources.api)] },
    freshness: await freshness.state(everything, ticket),
    sync: { ...describeSync(sources.scheduler), recent_runs: recentRuns },
    requests: { ...sources.latencies.summary(), result_cache: sources.cache.summary() },
    intercom: describeIntercom(sources.api),
    memory_mb: Math.round(process.memoryUsage.rss() / 1_048_576),
  }
}

function describeProcess({ since, keptOut }: StatusSources): ServerStatusAnswer['process'] {
  const { pid } = process
  if (keptOut === null) {
    return { pid, role: 'owner', owner_pid: pid, owner_since: since, read_only_reason: null }
  }
  const { owner, reason } = keptOut
  return {
    ...{ pid, role: 'read_only' },
    ...{ owner_pid: owner?.pid ?? null, owner_since: owner?.since ?? null, read_only_reason: reason },
  }
}

function describeSync(scheduler: Scheduler | null): Omit<ServerStatusAnswer['sync'], 'recent_runs'> {
  const { running, lastError } = scheduler?.status() ?? { running: null, lastError: null }
  return {
    is_syncing: running !== null,
    started_at: running && isoTime(running.startedAt),
    progress: running?.progress ?? null,
    last_error: lastError && {
      at: isoTime(lastError.at),
      code: lastError.error.code,
      message: toRefreshError(lastError.error)?.message ?? lastError.error.message,
    },
  }
}

/** Nothing fails for want of these, so that nobody would know what is missing. */
function warnOfPermissions(api: StatusSources['api']): string[] {
  return (api?.missingPermissions() ?? []).map(
    (permission) =>
      `The access token lacks the permission "${permission}", so conversations that are tickets are missing. ` +
      "Add it to the app's permissions in Intercom's Developer Hub.",
  )
}

function describeIntercom(api: StatusSources['api']): ServerStatusAnswer['intercom'] {
  if (api === null) return null
  const limit = api.rateLimit()
  return {
    rate_limit: limit?.limit ?? null,
    remaining: limit?.remaining ?? null,
    requests_sent: api.requestCounts().sent,
  }
}
