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
import { isNotFound, noteDeletion } from './deletions'
import { createDoubts } from './doubts'
import type { AskedGaps, Remainder, SyncNeed } from './need'
import { isReconcileDue, reconcileOpen } from './open-reconcile'
import { findDueThreads, findRestingThreads } from './owed-selection'
import { createOwedThreads, describeOwed, type OwedThreads } from './owed-threads'
import { type PlannedWindow, type PlanSettings, planRun, type SyncPlan } from './planner'
import { createProgressTracker, type RunContext } from './run-context'
import { closeInterrupted, completeRecord, failRecord, startRecord } from './run-record'
import { catchUp, searchWindow } from './search-phase'
import { createSideData } from './side-data'
import { afterBackfill, afterIncremental } from './sync-state'
import { fetchThreads, judgeThread } from './thread-phase'
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

/** What a run gathers on its way. */
interface RunNotes {
  /** Threads to be fetched besides those that are pending. */
  refetch: Set<string>
  /** Those that this run has asked for in vain. */
  tried: Set<string>
  owed: OwedThreads
  /** Conversations that Intercom counted and did not list, though it was asked again. */
  unlisted: number
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
  const apiSeconds = (): number => Math.floor(api.now())

  const onFetched = (fetched: FetchedConversation, askedAt: number): void => {
    doubts.note(fetched, askedAt)
    contacts.note(fetched)
  }

  const landThreads = async (
    context: RunContext,
    since: number | null,
    { refetch, tried, owed }: RunNotes,
  ): Promise<void> => {
    const resting = await findRestingThreads(store, owed, apiSeconds())
    const skip = new Set([...tried, ...resting.filter((id) => !refetch.has(id))])
    const pending = Math.max(0, (await store.countPendingThreads()) - skip.size)
    context.progress.enter('threads', Math.max(pending, refetch.size))
    for (const id of await fetchThreads(context, { updatedSince: since, refetch, skip, owed, onFetched })) {
      tried.add(id)
    }
    refetch.clear()
    await contacts.resolve(context)
  }

  const startNotes = async (): Promise<RunNotes> => {
    const owed = createOwedThreads(await store.listOwedThreads())
    const refetch = await findDueThreads(store, owed, apiSeconds())
    return { refetch, tried: new Set(), owed, unlisted: 0 }
  }

  /** Reads the windows, and by updated_at whatever slipped out of them meanwhile. Resolves to the new state. */
  const search = async (
    context: RunContext,
    state: SyncState,
    windows: PlannedWindow[],
    notes: RunNotes,
  ): Promise<SyncState> => {
    const searchOptions = {
      isDoubtful: doubts.has,
      refetch: notes.refetch,
      onUnlisted: (conversations: number) => {
        notes.unlisted += conversations
      },
    }
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

  const reconcileIfDue = async (context: RunContext, { refetch }: RunNotes): Promise<void> => {
    if (await isReconcileDue(store, apiSeconds())) await reconcileOpen(context, refetch)
  }

  const carryOut = async (
    context: RunContext,
    plan: SyncPlan,
    before: SyncState,
    row: SyncRun,
  ): Promise<RunResult> => {
    const notes = await startNotes()
    await sideData.refreshNames(context)
    let state = before
    const recent = plan.windows.filter(({ purpose }) => purpose !== 'backfill')
    const older = plan.windows.filter(({ purpose }) => purpose === 'backfill')
    const first = recent[0]
    if (first) {
      const hasData = before.asOf !== null || (await store.getCounts()).conversations > 0
      state = await search(context, state, recent, notes)
      const since = (before.asOf ?? first.timeframe.start) - settings.overlapSeconds
      if (hasData) await sideData.pollDeleted(context, since)
      await reconcileIfDue(context, notes)
      await landThreads(context, first.timeframe.start, notes)
      doubts.settleInherited()
      const more = older.length > 0 || (await store.countPendingThreads()) > 0
      if (more) await store.apply({ syncState: state, syncRun: row })
      else return { run: await complete(context, state, row, notes), remainders: [] }
    }
    // A run for older history alone counts as one that ended well, so it has to look too.
    if (!first) await reconcileIfDue(context, notes)
    const { windows, remainders } = await fitBackfill(context, older)
    const { asOf } = state
    if (windows.length > 0) state = await search(context, state, windows, notes)
    // Catching up moves as_of, and the next run asks for what was deleted since then.
    if (asOf !== null && state.asOf !== asOf)
      await sideData.pollDeleted(context, asOf - settings.overlapSeconds)
    await landThreads(context, null, notes)
    return { run: await complete(context, state, row, notes), remainders }
  }

  const complete = async (
    context: RunContext,
    state: SyncState,
    row: SyncRun,
    notes: RunNotes,
  ): Promise<SyncRun> => {
    context.progress.enter('finishing', null)
    const run = completeRecord(row, apiSeconds(), context.progress.snapshot(), describeNotes(notes))
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
        const thread = settleVersion(fetched, listedAt, askedAt)
        const owed = createOwedThreads(await store.listOwedThreads())
        const short = await judgeThread(store, owed, thread, askedAt)
        await store.apply({ conversations: [thread], owedThreads: short ? [short] : [] })
      } catch (error) {
        if (isNotFound(error)) await noteDeletion(store, id, { now: apiSeconds(), code: error.code })
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

/** What a person should know of a run that came to its end; null when all is well. */
function describeNotes({ owed, unlisted }: RunNotes): string | null {
  const said = [
    describeOwed(owed.all()),
    unlisted > 0 ? `Intercom's searches counted ${unlisted} conversations more than they listed.` : null,
  ].filter((sentence) => sentence !== null)
  return said.length > 0 ? said.join(' ') : null
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
