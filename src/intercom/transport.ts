import { setMaxListeners } from 'node:events'
import ky from 'ky'
import type { IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import { abortableSleep, type Sleep } from './abortable-sleep'
import type { RequestOptions } from './api'
import type { ApiClock } from './api-clock'
import { startDeadline } from './deadline'
import {
  type Destination,
  isOverload,
  isRetryable,
  toAnswerError,
  toNetworkError,
  toRedirectError,
  toShapeError,
  toSilenceError,
} from './errors'
import { type Operation, operations } from './operations'
import type { Permit, RateLimiter, RequestOutcome } from './rate-limiter'
import type { SeenRateLimit } from './rate-window'
import { createReachability } from './reachability'
import { sendWithin } from './redirects'
import { retryDelayMs } from './retry-delay'

interface ApiRequest<T> {
  operation: Operation
  /** Begins with a slash and comes after the base address. */
  path: string
  /** Asked anew for each try, as the body is. */
  query?: () => Record<string, string>
  /** Makes the request a POST. */
  body?: () => unknown
  /** The answer in the caller's words, or null when it is not what the API documents. */
  parse(json: unknown, answer: AnswerHead): T | null
  /** A status besides 2xx that `parse` wants to see. */
  alsoAccept?: number
  /** Called after a try that overwhelmed the server. */
  onOverload?: () => void
}

export interface AnswerHead {
  status: number
  headers: Headers
}

export interface Transport {
  /** Sends a request until it succeeds, is refused, or its tries are used up. */
  send<T>(request: ApiRequest<T>, options?: RequestOptions): Promise<T>
  requestCounts(): { sent: number; rateLimited: number }
}

export interface TransportOptions {
  /** Without a trailing slash. */
  baseUrl: string
  destination: Destination
  headers: Record<string, string>
  limiter: RateLimiter
  clock: ApiClock
  logger: Logger
  sleep?: Sleep
  random?: () => number
  fetch?: typeof fetch
}

interface Answer extends AnswerHead {
  ok: boolean
  json: unknown
}

interface FailedAttempt {
  error: IntercomApiError
  timedOut: boolean
  head: AnswerHead | null
  /** Whether any answer at all, to whichever request, came in while this one was under way. */
  heardOf: boolean
}

type Attempt<T> = { value: T } | FailedAttempt

/** With a window of ten seconds this is two minutes of being crowded out by others. */
const mostThrottles = 12
const reachabilityPath = '/me'
const reachabilityTimeoutMs = 10_000
/** Every place in the limiter may be held by requests that wait in vain, and then nobody could ask why. */
const freePass: Permit = { answered() {}, release() {} }

/** The one place where requests leave: through the limiter, with retries, and watched by the caller's signal. */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, destination, limiter, clock, logger } = options
  const sleep = options.sleep ?? abortableSleep
  const random = options.random ?? Math.random
  const http = ky.create({
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    headers: options.headers,
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    redirect: 'manual',
  })
  let sent = 0
  let rateLimited = 0
  let answers = 0

  function readRateLimit(headers: Headers): SeenRateLimit | null {
    const limit = readNumber(headers.get('x-ratelimit-limit'))
    const remaining = readNumber(headers.get('x-ratelimit-remaining'))
    const resetAt = readNumber(headers.get('x-ratelimit-reset'))
    if (limit === null || remaining === null || resetAt === null) return null
    return { limit, remaining, resetAt, endsInMs: resetAt * 1000 - clock.nowMs() }
  }

  async function receive<T>(request: ApiRequest<T>, permit: Permit, signal: AbortSignal): Promise<Answer> {
    const response = await sendWithin(http, `${baseUrl}${request.path}`, request, signal, (headers) => {
      answers += 1
      clock.learn(headers.get('date'))
      permit.answered(readRateLimit(headers))
    })
    const json = parseJson(await response.text())
    return { status: response.status, ok: response.ok, headers: response.headers, json }
  }

  function judge<T>(answer: Answer, request: ApiRequest<T>): Attempt<T> {
    const { operation } = request
    const { status, ok, json } = answer
    const failed = (error: IntercomApiError) => ({ error, timedOut: false, head: answer, heardOf: true })
    if (status >= 300 && status < 400) return failed(toRedirectError(status, operation, destination))
    if (!ok && status !== request.alsoAccept) {
      return failed(toAnswerError({ status, json }, operation, destination))
    }
    const value = request.parse(json, answer)
    return value === null ? failed(toShapeError(status, operation, destination)) : { value }
  }

  async function attempt<T>(
    request: ApiRequest<T>,
    options: RequestOptions,
    throttles: number,
    pass?: Permit,
  ): Promise<Attempt<T>> {
    const { operation } = request
    const permit = pass ?? (await limiter.acquire(options))
    const answersBefore = answers
    const deadline = startDeadline(operation.timeoutMs, options.signal)
    sent += 1
    let result: RequestOutcome['result'] = 'failed'
    let answer: Answer
    try {
      answer = await receive(request, permit, deadline.signal)
      result = judgeLoad(answer.status)
      // Before this one gives up its place: all wait in the limiter, so that no other runs into the same refusal.
      if (result === 'throttled') limiter.pauseFor(waitAfter(answer, throttles + 1))
    } catch (cause) {
      if (options.signal?.aborted) throw options.signal.reason
      const timedOut = deadline.signal.aborted
      if (timedOut) result = 'overloaded'
      const error = toNetworkError(cause, timedOut ? operation.timeoutMs : null, operation, destination)
      return { error, timedOut, head: null, heardOf: answers > answersBefore }
    } finally {
      deadline.clear()
      permit.release({ kind: operation.name, result })
    }
    return judge(answer, request)
  }

  const reachability = createReachability(async () => {
    const deadline = startDeadline(reachabilityTimeoutMs)
    try {
      const request = {
        operation: operations.me,
        path: reachabilityPath,
        parse: (json: unknown) => ({ json }),
      }
      const result = await attempt(request, { signal: deadline.signal }, 0, freePass)
      return 'value' in result || result.heardOf
    } catch {
      // No answer within its time.
      return false
    } finally {
      deadline.clear()
    }
  })

  /**
   * A request that got no answer, while Intercom answers others, is a matter of that request: it may be tried again,
   * and the others go on. Where nothing is answered at all, nothing is worth another try.
   */
  async function judgeSilence<T>(
    failure: FailedAttempt,
    { operation, path }: ApiRequest<T>,
    isLast: boolean,
    signal: AbortSignal | undefined,
  ): Promise<IntercomApiError> {
    const { error, timedOut, heardOf } = failure
    if (error.kind !== 'network' || !(timedOut || isLast)) return error
    const isHeard = heardOf || (path !== reachabilityPath && (await reachability.ask(signal)))
    if (!isHeard) throw error
    return toSilenceError(error, timedOut ? operation.timeoutMs : null, operation, destination)
  }

  function waitAfter(head: AnswerHead | null, failures: number): number {
    return retryDelayMs({
      status: head?.status ?? null,
      retryAfter: head?.headers.get('retry-after') ?? null,
      windowEndsInMs: head ? (readRateLimit(head.headers)?.endsInMs ?? null) : null,
      failures,
      nowMs: clock.nowMs(),
      random,
    })
  }

  return {
    async send(request, options = {}) {
      // One signal watches over all requests of a sync, which Node would take for a leak.
      if (options.signal) setMaxListeners(0, options.signal)
      let failures = 0
      let timeouts = 0
      let throttles = 0
      for (;;) {
        const result = await attempt(request, options, throttles)
        if ('value' in result) return result.value
        const { head, timedOut } = result
        if (!isRetryable(result.error)) throw result.error
        const { operation, onOverload } = request
        const fields = { operation: operation.name, kind: result.error.kind, status: result.error.status }
        logger.debug('Intercom did not answer as hoped', fields)
        if (result.error.kind === 'rate_limited') {
          rateLimited += 1
          throttles += 1
          if (throttles >= mostThrottles) throw result.error
          continue
        }
        failures += 1
        if (timedOut) timeouts += 1
        const isLast = failures >= operation.attempts || timeouts >= operation.timeouts
        const error = await judgeSilence(result, request, isLast, options.signal)
        if (isOverload(error, timedOut)) onOverload?.()
        if (isLast) throw error
        await sleep(waitAfter(head, failures), options.signal)
      }
    },
    requestCounts: () => ({ sent, rateLimited }),
  }
}

function judgeLoad(status: number): RequestOutcome['result'] {
  if (status === 429) return 'throttled'
  if (status >= 500 || status === 408) return 'overloaded'
  return status < 300 ? 'ok' : 'failed'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readNumber(value: string | null): number | null {
  return value !== null && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : null
}
