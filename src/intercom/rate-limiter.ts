import { abortableSleep, type Sleep } from './abortable-sleep'
import type { RateLimit } from './api'
import { createConcurrencyBound, usualConcurrency } from './concurrency-bound'
import { createRateWindow, type SeenRateLimit } from './rate-window'

export interface RateLimiter {
  /** Resolves when a request may go out; rejects with the signal's reason. Urgent ones go before all that wait. */
  acquire(options?: { signal?: AbortSignal; urgent?: boolean }): Promise<Permit>
  /** A 429: nothing goes out for so long, and the rest of this window is not used. */
  pauseFor(ms: number): void
  rateLimit(): RateLimit | null
}

/** One request's leave to run. Ends with `release`, whatever happened. */
export interface Permit {
  /** The answer's head is in: from here on Intercom's own count includes this request. */
  answered(seen: SeenRateLimit | null): void
  release(outcome: RequestOutcome): void
}

export interface RequestOutcome {
  /** Requests of one kind take about the same time. */
  kind: string
  result: 'ok' | 'throttled' | 'overloaded' | 'failed'
}

export interface RateLimiterOptions {
  /** Milliseconds on a clock that does not jump. */
  nowMs?: () => number
  sleep?: Sleep
}

interface Waiter {
  grant(): void
}

/** Until Intercom has named a limit, so that a tiny budget is not overrun by the first burst. */
const concurrencyBeforeFirstAnswer = 2
/** For a proxy that takes the headers away: modest, since only a 429 would tell of too much. */
const concurrencyWithoutHeaders = 8
/** For answers so slow that the usual concurrency would not use up the limit. Each holds a whole thread at the end. */
const highestConcurrency = 128
/** More than the pace times the latency, so that a slow stretch of a window is made up for within it. */
const headroom = 1.5

/**
 * Lets requests out as fast as the rate-limit headers allow and no faster, with no limit of its own built in. One
 * limiter serves all requests of a client.
 */
export function createRateLimiter(options: RateLimiterOptions = {}): RateLimiter {
  const nowMs = options.nowMs ?? (() => performance.now())
  const sleep = options.sleep ?? abortableSleep
  const window = createRateWindow()
  const bound = createConcurrencyBound()
  const queue: Waiter[] = []
  let running = 0
  let unanswered = 0
  let anyAnswer = false
  let pausedUntil = Number.NEGATIVE_INFINITY
  let alarm: { at: number; controller: AbortController } | null = null

  function pump(): void {
    while (queue.length > 0 && running < (anyAnswer ? bound.current() : concurrencyBeforeFirstAnswer)) {
      const now = nowMs()
      if (now < pausedUntil) {
        wakeAt(pausedUntil, now)
        return
      }
      if (window.allowance(now, unanswered) < 1) {
        const endsAt = window.endsAt()
        // Without a running window it is the unanswered ones that fill the budget, and their answers pump again.
        if (endsAt !== null) wakeAt(endsAt, now)
        return
      }
      queue.shift()?.grant()
    }
  }

  function wakeAt(at: number, now: number): void {
    if (alarm && alarm.at <= at) return
    alarm?.controller.abort()
    const mine = { at, controller: new AbortController() }
    alarm = mine
    sleep(Math.max(1, at - now), mine.controller.signal).then(
      () => {
        if (alarm === mine) alarm = null
        pump()
      },
      () => {
        // Aborted: an earlier alarm has taken over, or nobody waits any more.
      },
    )
  }

  function dropAlarmWhenIdle(): void {
    if (queue.length > 0) return
    alarm?.controller.abort()
    alarm = null
  }

  function ceilingFor(kind: string): number {
    const pace = window.pace()
    if (pace === null) return concurrencyWithoutHeaders
    const needed = Math.ceil(pace * bound.usualMs(kind) * headroom)
    return Math.max(usualConcurrency, Math.min(needed, highestConcurrency))
  }

  function permit(): Permit {
    const startedAt = nowMs()
    let state: 'sent' | 'answered' | 'released' = 'sent'
    running += 1
    unanswered += 1
    return {
      answered(seen) {
        if (state !== 'sent') return
        state = 'answered'
        unanswered -= 1
        anyAnswer = true
        window.learn(seen, nowMs())
        pump()
      },
      release({ kind, result }) {
        if (state === 'released') return
        if (state === 'sent') {
          unanswered -= 1
          window.learn(null, nowMs())
        }
        state = 'released'
        bound.setCeiling(ceilingFor(kind))
        if (result === 'ok') bound.onAnswer(kind, nowMs() - startedAt, running)
        else if (result === 'throttled') bound.onTrouble(0.7)
        else if (result === 'overloaded') bound.onTrouble(0.5)
        running -= 1
        pump()
      },
    }
  }

  return {
    acquire: ({ signal, urgent = false } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason)
          return
        }
        const onAbort = () => {
          queue.splice(queue.indexOf(waiter), 1)
          dropAlarmWhenIdle()
          reject(signal?.reason)
        }
        const waiter: Waiter = {
          grant() {
            signal?.removeEventListener('abort', onAbort)
            resolve(permit())
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        if (urgent) queue.unshift(waiter)
        else queue.push(waiter)
        pump()
      }),
    pauseFor(ms) {
      pausedUntil = Math.max(pausedUntil, nowMs() + ms)
      window.exhaust()
    },
    rateLimit: () => window.latest(),
  }
}
