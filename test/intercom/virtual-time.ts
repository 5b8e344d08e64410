import type { Sleep } from '../../src/intercom/abortable-sleep'

/** Time that stands still until all is quiet, then jumps to the next thing that waits for it. */
export function createVirtualTime() {
  let now = 0
  let waiting: { at: number; wake: () => void }[] = []

  const sleep: Sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const entry = { at: now + ms, wake: resolve as () => void }
      waiting.push(entry)
      signal?.addEventListener('abort', () => {
        waiting = waiting.filter((other) => other !== entry)
        reject(signal.reason)
      })
    })

  /** Lets everything that can run without time passing run. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await Promise.resolve()
  }

  return {
    sleep,
    nowMs: () => now,
    settle,
    /** Moves on until `done` is settled. */
    async runUntil(done: Promise<unknown>): Promise<void> {
      let over = false
      const end = () => {
        over = true
      }
      done.then(end, end)
      await settle()
      while (!over) {
        const next = waiting.reduce(
          (first, entry) => (entry.at < first.at ? entry : first),
          waiting[0] ?? missing(),
        )
        waiting = waiting.filter((entry) => entry !== next)
        now = Math.max(now, next.at)
        next.wake()
        await settle()
      }
    },
    /** How many things wait for time to pass. */
    pending: () => waiting.length,
  }
}

function missing(): never {
  throw new Error('Nothing waits for time to pass, yet not all is done')
}
