import { AppError, IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import type { Timers } from './timers'

export interface FetchQueue {
  /** Has a conversation fetched soon. False when too many wait already: it is left to the next run. */
  add(id: string): boolean
  /** Takes nothing more, fetches what waits without delay and without retries, and resolves when that is over. */
  stop(): Promise<void>
}

export interface FetchQueueOptions {
  fetch: (id: string) => Promise<void>
  timers: Timers
  logger: Logger
  /** Fetches under way at once. */
  concurrency?: number
  /** What is added within this time after the first is one fetch. */
  settleMs?: number
  /** Waits before further tries of a failed fetch. */
  retryAfterMs?: readonly number[]
  /** Conversations that may wait or be under way. */
  mostConversations?: number
}

/**
 *            settled             begun              stored
 *   settling ───────▶ ready ───────────▶ fetching ─────────▶ (forgotten; settling again when added meanwhile)
 *                       ▲                   │ failed
 *                       └──── failing ◀─────┘          after the last try: forgotten
 */
interface Job {
  state: 'settling' | 'ready' | 'fetching' | 'failing'
  /** Added while it was being fetched: that fetch may have been answered before the change. */
  again: boolean
  failures: number
}

/** Fetches conversations behind whoever adds them, a few at once, never one of them twice at once. */
export function createFetchQueue(options: FetchQueueOptions): FetchQueue {
  const { fetch, timers, logger, concurrency = 4, settleMs = 1_000 } = options
  const { retryAfterMs = [5_000, 30_000, 120_000], mostConversations = 10_000 } = options
  const jobs = new Map<string, Job>()
  const ready: string[] = []
  const stopping = new AbortController()
  let running = 0
  let onEmpty: (() => void) | null = null
  let isFull = false

  const forget = (id: string): void => {
    jobs.delete(id)
    isFull = false
    if (jobs.size === 0) onEmpty?.()
  }

  const makeReady = (id: string, job: Job): void => {
    job.state = 'ready'
    ready.push(id)
    pump()
  }

  const settle = (id: string): void => {
    const job: Job = { state: 'settling', again: false, failures: 0 }
    jobs.set(id, job)
    void timers.sleep(settleMs, stopping.signal).then(() => makeReady(id, job))
  }

  const pump = (): void => {
    while (running < concurrency) {
      const id = ready.shift()
      const job = id === undefined ? undefined : jobs.get(id)
      if (id === undefined || job === undefined) return
      job.state = 'fetching'
      job.again = false
      running += 1
      void fetchOne(id, job).finally(() => {
        running -= 1
        pump()
      })
    }
  }

  const fetchOne = async (id: string, job: Job): Promise<void> => {
    try {
      await fetch(id)
    } catch (error) {
      const waitMs = retryAfterMs[job.failures]
      if (isPassing(error) && waitMs !== undefined && !stopping.signal.aborted) {
        retryLater(id, job, waitMs)
        return
      }
      tellGivenUp(id, error)
    }
    if (job.again) settle(id)
    else forget(id)
  }

  const retryLater = (id: string, job: Job, waitMs: number): void => {
    job.state = 'failing'
    job.failures += 1
    const spreadMs = waitMs * (1 + timers.random() / 2)
    void timers.sleep(spreadMs, stopping.signal).then(() => {
      if (stopping.signal.aborted) forget(id)
      else makeReady(id, job)
    })
  }

  const tellGivenUp = (id: string, error: unknown): void => {
    // A deleted one has been taken care of. A refused token is told by the runs, not by each notification.
    if (error instanceof IntercomApiError && !isPassing(error)) return
    const code = error instanceof AppError ? error.code : 'unknown'
    logger.warn('A conversation could not be fetched; the next sync brings it', { conversation_id: id, code })
  }

  return {
    add(id) {
      if (stopping.signal.aborted) return false
      const job = jobs.get(id)
      if (job) {
        job.again ||= job.state === 'fetching'
        return true
      }
      if (jobs.size >= mostConversations) {
        if (!isFull) logger.warn('Too many conversations wait to be fetched; the next sync brings the others')
        isFull = true
        return false
      }
      settle(id)
      return true
    },
    async stop() {
      stopping.abort()
      if (jobs.size === 0) return
      await new Promise<void>((resolve) => {
        const before = onEmpty
        onEmpty = () => {
          before?.()
          resolve()
        }
      })
    },
  }
}

/** Whether the same fetch may succeed a while later. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof IntercomApiError)) return false
  return ['rate_limited', 'server', 'network', 'not_json'].includes(error.kind)
}
