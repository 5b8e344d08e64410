import { randomUUID } from 'node:crypto'
import type { Workspace } from '../domain/conversation'
import type { CoverageBounds, TimeField } from '../domain/coverage'
import { AppError, ConfigurationError } from '../domain/errors'
import type { SyncProgress, SyncRun } from '../domain/sync-run'
import type { Timeframe } from '../domain/timeframe'
import type { IntercomApi } from '../intercom/api'
import type { Logger } from '../logger'
import type { Store } from '../storage/port'
import { createBackgroundLoop } from './background-loop'
import { createBackoff, isRefusal } from './backoff'
import { createSyncEngine } from './engine'
import {
  countBeyondLimit,
  type Freshness,
  findBackgroundNeed,
  findNeed,
  isOrdered,
  mergeNeeds,
  needOfOrder,
  type OrderedHistory,
  type Remainder,
  type SyncNeed,
} from './need'
import type { PlanSettings } from './planner'
import { createRecentQuestions } from './recent-questions'
import { type RefreshTicket, refreshTicket as ticket } from './refresh-ticket'
import { createRunQueue, type QueuedRun } from './run-queue'
import { cancelledError, stoppedError } from './stop-errors'
import { realTimers, type Timers } from './timers'

/**
 * The one way from a question to the network. At most one run at a time; whoever asks while one runs joins it when
 * it will bring what they need, else their need is run next.
 */
export interface Scheduler {
  /**
   * Makes sure that what is stale or missing behind a timeframe (null: the incremental run only) is being fetched,
   * and returns at once. `unavailable` without a token, or while Intercom refuses it; `failed` while another failure
   * is being backed off. `maxSyncAgeMinutes` and `backfillLimit`: when this question takes data for stale, and how many
   * conversations it may cause to be fetched; by default the settings.
   */
  refresh(question: Question): Promise<RefreshTicket>

  /** Starts or joins a run on somebody's order, whatever the back-off says; resolves when it has been started. */
  run(order: SyncOrder): Promise<StartedRun>

  /** Fetches one conversation now and stores it. Rejects with IntercomApiError (`not_found` when it is gone). */
  fetchConversation(id: string, options?: { signal?: AbortSignal }): Promise<void>

  status(): SchedulerStatus

  /** Starts the background loop: one turn soon, then one each interval (none when the interval is 0). */
  start(): void

  /** Aborts what runs, waits until it has ended, and starts nothing any more. Idempotent. */
  stop(): Promise<void>
}

interface Question {
  timeframe: Timeframe | null
  timeField: TimeField
  maxSyncAgeMinutes?: number
  backfillLimit?: number
}

export interface SyncOrder extends OrderedHistory {
  /** Bring what a turn of the background loop would bring, even when nothing is stale. */
  backgroundTurn?: boolean
  onProgress?: (progress: SyncProgress) => void
}

export interface StartedRun {
  runId: string
  /** True when a run was already under way and this call waits for that one. */
  joined: boolean
  /** Resolves with the finished row; rejects with the error that ended the run. */
  done: Promise<SyncRun>
  /** Ends the run if this call started it. */
  cancel(): void
}

interface SchedulerStatus {
  running: { runId: string; startedAt: number; progress: SyncProgress } | null
  lastError: { at: number; error: AppError } | null
}

export interface SchedulerSettings extends PlanSettings {
  maxSyncAgeMinutes: number
  /** Most conversations that a question alone may cause to be fetched. */
  backfillLimit: number
  /** 0 for no background runs. */
  backgroundSyncIntervalMinutes: number
}

export interface SchedulerOptions {
  store: Store
  /** null without a token: what is stored can be read, nothing can be fetched. */
  api: IntercomApi | null
  /** What of the configuration stands in the way when there is no API; by default that there is no token. */
  problem?: AppError | null
  settings: SchedulerSettings
  logger: Logger
  timers?: Timers
  newId?: () => string
  /** Called once, after the token's workspace has been found to be the store's. */
  onWorkspaceAccepted?: (workspace: Workspace) => void | Promise<void>
}

/** The one way to fetch, over a store and an API. Nothing runs until it is asked or started. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  return new SyncScheduler(options)
}

const maxRemainders = 50

const noToken = new ConfigurationError('There is no Intercom access token.', {
  hint: 'Run `npx fast-intercom-mcp init`, or set INTERCOM_ACCESS_TOKEN.',
})

class SyncScheduler implements Scheduler {
  readonly #store: Store
  readonly #api: IntercomApi | null
  readonly #problem: AppError
  readonly #settings: SchedulerSettings
  readonly #logger: Logger
  readonly #timers: Timers
  readonly #engine
  readonly #queue
  readonly #backoff
  readonly #loop
  readonly #stopped = new AbortController()
  readonly #questions
  readonly #liveFetches = new Set<Promise<void>>()
  #remainders: Remainder[] = []

  constructor({
    store,
    api,
    problem,
    settings,
    logger,
    timers = realTimers,
    newId,
    onWorkspaceAccepted,
  }: SchedulerOptions) {
    this.#store = store
    this.#api = api
    this.#problem = problem ?? noToken
    this.#settings = settings
    this.#logger = logger
    this.#timers = timers
    this.#engine = api && createSyncEngine({ store, api, settings, logger, timers, onWorkspaceAccepted })
    this.#backoff = createBackoff(timers)
    this.#questions = createRecentQuestions(timers)
    this.#queue = createRunQueue({
      settings,
      newId: newId ?? randomUUID,
      nowSeconds: () => this.#now(),
      execute: (run) => this.#execute(run),
    })
    const intervalMs = settings.backgroundSyncIntervalMinutes * 60_000
    this.#loop = createBackgroundLoop({
      ...{ intervalMs, timers, turn: () => this.#backgroundTurn() },
      onJump: () => this.#backoff.forgive(),
    })
  }

  async refresh({ maxSyncAgeMinutes, ...asked }: Question): Promise<RefreshTicket> {
    if (!this.#engine) return ticket('unavailable', { error: this.#problem })
    if (this.#stopped.signal.aborted) return ticket('unavailable')
    const freshness = await this.#readFreshness(maxSyncAgeMinutes)
    if (this.#stopped.signal.aborted) return ticket('unavailable')
    const question = { ...asked, backfillLimit: asked.backfillLimit ?? this.#settings.backfillLimit }
    if (question.timeframe) this.#questions.note({ ...question, timeframe: question.timeframe })
    const beyondLimit = countBeyondLimit(question, freshness)
    const need = findNeed(question, freshness)
    if (!need) return ticket('none', { beyondLimit })
    const underWay = this.#queue.find(need, freshness.bounds, freshness.maxSyncAgeMinutes)
    if (underWay) {
      underWay.shared = true
      this.#queue.prefer(underWay, need)
      return ticket('running', { beyondLimit, run: underWay })
    }
    const failure = this.#backoff.active()
    if (failure) {
      return ticket(isRefusal(failure.error) ? 'unavailable' : 'failed', {
        beyondLimit,
        error: failure.error,
      })
    }
    const run = this.#queue.add(need, freshness.state, freshness.bounds)
    run.shared = true
    return ticket('started', { beyondLimit, run })
  }

  async run({ onProgress, backgroundTurn, ...order }: SyncOrder): Promise<StartedRun> {
    if (!this.#engine) throw this.#problem
    const freshness = await this.#readFreshness()
    if (this.#stopped.signal.aborted) throw stoppedError()
    const { state, bounds } = freshness
    const turn = backgroundTurn ? this.#findBackgroundNeed(freshness) : null
    const need = turn ? mergeNeeds(needOfOrder(order), turn) : needOfOrder(order)
    const underWay = this.#queue.find(need, bounds, freshness.maxSyncAgeMinutes)
    const run = underWay ?? this.#queue.add(need, state, bounds)
    if (onProgress) run.listeners.add(onProgress)
    run.holders += 1
    let held = true
    return {
      runId: run.id,
      joined: underWay !== undefined,
      done: run.done,
      cancel: () => {
        if (!held) return
        held = false
        run.holders -= 1
        if (onProgress) run.listeners.delete(onProgress)
        if (run.holders === 0 && !run.shared) this.#queue.cancel(run, cancelledError())
      },
    }
  }

  async fetchConversation(id: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (!this.#engine) throw this.#problem
    const signals = signal ? [signal, this.#stopped.signal] : [this.#stopped.signal]
    const fetched = this.#engine.fetchConversation(id, AbortSignal.any(signals))
    const ended = fetched.catch(() => {})
    this.#liveFetches.add(ended)
    try {
      await fetched
    } finally {
      this.#liveFetches.delete(ended)
    }
  }

  status(): SchedulerStatus {
    const run = this.#queue.current()
    const failure = this.#backoff.last()
    return {
      running: run && { runId: run.id, startedAt: run.startedAt, progress: run.progress },
      lastError: failure && { at: Math.floor(failure.atMs / 1000), error: failure.error },
    }
  }

  start(): void {
    if (this.#engine) this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopped.abort(stoppedError())
    await this.#queue.clear(stoppedError())
    await Promise.all([this.#loop.stop(), ...this.#liveFetches])
  }

  /** Epoch seconds on the API's clock, which alone may be compared with as_of. */
  #now(): number {
    return Math.floor(this.#api?.now() ?? this.#timers.nowMs() / 1000)
  }

  /** What is stored, read so that no run has ended between the reading and what the caller decides from it. */
  async #readFreshness(maxSyncAgeMinutes = this.#settings.maxSyncAgeMinutes): Promise<Freshness> {
    for (;;) {
      const ended = this.#queue.ended()
      const [state, workspace] = await Promise.all([this.#store.getSyncState(), this.#store.getWorkspace()])
      if (ended !== this.#queue.ended()) continue
      const bounds: CoverageBounds = { now: this.#now(), workspaceCreatedAt: workspace?.createdAt ?? null }
      return { state, bounds, maxSyncAgeMinutes, remainders: this.#remainders }
    }
  }

  /** The scheduler's turn: what ends a run early is remembered here and told to whoever waits. */
  async #execute(run: QueuedRun): Promise<SyncRun> {
    if (!this.#engine) throw this.#problem
    const { id, controller, listeners } = run
    // An order asks for more than questions do, so what the limit left out for them is counted anew.
    if (isOrdered(run.need)) this.#remainders = []
    try {
      const result = await this.#engine.run({
        id,
        need: run.need,
        signal: controller.signal,
        onProgress: (progress) => {
          run.progress = progress
          for (const listener of listeners) listener(progress)
        },
      })
      this.#remainders = [...this.#remainders, ...result.remainders].slice(-maxRemainders)
      this.#backoff.succeed()
      return result.run
    } catch (reason) {
      if (controller.signal.aborted) throw reason
      throw this.#rememberFailure(reason)
    }
  }

  #rememberFailure(reason: unknown): AppError {
    const error =
      reason instanceof AppError
        ? reason
        : new AppError('internal', 'The sync failed unexpectedly.', { cause: reason })
    const { atMs, retryAtMs } = this.#backoff.fail(error)
    const retryInSeconds = Math.round((retryAtMs - atMs) / 1000)
    this.#logger.warn('Sync failed', {
      code: error.code,
      error: error.message,
      retry_in_seconds: retryInSeconds,
    })
    return error
  }

  /** Resolves to when a failure may be tried again, in milliseconds from now. */
  async #backgroundTurn(): Promise<number | null> {
    try {
      // A clock that was set back is put right by the first answer, when the run has been planned: look once more.
      for (let looks = 0; looks < 2; looks += 1) await (await this.#startBackgroundRun())?.done
    } catch (error) {
      // A run's own failure has been remembered; anything else is the store's, and the next turn tries again.
      this.#logger.debug('Background turn ended early', { error: String(error) })
    }
    const failure = this.#backoff.active()
    return failure && failure.retryAtMs - this.#timers.nowMs()
  }

  async #startBackgroundRun(): Promise<QueuedRun | null> {
    if (this.#backoff.active()) return null
    const { maxSyncAgeMinutes, backgroundSyncIntervalMinutes } = this.#settings
    // Whoever takes old data for fresh still wants a sync each interval.
    const freshness = await this.#readFreshness(
      Math.min(maxSyncAgeMinutes, backgroundSyncIntervalMinutes / 2),
    )
    if (this.#stopped.signal.aborted) return null
    const need = this.#findBackgroundNeed(freshness)
    if (!need) return null
    const { state, bounds } = freshness
    // Whether something runs already or not, the end of what brings this is what the loop waits for.
    const run =
      this.#queue.find(need, bounds, freshness.maxSyncAgeMinutes) ?? this.#queue.add(need, state, bounds)
    run.shared = true
    return run
  }

  #findBackgroundNeed(freshness: Freshness): SyncNeed | null {
    return findBackgroundNeed(this.#questions.list(), this.#settings.syncDays, freshness)
  }
}
