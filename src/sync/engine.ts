import type { FetchedConversation, Workspace } from '../domain/conversation'
import type { SyncState } from '../domain/coverage'
import { AppError, StorageError } from '../domain/errors'
import type { SyncProgress, SyncRun } from '../domain/sync-run'
import type { Timeframe } from '../domain/timeframe'
import type { IntercomApi } from '../intercom/api'
import type { Logger } from '../logger'
import type { Store } from '../storage/port'
import { fitToLimit } from './backfill-limit'
import { createContactResolver } from './contact-resolver'
import { isNotFound, judgeMissing } from './deletions'
import { createDoubts } from './doubts'
import type { AskedGaps, Remainder, SyncNeed } from './need'
import { type PlannedWindow, type PlanSettings, planRun, type SyncPlan } from './planner'
import { createProgressTracker, type RunContext } from './run-context'
import { closeInterrupted, completeRecord, failRecord, startRecord } from './run-record'
import { catchUp, searchWindow } from './search-phase'
import { createSideData } from './side-data'
import { afterBackfill, afterIncremental } from './sync-state'
import { fetchThreads } from './thread-phase'
import { settleVersion } from './thread-version'
import type { Timers } from './timers'
import { createWorkspaceGuard } from './workspace-guard'

export interface EngineOptions {
  store: Store
  api: IntercomApi
  settings: PlanSettings
  logger: Logger
  timers: Timers
  /** Called once, after the token's workspace has been found to be the store's. */
  onWorkspaceAccepted?: (workspace: Workspace) => void | Promise<void>
}

interface RunRequest {
  id: string
  need: SyncNeed
  signal: AbortSignal
  onProgress: (progress: SyncProgress) => void
}

/** Threads that a run has to fetch besides those that are pending, and those that it has asked for in vain. */
interface ThreadsWanted {
  refetch: Set<string>
  tried: Set<string>
}

interface RunResult {
  run: SyncRun
  /** What `backfill_limit` left out. */
  remainders: Remainder[]
}

export interface SyncEngine {
  /** Runs one plan to its end. Rejects with what ended it early; what had arrived is stored, its coverage is not. */
  run(request: RunRequest): Promise<RunResult>
  /** Fetches one conversation now and stores it; `not_found` also removes it from the store, unless it is brand-new. */
  fetchConversation(id: string, signal: AbortSignal): Promise<void>
}

/**
 * Carries out plans. A run is at most two stages, each recorded when its threads have landed: first what is new,
 * so that as_of moves although a long back-fill follows, then older history and what earlier runs left pending.
 */
export function createSyncEngine(options: EngineOptions): SyncEngine {
  const { store, api, settings, logger, timers } = options
  const guard = createWorkspaceGuard(options)
  const sideData = createSideData()
  const contacts = createContactResolver()
  const doubts = createDoubts()
  /** Asked for in vain by an earlier run, though nothing in the store tells that they are pending. */
  const owed = new Set<string>()
  const stubborn = new Set<string>()
  const apiSeconds = (): number => Math.floor(api.now())

  const onFetched = (fetched: FetchedConversation, askedAt: number): void => {
    doubts.note(fetched, askedAt)
    contacts.note(fetched)
    owed.delete(fetched.conversation.id)
    stubborn.delete(fetched.conversation.id)
  }

  const landThreads = async (
    context: RunContext,
    since: number | null,
    { refetch, tried }: ThreadsWanted,
  ): Promise<void> => {
    const pending = await store.countPendingThreads()
    context.progress.enter('threads', Math.max(pending, refetch.size))
    const options = { updatedSince: since, refetch, skip: tried, stubborn, onFetched }
    for (const id of await fetchThreads(context, options)) {
      tried.add(id)
      owed.add(id)
    }
    refetch.clear()
    await contacts.resolve(context)
  }

  /** What a run begins with: threads owed by earlier ones, as far as they are stored and not pending anyway. */
  const startWanted = async (): Promise<ThreadsWanted> => {
    const versions = await store.getVersions([...owed])
    const refetch = new Set<string>()
    for (const id of owed) {
      const version = versions.get(id)
      const isPending = (version?.threadUpdatedAt ?? -1) < (version?.updatedAt ?? 0)
      if (isPending) owed.delete(id)
      else refetch.add(id)
    }
    return { refetch, tried: new Set() }
  }

  /** Reads the windows, and by updated_at whatever slipped out of them meanwhile. Resolves to the new state. */
  const search = async (
    context: RunContext,
    state: SyncState,
    windows: PlannedWindow[],
    { refetch }: ThreadsWanted,
  ): Promise<SyncState> => {
    const searchOptions = { isDoubtful: doubts.has, refetch }
    context.progress.enter('conversations', null)
    let known = state
    let overtaken = false
    for (const window of windows) {
      const pages = await searchWindow(context, window, searchOptions)
      overtaken ||= window.field === 'updated_at' && pages > 1
      known =
        window.purpose === 'backfill'
          ? afterBackfill(known, window)
          : afterIncremental(known, withinTime(window.timeframe, apiSeconds()))
    }
    if (!overtaken || known.asOf === null) return known
    const bound = await catchUp(context, known.asOf, settings.overlapSeconds, searchOptions)
    return afterIncremental(known, { start: known.asOf, end: bound })
  }

  const carryOut = async (
    context: RunContext,
    plan: SyncPlan,
    before: SyncState,
    row: SyncRun,
  ): Promise<RunResult> => {
    const wanted = await startWanted()
    await sideData.refreshNames(context)
    let state = before
    const recent = plan.windows.filter(({ purpose }) => purpose !== 'backfill')
    const older = plan.windows.filter(({ purpose }) => purpose === 'backfill')
    const first = recent[0]
    if (first) {
      const hasData = before.asOf !== null || (await store.getCounts()).conversations > 0
      state = await search(context, state, recent, wanted)
      const since = (before.asOf ?? first.timeframe.start) - settings.overlapSeconds
      if (hasData) await sideData.pollDeleted(context, since)
      await landThreads(context, first.timeframe.start, wanted)
      doubts.settleInherited()
      const more = older.length > 0 || (await store.countPendingThreads()) > 0
      if (more) await store.apply({ syncState: state, syncRun: row })
      else return { run: await complete(context, state, row), remainders: [] }
    }
    const { windows, remainders } = await fitBackfill(context, older)
    const { asOf } = state
    if (windows.length > 0) state = await search(context, state, windows, wanted)
    // Catching up moves as_of, and the next run asks for what was deleted since then.
    if (asOf !== null && state.asOf !== asOf)
      await sideData.pollDeleted(context, asOf - settings.overlapSeconds)
    await landThreads(context, null, wanted)
    return { run: await complete(context, state, row), remainders }
  }

  const complete = async (context: RunContext, state: SyncState, row: SyncRun): Promise<SyncRun> => {
    context.progress.enter('finishing', null)
    const run = completeRecord(row, apiSeconds(), context.progress.snapshot())
    await store.apply({ syncState: state, syncRun: run })
    return run
  }

  return {
    async run({ id, need, signal, onProgress }) {
      const requestsSent = (): number => api.requestCounts().sent
      const progress = createProgressTracker({ requestsSent, onProgress })
      const context: RunContext = { store, api, logger, timers, signal, progress }
      progress.enter('starting', null)
      const startedAt = apiSeconds()
      let row: SyncRun | null = null
      try {
        const workspace = await guard(signal)
        await closeInterrupted(store, apiSeconds())
        const state = await store.getSyncState()
        await doubts.inherit(store, state)
        await contacts.inherit(store)
        const now = apiSeconds()
        const plan = planRun({ state, now, workspaceCreatedAt: workspace.createdAt, settings, need })
        row = startRecord(id, startedAt, plan)
        await store.apply({ syncRun: row })
        return await carryOut(context, plan, state, row)
      } catch (error) {
        const reason = signal.aborted ? signal.reason : error
        const failed = row ?? startRecord(id, startedAt, emptyPlan(need, startedAt))
        await recordFailure(
          store,
          failRecord(failed, apiSeconds(), messageOf(reason), progress.snapshot()),
          reason,
        )
        throw reason
      }
    },

    async fetchConversation(id, signal) {
      await guard(signal)
      try {
        const askedAt = apiSeconds()
        const fetched = await api.fetchConversation(id, { signal, urgent: true })
        doubts.noteBeside(fetched, askedAt)
        contacts.note(fetched)
        const listedAt = (await store.getVersions([id])).get(id)?.updatedAt ?? null
        await store.apply({ conversations: [settleVersion(fetched, listedAt, askedAt)] })
      } catch (error) {
        const tombstone = isNotFound(error) ? await judgeMissing(store, id, apiSeconds()) : null
        if (tombstone) await store.apply({ tombstones: [tombstone] })
        throw error
      }
    },
  }
}

/**
 * A local clock that is set while nothing is asked makes a run end in the future, until the first answer brings
 * Intercom's time. What has been read then reaches up to now and no further.
 */
function withinTime({ start, end }: Timeframe, now: number): Timeframe {
  return { start, end: Math.min(end, now) }
}

/** Cuts windows that only a question wants down to what its limit leaves for them. */
async function fitBackfill(
  { api, signal }: RunContext,
  windows: PlannedWindow[],
): Promise<{ windows: PlannedWindow[]; remainders: Remainder[] }> {
  const fitted: PlannedWindow[] = []
  const remainders: Remainder[] = []
  const fetched = new Map<AskedGaps, number>()
  for (const window of windows) {
    const { question, field } = window
    if (question === null) {
      fitted.push(window)
      continue
    }
    const { backfillLimit } = question
    const before = fetched.get(question) ?? 0
    const count = (timeframe: PlannedWindow['timeframe']): Promise<number> =>
      api.countConversations({ timeframe, field }, { signal })
    const { timeframe, conversations, rest } = await fitToLimit(
      window.timeframe,
      backfillLimit - before,
      count,
    )
    fetched.set(question, before + conversations)
    if (timeframe) fitted.push({ ...window, timeframe })
    if (rest) remainders.push({ ...rest, timeField: field, backfillLimit })
  }
  return { windows: fitted, remainders }
}

function emptyPlan(need: SyncNeed, now: number): SyncPlan {
  const type = need.background ? 'background' : 'incremental'
  return { windows: [], upperBound: now, type, coverageStart: null, coverageEnd: null }
}

/** Another workspace's store is left untouched; a store that fails here has failed before, which is the news. */
async function recordFailure(store: Store, run: SyncRun, reason: unknown): Promise<void> {
  if (reason instanceof StorageError) return
  await store.apply({ syncRun: run }).catch(() => {})
}

function messageOf(reason: unknown): string {
  return reason instanceof AppError ? reason.message : 'unexpected failure'
}
