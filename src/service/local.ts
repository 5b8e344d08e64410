import { ConfigurationError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import type { IntercomApi } from '../intercom/api'
import { createAnswerCache } from '../queries/answer-cache'
import { checkCoverage } from '../queries/coverage'
import { createSearchCursors } from '../queries/search-cursors'
import { getDataInfo } from '../queries/status'
import { createStoredTimes } from '../queries/stored-times'
import { findSuggestions } from '../queries/suggestions'
import { getSyncStatus } from '../queries/sync-status'
import type { Store } from '../storage/port'
import type { Scheduler } from '../sync/scheduler'
import { createFreshnessJudge } from './answer-freshness'
import { cannotSync, describeKeptOut, type KeptOut } from './kept-out'
import { createLatencies } from './latencies'
import { answerAnalysis } from './local-analysis'
import { readConversation } from './local-conversation'
import { answerSearch } from './local-search'
import { readServerStatus } from './local-status'
import { runSyncNow, startSync } from './local-sync'
import { type VerifyApi, verifySample } from './local-verify'
import type { CallOptions, Service } from './service'
import type { WorkspaceGuard } from './workspace-guard'

export interface LocalServiceOptions {
  store: Store
  /** null in a process that only reads. */
  scheduler: Scheduler | null
  /** Its clock and counters, and what a comparison with it asks; null without a token. */
  api: (Pick<IntercomApi, 'now' | 'rateLimit' | 'requestCounts' | 'missingPermissions'> & VerifyApi) | null
  guard: WorkspaceGuard
  settings: {
    maxSyncAgeMinutes: number
    /** Longest life of a kept result; 0: none is kept. */
    cacheTtlSeconds: number
  }
  version: string
  /** Since when this process has the store, ISO 8601. */
  since?: string
  /** Of a process that only reads: who has the store, and why that one is not asked. */
  keptOut?: KeptOut
  /** False for a command that opens the store itself: its answers start no refresh and name `sync`. */
  backgroundRefresh?: boolean
  /** Epoch seconds; the API's clock by default, the local one without an API. */
  now?: () => number
}

/** The service over a store that this process has open. Every call first makes sure whose data it is. */
export function createLocalService(options: LocalServiceOptions): Service {
  const { store, scheduler, api, guard, settings, version, since = null, keptOut = null } = options
  const now = options.now ?? (() => Math.floor(api?.now() ?? Date.now() / 1000))
  const refresher = options.backgroundRefresh === false ? null : scheduler
  const rateLimit = () => api?.rateLimit()?.limit ?? null
  const judgeFor = ({ maxSyncAgeMinutes = settings.maxSyncAgeMinutes, backfillLimit }: CallOptions) =>
    createFreshnessJudge({
      ...{ store, scheduler: refresher, now, maxSyncAgeMinutes, backfillLimit, rateLimit },
      ...(keptOut ? { readOnly: describeKeptOut(keptOut) } : {}),
    })
  const requireScheduler = (): Scheduler => {
    if (scheduler) return scheduler
    throw keptOut ? cannotSync(keptOut) : new ConfigurationError('This process only reads the stored data.')
  }
  const requireApi = (): VerifyApi => {
    if (api) return api
    throw new ConfigurationError('What is stored cannot be compared: this process has no way to Intercom.', {
      hint: keptOut?.hint ?? 'Give it an access token: npx fast-intercom-mcp init',
    })
  }
  const cursors = createSearchCursors()
  const cache = createAnswerCache(store, { ttlSeconds: settings.cacheTtlSeconds })
  const times = createStoredTimes(store)
  const latencies = createLatencies()

  return {
    async searchConversations(request, call = {}) {
      await guard.check()
      const sources = { store, cursors, cache, times, freshness: judgeFor(call), now }
      // What a caller asked to wait for is no latency of ours.
      if (request.wait_seconds) return answerSearch(sources, request, call)
      return latencies.measure(() => answerSearch(sources, request, call))
    },
    async analyzeConversations(request, call = {}) {
      await guard.check()
      const sources = { store, cache, times, freshness: judgeFor(call), now }
      return latencies.measure(() => answerAnalysis(sources, request))
    },
    async getConversation(request, call = {}) {
      await guard.check()
      const sources = { store, scheduler, freshness: judgeFor(call), now }
      return latencies.measure(() => readConversation(sources, request, call))
    },
    async suggest(request) {
      await guard.check()
      return findSuggestions(store, request)
    },
    async syncConversations(request, call = {}) {
      await guard.check()
      return startSync({ store, scheduler: requireScheduler(), now, rateLimit }, judgeFor(call), request)
    },
    async forceSync(request, call = {}) {
      await guard.check()
      return runSyncNow({ store, scheduler: requireScheduler(), now, rateLimit }, request, call)
    },
    async getSyncStatus() {
      await guard.check()
      const { running, lastError } = scheduler?.status() ?? { running: null, lastError: null }
      return getSyncStatus(store, { running, lastError, rateLimit: rateLimit(), now: now() })
    },
    async checkCoverage(request, call = {}) {
      await guard.check()
      const context = {
        now: now(),
        maxAgeMinutes: call.maxSyncAgeMinutes ?? settings.maxSyncAgeMinutes,
        refresh: async (timeframe: Timeframe) =>
          (await judgeFor(call).refresh({ timeframe, timeField: 'created_at' })).refresh,
      }
      return latencies.measure(() => checkCoverage(store, request, context))
    },
    async getDataInfo() {
      await guard.check()
      return latencies.measure(() => getDataInfo(store, { now: now() }))
    },
    async getServerStatus(_request, call = {}) {
      await guard.check()
      const freshness = judgeFor(call)
      return readServerStatus({ store, scheduler, api, freshness, latencies, cache, version, since, keptOut })
    },
    async writeSnapshot({ file }) {
      await guard.check()
      return store.writeSnapshot(file ?? undefined)
    },
    async checkIntegrity(_request, { signal } = {}) {
      await guard.check()
      const startedAtMs = performance.now()
      const problems = await store.findDamage(signal)
      return { problems, duration_seconds: Math.round((performance.now() - startedAtMs) / 100) / 10 }
    },
    async verifySample(request, call = {}) {
      await guard.check()
      return verifySample({ store, api: requireApi() }, request, call)
    },
  }
}
