import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Seconds that pass for the program and its workspace while one passes for the test. A time-out of thirty of them is
 * still more than a busy machine keeps an answer of the simulator waiting.
 */
const factor = 40

const preload = new URL('./quick-time-preload.mjs', import.meta.url)

/** A time that passes quickly, and leaps, for several processes at once. */
export interface QuickTime {
  /** The instant from which it runs on, the present one; epoch milliseconds. */
  readonly originMs: number
  nowMs(): number
  /** Moves all clocks on, as hours pass for a machine whose lid is closed: no timer ends meanwhile. */
  leap(seconds: number): void
  /** Variables with which a Node process lives in this time, its wall clock so many seconds off. */
  environment(clockOffSeconds?: number): Record<string, string>
}

/** Starts such a time; a file in the folder tells the processes of its leaps. */
export function startQuickTime(folder: string): QuickTime {
  const originMs = Math.floor(Date.now() / 1_000) * 1_000
  const leapsFile = join(folder, 'leaps')
  let leapMs = 0
  const write = () => writeFileSync(leapsFile, String(leapMs))
  write()
  return {
    originMs,
    nowMs: () => originMs + (Date.now() - originMs) * factor + leapMs,
    leap(seconds) {
      leapMs += seconds * 1_000
      write()
    },
    environment: (clockOffSeconds = 0) => ({
      NODE_OPTIONS: `--import=${preload.href}`,
      QUICK_TIME: `${factor} ${originMs} ${clockOffSeconds * 1_000}`,
      QUICK_TIME_LEAPS: leapsFile,
    }),
  }
}
