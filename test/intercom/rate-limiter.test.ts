import { describe, expect, it } from 'vitest'
import { createRateLimiter, type Permit, type RateLimiter } from '../../src/intercom/rate-limiter'
import { createVirtualTime } from './virtual-time'

const windowMs = 10_000

/** A server that counts in fixed windows; `others(second)` is what other programs use of the budget by then. */
function createServer(time: ReturnType<typeof createVirtualTime>, limit: number, latencyMs: number) {
  let windowStart = 0
  let used = 0
  const counts = { served: 0, refused: 0, inFlight: 0, mostInFlight: 0 }
  const perWindow: number[] = []

  return {
    counts,
    perWindow,
    steal(count: number) {
      used += count
    },
    async serve() {
      counts.inFlight += 1
      counts.mostInFlight = Math.max(counts.mostInFlight, counts.inFlight)
      const start = Math.floor(time.nowMs() / windowMs) * windowMs
      if (start !== windowStart) {
        windowStart = start
        used = 0
      }
      const refused = used >= limit
      if (refused) counts.refused += 1
      else {
        used += 1
        counts.served += 1
        perWindow[start / windowMs] = (perWindow[start / windowMs] ?? 0) + 1
      }
      const headers = { limit, remaining: Math.max(0, limit - used), resetAt: (start + windowMs) / 1000 }
      await time.sleep(latencyMs)
      counts.inFlight -= 1
      return { refused, headers: { ...headers, endsInMs: headers.resetAt * 1000 - time.nowMs() } }
    },
  }
}

type Server = ReturnType<typeof createServer>

async function request(limiter: RateLimiter, server: Server): Promise<void> {
  for (;;) {
    const permit = await limiter.acquire()
    const { refused, headers } = await server.serve()
    permit.answered(headers)
    if (refused) limiter.pauseFor(headers.endsInMs)
    permit.release({ kind: 'thread', result: refused ? 'throttled' : 'ok' })
    if (!refused) return
  }
}

async function runRequests(count: number, limit: number, latencyMs: number, startMs = 0) {
  const time = createVirtualTime()
  const limiter = createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep })
  const server = createServer(time, limit, latencyMs)
  if (startMs > 0) await time.runUntil(time.sleep(startMs))
  await time.runUntil(Promise.all(Array.from({ length: count }, () => request(limiter, server))))
  return { server, seconds: time.nowMs() / 1000 }
}

describe('under a limit of the server', () => {
  it.each([
    { limit: 1666, latencyMs: 100, windows: 4 },
    { limit: 166, latencyMs: 100, windows: 4 },
    { limit: 83, latencyMs: 300, windows: 3 },
    { limit: 5, latencyMs: 50, windows: 4 },
  ])(
    'uses up $limit per window with answers that take $latencyMs ms, and is never refused',
    async (given) => {
      const { limit, latencyMs, windows } = given
      const { server } = await runRequests(limit * windows, limit, latencyMs)
      expect(server.counts.refused).toBe(0)
      expect(server.perWindow).toEqual(Array.from({ length: windows }, () => limit))
    },
  )

  it('sends only two before it knows the limit', async () => {
    const time = createVirtualTime()
    const limiter = createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep })
    const server = createServer(time, 3, 100)
    const all = Promise.all(Array.from({ length: 10 }, () => request(limiter, server)))
    await time.settle()
    expect(server.counts.inFlight).toBe(2)
    await time.runUntil(all)
    expect(server.counts.refused).toBe(0)
  })

  it('loses nothing when other programs use up the budget unseen', async () => {
    const time = createVirtualTime()
    const limiter = createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep })
    const server = createServer(time, 100, 100)
    const all = Promise.all(Array.from({ length: 250 }, () => request(limiter, server)))
    time.sleep(400).then(() => server.steal(95))
    await time.runUntil(all)
    expect(server.counts.served).toBe(250)
    expect(server.counts.refused).toBeGreaterThan(0)
    expect(server.counts.refused).toBeLessThan(64)
  })

  it.each([
    { latencyMs: 100, mostInFlight: 64 },
    { latencyMs: 400, mostInFlight: 105 },
    { latencyMs: 2_000, mostInFlight: 128 },
  ])('has $mostInFlight at once where answers take $latencyMs ms', async ({ latencyMs, mostInFlight }) => {
    const { server } = await runRequests(2_500, 1_666, latencyMs)
    expect(server.counts.mostInFlight).toBe(mostInFlight)
  })

  it('uses up the limit also where answers take half a second', async () => {
    const { server } = await runRequests(4 * 1_666, 1_666, 500)
    expect(server.perWindow.slice(1, 4)).toEqual([1_666, 1_666, 1_666])
  })
})

describe('without headers', () => {
  it('goes on with eight at once', async () => {
    const time = createVirtualTime()
    const limiter = createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep })
    let inFlight = 0
    let most = 0
    const one = async () => {
      const permit = await limiter.acquire()
      most = Math.max(most, ++inFlight)
      await time.sleep(100)
      inFlight -= 1
      permit.answered(null)
      permit.release({ kind: 'thread', result: 'ok' })
    }
    await time.runUntil(Promise.all(Array.from({ length: 200 }, one)))
    expect(most).toBe(8)
  })
})

describe('acquire', () => {
  function aFullLimiter() {
    const time = createVirtualTime()
    const limiter = createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep })
    return { time, limiter, held: Promise.all([limiter.acquire(), limiter.acquire()]) }
  }

  it('rejects with the reason as soon as its signal aborts, and leaves its place to the next', async () => {
    const { time, limiter, held } = aFullLimiter()
    const controller = new AbortController()
    const waiting = limiter.acquire({ signal: controller.signal })
    const next = limiter.acquire()
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const [first] = await held
    first?.release({ kind: 'thread', result: 'ok' })
    expect(await next).toBeDefined()
    expect(time.pending()).toBe(0)
  })

  it('leaves no timer behind when the last one that waits for a window gives up', async () => {
    const { time, limiter, held } = aFullLimiter()
    const [first, second] = await held
    first?.answered({ limit: 10, remaining: 0, resetAt: 5, endsInMs: 5_000 })
    first?.release({ kind: 'thread', result: 'ok' })
    second?.release({ kind: 'thread', result: 'ok' })
    const controller = new AbortController()
    const waiting = limiter.acquire({ signal: controller.signal })
    expect(time.pending()).toBe(1)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(time.pending()).toBe(0)
  })

  it('rejects at once when the signal has aborted before', async () => {
    const { limiter } = aFullLimiter()
    await expect(limiter.acquire({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
      'too late',
    )
  })

  it('lets an urgent request go first', async () => {
    const { limiter, held } = aFullLimiter()
    const order: string[] = []
    const note = (name: string) => (permit: Permit) => {
      order.push(name)
      permit.release({ kind: 'thread', result: 'ok' })
    }
    const all = [limiter.acquire().then(note('sync')), limiter.acquire({ urgent: true }).then(note('person'))]
    for (const permit of await held) permit.release({ kind: 'thread', result: 'ok' })
    await Promise.all(all)
    expect(order).toEqual(['person', 'sync'])
  })

  it('holds everything back during a pause', async () => {
    const time = createVirtualTime()
    const limiter = createRateLimiter({ nowMs: time.nowMs, sleep: time.sleep })
    limiter.pauseFor(4_000)
    await time.runUntil(limiter.acquire())
    expect(time.nowMs()).toBe(4_000)
  })
})
