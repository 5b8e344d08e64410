import type { Timers } from '../../src/sync/timers'

/** A clock that moves only when told to: sleeping moves it and is over at once. */
export function createTestTimers(startMs = 1_700_000_000_000) {
  const slept: number[] = []
  const timers: Timers & { setMs(ms: number): void; advance(ms: number): void; slept: number[] } = {
    slept,
    nowMs: () => nowMs,
    setMs: (ms) => {
      nowMs = ms
    },
    advance: (ms) => {
      nowMs += ms
    },
    sleep: async (durationMs) => {
      slept.push(durationMs)
      // As after a real timer, everything else that is ready goes first.
      await new Promise((resolve) => setImmediate(resolve))
    },
    random: () => 0.5,
  }
  let nowMs = startMs
  return timers
}

export const quietLogger = { debug() {}, info() {}, warn() {}, error() {} }
