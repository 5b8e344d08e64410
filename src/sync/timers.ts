import { setTimeout as delay } from 'node:timers/promises'

/** Time and chance, so that tests can set both. */
export interface Timers {
  /** Milliseconds on this machine's clock, which may jump. */
  nowMs(): number
  /** Resolves after `durationMs`, or at once when the signal aborts. Never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
  /** At least 0, below 1. */
  random(): number
}

export const realTimers: Timers = {
  nowMs: () => Date.now(),
  sleep: async (durationMs, signal) => {
    await delay(durationMs, undefined, { signal }).catch(() => {})
  },
  random: () => Math.random(),
}
