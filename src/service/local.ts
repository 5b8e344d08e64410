import type { SearchAnswer, SearchRequest } from '../domain/answers'
import { ConfigurationError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import type { IntercomApi } from '../intercom/api'
import { checkCoverage } from '../queries/coverage'
import { searchConversations } from '../queries/search'
import { createSearchCursors } from '../queries/search-cursors'
import { groupSearch, makeRoomForGroups } from '../queries/search-groups'
import { getDataInfo } from '../queries/status'
import { getSyncStatus } from '../queries/sync-status'
import type { Store } from '../storage/port'
import type { Scheduler } from '../sync/scheduler'
import { createFreshnessJudge } from './answer-freshness'
import { cannotSync, describeKeptOut, type KeptOut } from './kept-out'
import { createLatencies } from './latencies'
import { answerAnalysis } from './local-analysis'
import { readConversation } from './local-conversation'
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
  settings: { maxSyncAgeMinutes: number }
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
  const latencies = createLatencies()

  const search = async (
    request: SearchRequest,
    call: CallOptions,
  ): Promise<SearchAnswer & { done: Promise<void> }> => {
    const freshness = judgeFor(call)
    const known = await freshness.known()
    const timezone = (await store.getWorkspace())?.timezone ?? null
    const context = { now: now(), timezone }
    const { timeframe, timeField, notes, ...found } = await searchConversations(
      store,
      makeRoomForGroups(request),
      { ...context, cursors },
    )
    const grouped = await groupSearch(store, request, context, found.matched)
    const ticket = await freshness.refresh({ timeframe, timeField })
    const about = { known, matches: found.total, notes: [...notes, ...(grouped?.notes ?? [])] }
    const stated = await freshness.state({ timeframe, timeField }, ticket, about)
    const groups = grouped && { groups: grouped.groups }
    return { ...found, ...groups, freshness: stated, done: ticket.done }
  }
  const answerSearch = async (request: SearchRequest, call: CallOptions): Promise<SearchAnswer> => {
    const { done, ...answer } = await search(request, call)
    const isRefreshing = answer.freshness.refresh === 'started' || answer.freshness.refresh === 'running'
    if (!isRefreshing || !request.wait_seconds) return answer
    await waitAtMost(done, request.wait_seconds * 1000, call.signal)
    const { done: _later, ...renewed } = await search(request, call)
    return renewed
  }

  return {
    async searchConversations(request, call = {}) {
      await guard.check()
      // What a caller asked to wait for is no latency of ours.
      if (request.wait_seconds) return answerSearch(request, call)
      return latencies.measure(() => answerSearch(request, call))
    },
    async analyzeConversations(request, call = {}) {
      await guard.check()
      const sources = { store, freshness: judgeFor(call), now }
      return latencies.measure(() => answerAnalysis(sources, request))
    },
    async getConversation(request, call = {}) {
      await guard.check()
      const sources = { store, scheduler, freshness: judgeFor(call), now }
      return latencies.measure(() => readConversation(sources, request, call))
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
      return readServerStatus({ store, scheduler, api, freshness, latencies, version, since, keptOut })
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

async function waitAtMost(done: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const timeOver = new Promise<void>((resolve, reject) => {
    timer = setTimeout(resolve, ms)
    onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  try {
    signal?.throwIfAborted()
    await Promise.race([done, timeOver])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}
