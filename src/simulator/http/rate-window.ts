import type { SimulatorClock } from '../clock'

const windowSeconds = 10

/** What became of one window's budget. */
export interface RateWindowUse {
  /** Epoch seconds; a window without calls is not told of. */
  start: number
  limit: number
  used: number
  refused: number
}

/** Intercom counts calls in windows of ten seconds, aligned to its clock. */
export interface RateWindow {
  limit: number
  /** Counts one call; false when the window is used up. */
  take(): boolean
  headers(): Record<string, string>
  /** The latest windows in which something was asked, oldest first. */
  history(): readonly RateWindowUse[]
}

const keptWindows = 1_000

/** `X-RateLimit-Limit` speaks of the window, not of the minute. */
export function createRateWindow(clock: SimulatorClock, limit: number): RateWindow {
  let current = -1
  let used = 0
  const uses: RateWindowUse[] = []
  const openUse = (): RateWindowUse => {
    const start = current * windowSeconds
    const last = uses.at(-1)
    if (last?.start === start) return last
    const opened = { start, limit: rate.limit, used: 0, refused: 0 }
    uses.push(opened)
    if (uses.length > keptWindows) uses.shift()
    return opened
  }
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
      const use = openUse()
      if (used >= rate.limit) {
        use.refused++
        return false
      }
      used++
      use.used++
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
    history: () => uses,
  }
  return rate
}
