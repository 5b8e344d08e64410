import type { Timers } from './timers'

/**
 * Timers stand still while a laptop sleeps. So the loop never sleeps longer than this and asks the wall clock each
 * time it wakes: so soon after the lid was opened it is known how late it is.
 */
const longestSleepMs = 15_000
/** A sleep after which the wall clock is off by more than this was no ordinary one: a lid was closed, a clock set. */
const jumpMs = 30_000
/** The first turn waits for the start of the process to be over. */
const startMs = 1_000
/** A turn that ends at once must not be followed by the next one at once, for ever. */
const shortestRetryMs = 1_000
const jitter = 0.1

export interface BackgroundLoop {
  start(): void
  /** Ends the loop and waits for a turn under way. Idempotent. */
  stop(): Promise<void>
}

export interface BackgroundLoopOptions {
  /** 0 for no turns at all. */
  intervalMs: number
  /** When the first turn is taken, after the start. */
  firstTurnAfterMs?: number
  timers: Timers
  /**
   * Must not reject. Resolves to the milliseconds after which it wants to be called again, for instance when a
   * failure may be tried again; null for the interval.
   */
  turn: () => Promise<number | null>
  /** Called before the turn that follows a jump of the clock. */
  onJump?: () => void
}

/**
 * Calls `turn` soon after the start and then once each interval, a little earlier or later, never twice at once. A
 * jump of the clock calls it at once, whatever is left of the interval: whoever opens a lid is about to ask, and
 * neither the data's age nor the wait for the next turn can be told from a clock that was set. A turn that finds
 * everything fresh costs nothing.
 */
export function createBackgroundLoop(options: BackgroundLoopOptions): BackgroundLoop {
  const { intervalMs, firstTurnAfterMs = startMs, timers, turn, onJump = () => {} } = options
  const stopped = new AbortController()
  let running: Promise<void> | null = null

  /**
   * Waits by the wall clock and by what was slept, whichever is over first. Returns early when the clock has jumped,
   * or was set back under a turn.
   */
  const waitUntil = async (fromMs: number, waitMs: number): Promise<void> => {
    let sleptMs = 0
    while (!stopped.signal.aborted) {
      const beforeMs = timers.nowMs()
      const waitedMs = Math.max(beforeMs - fromMs, sleptMs)
      if (waitedMs >= waitMs || beforeMs < fromMs) return
      const sleepMs = Math.min(waitMs - waitedMs, longestSleepMs)
      await timers.sleep(sleepMs, stopped.signal)
      if (stopped.signal.aborted) return
      sleptMs += sleepMs
      if (Math.abs(timers.nowMs() - beforeMs - sleepMs) > jumpMs) {
        onJump()
        return
      }
    }
  }

  const loop = async (): Promise<void> => {
    await waitUntil(timers.nowMs(), firstTurnAfterMs)
    while (!stopped.signal.aborted) {
      // Counted from the beginning of a turn: one under which a night has passed is followed by the next at once.
      const startedMs = timers.nowMs()
      const retryMs = await turn()
      if (retryMs === null) await waitUntil(startedMs, intervalMs * (1 + jitter * (2 * timers.random() - 1)))
      else await waitUntil(timers.nowMs(), Math.max(retryMs, shortestRetryMs))
    }
  }

  return {
    start() {
      if (intervalMs > 0 && !stopped.signal.aborted) running ??= loop()
    },
    async stop() {
      stopped.abort()
      await running
    },
  }
}
