import type { SimulatorClock } from '../clock'

const windowSeconds = 10

/** Intercom counts calls in windows of ten seconds, aligned to its clock. */
export interface RateWindow {
  limit: number
  /** Counts one call; false when the window is used up. */
  take(): boolean
  headers(): Record<string, string>
}

/** `X-RateLimit-Limit` speaks of the window, not of the minute. */
export function createRateWindow(clock: SimulatorClock, limit: number): RateWindow {
  let current = -1
  let used = 0
  const turn = () => {
    const window = Math.floor(clock.now() / windowSeconds)
    if (window !== current) {
      current = window
      used = 0
    }
  }
  const rate: RateWindow = {
    limit,
    take: () => {
      turn()
      if (used >= rate.limit) return false
      used++
      return true
    },
    headers: () => {
      turn()
      return {
        'X-RateLimit-Limit': String(rate.limit),
        'X-RateLimit-Remaining': String(Math.max(0, rate.limit - used)),
        'X-RateLimit-Reset': String((current + 1) * windowSeconds),
      }
    },
  }
  return rate
}
