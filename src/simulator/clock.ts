/** The API's own clock: its `Date` header, its rate-limit windows and the times of changes all follow it. */
export interface SimulatorClock {
  /** Epoch milliseconds. */
  nowMs(): number
  /** Epoch seconds, rounded down as the API's timestamps are. */
  now(): number
  /** Moves the clock to an instant; a running clock runs on from there. */
  set(seconds: number): void
  advance(seconds: number): void
}

export type ClockMode = 'running' | 'frozen'

/** `frozen` stands still until it is moved; `running` keeps pace with `readMs`, wherever it was started. */
export function createSimulatorClock(
  startSeconds: number,
  mode: ClockMode,
  readMs: () => number = Date.now,
): SimulatorClock {
  let baseMs = startSeconds * 1000
  let readAtBase = readMs()
  const nowMs = () => (mode === 'frozen' ? baseMs : baseMs + readMs() - readAtBase)
  const moveTo = (ms: number) => {
    baseMs = ms
    readAtBase = readMs()
  }
  return {
    nowMs,
    now: () => Math.floor(nowMs() / 1000),
    set: (seconds) => moveTo(seconds * 1000),
    advance: (seconds) => moveTo(nowMs() + seconds * 1000),
  }
}
