import { setTimeout as wait } from 'node:timers/promises'

/** Work in small steps that nobody waits for. */
export interface BackgroundWork {
  /** Does what there is to do. While that is going on it is gone through once more. */
  start(): void
  /** Hurries, and resolves when nothing is left to do, or it has failed or been stopped. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export interface BackgroundOptions {
  /** Whether the work has to wait: it is asked before each step. */
  isBusy: () => boolean
  onError: (error: unknown) => void
  /** Before each step but the first; no longer when somebody waits for the end. */
  pauseMs: number
  /** Before the first step; as long when absent. */
  restMs?: number
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const sleepFor = (ms: number, signal: AbortSignal): Promise<unknown> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => {})

/** `step` is told whether it begins at the beginning, and resolves to whether more is left to do. */
export function createBackgroundWork(
  step: (isFirst: boolean) => Promise<boolean>,
  { isBusy, onError, pauseMs, restMs = pauseMs, sleep = sleepFor }: BackgroundOptions,
): BackgroundWork {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> | null = null
  let isAsked = false
  let isHurried = false

  async function run(): Promise<void> {
    let isFirst = true
    while (!signal.aborted) {
      await sleep(isHurried ? 0 : isFirst ? restMs : pauseMs, signal)
      if (signal.aborted) return
      if (isBusy()) continue
      if (isFirst) isAsked = false
      const isMore = await step(isFirst)
      if (!isMore && !isAsked) return
      isFirst = !isMore
    }
  }

  return {
    start() {
      isAsked = true
      if (running !== null || signal.aborted) return
      running = run()
        .catch(onError)
        .finally(() => {
          running = null
        })
    },
    async settled() {
      // The pauses do not keep a process alive that has nothing else to do; who waits for the end does, without them.
      const alive = setInterval(() => {}, 1_000)
      isHurried = true
      await running
      isHurried = false
      clearInterval(alive)
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
