import type { Timers } from './timers'

/**
 * Timers stand still while a laptop sleeps. So the loop never sleeps longer than this and asks the wall clock each
 * time it wakes.
 */
const longestSleepMs = 60_000
/** The first turn waits for the start of the process to be over. */
const firstTurnAfterMs = 1_000
const jitter = 0.1

export interface BackgroundLoop {
  start(): void
  /** Ends the loop and waits for a turn under way. Idempotent. */
  stop(): Promise<void>
}

export interface BackgroundLoopOptions {
  /** 0 for no turns at all. */
  intervalMs: number
  timers: Timers
  /** Must not reject. */
  turn: () => Promise<void>
}

/** Calls `turn` soon after the start and then once each interval, a little earlier or later, never twice at once. */
export function createBackgroundLoop({ intervalMs, timers, turn }: BackgroundLoopOptions): BackgroundLoop {
  const stopped = new AbortController()
  let running: Promise<void> | null = null

  const loop = async (): Promise<void> => {
    await timers.sleep(firstTurnAfterMs, stopped.signal)
    let lastTurnMs: number | null = null
    let waitMs = 0
    while (!stopped.signal.aborted) {
      const elapsed: number = lastTurnMs === null ? waitMs : timers.nowMs() - lastTurnMs
      // A negative age means that the clock was set back: take a turn rather than wait for it to catch up.
      if (elapsed >= waitMs || elapsed < 0) {
        lastTurnMs = timers.nowMs()
        waitMs = intervalMs * (1 + jitter * (2 * timers.random() - 1))
        await turn()
      } else {
        await timers.sleep(Math.min(waitMs - elapsed, longestSleepMs), stopped.signal)
      }
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
