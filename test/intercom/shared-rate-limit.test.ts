import { setMaxListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRateLimiter, type RateLimiter } from '../../src/intercom/rate-limiter'
import { createVirtualTime } from './virtual-time'

const windowMs = 10_000
const stepMs = 250
const stepsPerWindow = windowMs / stepMs

/** What became of one window: `used` by everybody, and of ours how many were refused and how many under way at most. */
interface WindowUse {
  used: number
  ours: number
  refused: number
  mostInFlight: number
}

/** A server that counts when a request arrives, half its latency after it was sent. */
function createServer(time: ReturnType<typeof createVirtualTime>, limit: number, latencyMs: number) {
  const windows: WindowUse[] = []
  let inFlight = 0

  function present(): WindowUse {
    const index = Math.floor(time.nowMs() / windowMs)
    while (windows.length <= index) windows.push({ used: 0, ours: 0, refused: 0, mostInFlight: inFlight })
    return windows[index] as WindowUse
  }

  return {
    windows,
    /** Another app's requests; what is over the limit is refused to it. */
    take(count: number) {
      const window = present()
      window.used = Math.min(limit, window.used + count)
    },
    async serve() {
      inFlight += 1
      present().mostInFlight = Math.max(present().mostInFlight, inFlight)
      await time.sleep(latencyMs / 2)
      const window = present()
      const refused = window.used >= limit
      if (refused) window.refused += 1
      else {
        window.used += 1
        window.ours += 1
      }
      const resetAt = (windows.length * windowMs) / 1000
      const remaining = limit - window.used
      await time.sleep(latencyMs / 2)
      inFlight -= 1
      return { refused, headers: { limit, remaining, resetAt, endsInMs: resetAt * 1000 - time.nowMs() } }
    },
  }
}

type Server = ReturnType<typeof createServer>

/** So many programs, each with more to ask than can be answered, beside one that takes `taken(step)` at each step. */
async function runWindows(
  count: number,
  { limit, latencyMs, programs = 1 }: { limit: number; latencyMs: number; programs?: number },
  taken: (step: number) => number,
): Promise<WindowUse[]> {
  const time = createVirtualTime()
  const server = createServer(time, limit, latencyMs)
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const limiters = Array.from({ length: programs }, () =>
    createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep }),
  )
  for (const limiter of limiters) for (let i = 0; i < 130; i += 1) void ask(limiter, server, stop.signal)
  const takeAll = async () => {
    for (let step = 0; step < count * stepsPerWindow; step += 1) {
      server.take(taken(step))
      await time.sleep(stepMs)
    }
  }
  await time.runUntil(takeAll())
  stop.abort()
  return server.windows.slice(0, count)
}

async function ask(limiter: RateLimiter, server: Server, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const permit = await limiter.acquire({ signal }).catch(() => null)
    if (permit === null) return
    const { refused, headers } = await server.serve()
    permit.answered(headers)
    if (refused) limiter.pauseFor(headers.endsInMs)
    permit.release({ kind: 'thread', result: refused ? 'throttled' : 'ok' })
  }
}

const worlds = fc.record({
  limit: fc.constantFrom(20, 83, 166),
  latencyMs: fc.constantFrom(50, 100, 300),
  /** Each holds for half a window: the share of the limit that the other app takes meanwhile. */
  shares: fc.array(fc.constantFrom(0, 0, 0.1, 0.3, 0.5, 0.9), { minLength: 6, maxLength: 6 }),
  /** In how many of the steps of that half it takes it. */
  burst: fc.integer({ min: 1, max: stepsPerWindow / 2 }),
})

describe('another app at the same limit', () => {
  it('makes us exceed the limit by no more than was under way, and what it leaves is used', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ limit, latencyMs, shares, burst }) => {
        const half = stepsPerWindow / 2
        const taken = (step: number) => {
          const share = shares[Math.floor(step / half)] ?? 0
          return step % half < burst ? Math.round((limit * share) / burst) : 0
        }
        const windows = await runWindows(3, { limit, latencyMs }, taken)
        for (const { used, refused, mostInFlight } of windows) {
          expect(refused).toBeLessThanOrEqual(mostInFlight)
          expect(used).toBe(limit)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is made room for from the second window on: hardly anything is refused any more', async () => {
    const everyStep = () => 2
    const windows = await runWindows(4, { limit: 166, latencyMs: 100 }, everyStep)
    for (const { refused } of windows.slice(1)) expect(refused).toBeLessThanOrEqual(1)
    expect(windows.map(({ used }) => used)).toEqual([166, 166, 166, 166])
  })

  it('may be ourselves: two programs share the limit with hardly a refusal', async () => {
    const windows = await runWindows(4, { limit: 83, latencyMs: 100, programs: 2 }, () => 0)
    for (const { refused } of windows.slice(1)) expect(refused).toBeLessThanOrEqual(2)
    expect(windows.map(({ used }) => used)).toEqual([83, 83, 83, 83])
  })

  it('that has gone is forgotten after a window: the next one is opened with all at once', async () => {
    const firstWindowOnly = (step: number) => (step < stepsPerWindow ? 1 : 0)
    const windows = await runWindows(4, { limit: 166, latencyMs: 100 }, firstWindowOnly)
    const [, careful, , bold] = windows.map(({ mostInFlight }) => mostInFlight)
    expect(careful).toBeLessThanOrEqual(41)
    expect(bold).toBe(64)
  })
})
