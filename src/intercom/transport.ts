import { setMaxListeners } from 'node:events'
import ky, { type KyInstance } from 'ky'
import type { IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import { abortableSleep, type Sleep } from './abortable-sleep'
import type { RequestOptions } from './api'
import type { ApiClock } from './api-clock'
import {
  type Destination,
  isOverload,
  isRetryable,
  toAnswerError,
  toNetworkError,
  toRedirectError,
  toShapeError,
} from './errors'
import type { Operation } from './operations'
import type { Permit, RateLimiter, RequestOutcome } from './rate-limiter'
import type { SeenRateLimit } from './rate-window'
import { retryDelayMs } from './retry-delay'

interface ApiRequest<T> {
  operation: Operation
  /** Begins with a slash and comes after the base address. */
  path: string
  query?: Record<string, string>
  /** Makes the request a POST; asked anew for each try. */
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

type Attempt<T> = { value: T } | { error: IntercomApiError; timedOut: boolean; head: AnswerHead | null }

/** With a window of ten seconds this is two minutes of being crowded out by others. */
const mostThrottles = 12
const mostRedirects = 3

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

  function readRateLimit(headers: Headers): SeenRateLimit | null {
    const limit = readNumber(headers.get('x-ratelimit-limit'))
    const remaining = readNumber(headers.get('x-ratelimit-remaining'))
    const resetAt = readNumber(headers.get('x-ratelimit-reset'))
    if (limit === null || remaining === null || resetAt === null) return null
    return { limit, remaining, resetAt, endsInMs: resetAt * 1000 - clock.nowMs() }
  }

  async function receive<T>(request: ApiRequest<T>, permit: Permit, signal: AbortSignal): Promise<Answer> {
    const response = await follow(http, `${baseUrl}${request.path}`, request, signal, (headers) => {
      clock.learn(headers.get('date'))
      permit.answered(readRateLimit(headers))
    })
    const json = parseJson(await response.text())
    return { status: response.status, ok: response.ok, headers: response.headers, json }
  }

  function judge<T>(answer: Answer, request: ApiRequest<T>): Attempt<T> {
    const { operation } = request
    const { status, ok, json } = answer
    const failed = (error: IntercomApiError) => ({ error, timedOut: false, head: answer })
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
  ): Promise<Attempt<T>> {
    const { operation } = request
    const permit = await limiter.acquire(options)
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
      return { error, timedOut, head: null }
    } finally {
      deadline.clear()
      permit.release({ kind: operation.name, result })
    }
    return judge(answer, request)
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
      let throttles = 0
      for (;;) {
        const result = await attempt(request, options, throttles)
        if ('value' in result) return result.value
        const { error, head, timedOut } = result
        if (!isRetryable(error)) throw error
        const fields = { operation: request.operation.name, kind: error.kind, status: error.status }
        logger.debug('Intercom did not answer as hoped', fields)
        if (error.kind === 'rate_limited') {
          rateLimited += 1
          throttles += 1
          if (throttles >= mostThrottles) throw error
          continue
        }
        if (isOverload(error, timedOut)) request.onOverload?.()
        failures += 1
        if (failures >= request.operation.attempts) throw error
        await sleep(waitAfter(head, failures), options.signal)
      }
    },
    requestCounts: () => ({ sent, rateLimited }),
  }
}

/** Sends, and follows redirects inside our own origin: fetch would follow them anywhere. */
async function follow<T>(
  http: KyInstance,
  url: string,
  { query, body }: ApiRequest<T>,
  signal: AbortSignal,
  onHead: (headers: Headers) => void,
): Promise<Response> {
  const target = new URL(url)
  for (const [name, value] of Object.entries(query ?? {})) target.searchParams.set(name, value)
  let current = target
  for (let redirects = 0; ; redirects += 1) {
    const response = await (body
      ? http.post(current, { json: body(), signal })
      : http.get(current, { signal }))
    onHead(response.headers)
    const next = findRedirect(response, current)
    if (next === null || next.origin !== target.origin || redirects >= mostRedirects) return response
    await response.body?.cancel()
    current = next
  }
}

function findRedirect(response: Response, from: URL): URL | null {
  const location = response.headers.get('location')
  if (response.status < 300 || response.status >= 400 || location === null) return null
  return URL.canParse(location, from.href) ? new URL(location, from.href) : null
}

/**
 * A signal of its own for each try: ends with the caller's or with the time. AbortSignal.any would leave something
 * behind on a caller's signal that lives as long as a sync.
 */
function startDeadline(timeoutMs: number, signal: AbortSignal | undefined) {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => controller.abort(new Error('Time-out')), timeoutMs)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
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
