import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SimulatorClock } from '../clock'
import { type FaultOutcome, gatewayTimeout } from '../fault-table'
import type { Faults } from '../faults'
import { mixSeeds } from '../generate/random'
import type { LateCopies } from '../late-copy'
import type { ContactSearch } from '../search/contact-search'
import type { ConversationSearch } from '../search/conversation-search'
import type { Comparison } from '../search/match'
import { ApiError, badRequest, errorBody, notFound } from './api-error'
import type { ApiRequest } from './api-request'
import { letThingsHappen, type Scene } from './meanwhile'
import type { RateWindow } from './rate-window'
import type { RequestRecorder } from './request-log'
import { type Route, routes } from './routes'
import { readVersion } from './versions'

/** Time that an answer takes. */
export interface Latency {
  /** Every answer. */
  baseMs?: number
  /** On top, for each row of a list. */
  perRowMs?: number
}

/** The adjustable state of a running simulator. */
export interface Switchboard extends Scene {
  conversationSearch: ConversationSearch
  contactSearch: ContactSearch
  clock: SimulatorClock
  rate: RateWindow
  faults: Faults
  lateCopies: LateCopies
  log: RequestRecorder
  token: string
  comparison: Comparison
  latency: Latency
  /** Send `Retry-After` with 429, which Intercom does not document. */
  sendRetryAfter: boolean
  baseUrl(): string
  sleep(ms: number): Promise<void>
}

interface Reply {
  status: number
  contentType: string
  body: string
  headers: Record<string, string>
  rows: number
}

/** Answers one request the way the API does: rate limit, faults, token, version, then the endpoint. */
export async function handleRequest(board: Switchboard, request: IncomingMessage, response: ServerResponse) {
  const { log, clock } = board
  const url = new URL(request.url ?? '/', 'http://simulator')
  const found = findRoute(request.method ?? 'GET', url.pathname)
  const endpoint = found?.route.name ?? 'unknown'
  const version = request.headers['intercom-version']
  const record = {
    method: request.method ?? 'GET',
    path: url.pathname + url.search,
    endpoint,
    version: typeof version === 'string' ? version : null,
    body: null as unknown,
  }
  log.begin()
  let status = 0
  try {
    const text = await readBody(request)
    record.body = parseLogged(text)
    const distort: ApiRequest['distort'] = (fault, id = found?.id) =>
      board.faults.distort(fault, { endpoint, id: id || null })
    const reply = answer(board, request, { found, url, text, requestId: requestIdOf(board), distort })
    if (reply === 'silence') {
      await once(response, 'close')
      return
    }
    const waitMs = (board.latency.baseMs ?? 0) + (board.latency.perRowMs ?? 0) * (reply?.rows ?? 0)
    if (waitMs > 0) await board.sleep(waitMs)
    if (reply === null || response.destroyed) {
      request.socket.destroy()
      return
    }
    status = reply.status
    response.sendDate = false
    response.writeHead(reply.status, {
      'Content-Type': reply.contentType,
      'Content-Length': Buffer.byteLength(reply.body),
      Date: new Date(clock.nowMs() + 1000 * (distort('wrong_date')?.amount ?? 0)).toUTCString(),
      ...reply.headers,
    })
    response.end(reply.body)
  } finally {
    log.end({ ...record, status })
  }
}

interface Incoming {
  found: { route: Route; id: string } | null
  url: URL
  text: string
  requestId: string
  distort: ApiRequest['distort']
}

/** null means: cut the connection. */
function answer(board: Switchboard, request: IncomingMessage, incoming: Incoming): Reply | null | 'silence' {
  const { distort } = incoming
  const allowed = board.rate.take()
  for (let others = distort('shared_rate_limit')?.amount ?? 0; others > 0; others--) board.rate.take()
  const limits = distort('no_rate_headers') ? {} : board.rate.headers()
  const headers: Record<string, string> = { ...limits, 'X-Request-Id': incoming.requestId }
  try {
    if (!allowed) throw rateLimited(board)
    const endpoint = incoming.found?.route.name ?? 'unknown'
    const struck = board.faults.strike({ endpoint, id: incoming.found?.id || null })
    if (struck?.kind === 'silence') return 'silence'
    if (struck?.kind === 'drop') return null
    if (struck?.kind === 'raw') return { ...struck, headers, rows: 0 }
    if (struck?.kind === 'error') throw faultError(board, struck)
    checkToken(board, request)
    const version = readVersion(headerOf(request, 'intercom-version'))
    headers['Intercom-Version'] = version
    if (incoming.found === null) throw unknownResource(request)
    const { route, id } = incoming.found
    letThingsHappen(board, distort)
    const late = board.lateCopies.copyFor(endpoint, distort)
    const { body, rows = 0 } = route.answer({
      world: late?.world ?? board.world,
      conversationSearch: late?.search ?? board.conversationSearch,
      contactSearch: board.contactSearch,
      comparison: board.comparison,
      version,
      id,
      query: incoming.url.searchParams,
      body: route.method === 'POST' ? parseBody(incoming.text) : null,
      baseUrl: board.baseUrl(),
      distort,
    })
    const slow = distort('slow_pages')
    if (slow && rows > slow.amount) return { ...gatewayTimeout, headers, rows: slow.amount }
    return json(200, body, headers, rows)
  } catch (error) {
    const refusal = error instanceof ApiError ? error : new ApiError(500, 'server_error', String(error))
    const body = errorBody(incoming.requestId, refusal.code, refusal.message)
    return json(refusal.status, body, { ...headers, ...refusal.headers }, 0)
  }
}

function json(status: number, body: object, headers: Record<string, string>, rows: number): Reply {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body), headers, rows }
}

function rateLimited(board: Switchboard): ApiError {
  const resetAt = Number(board.rate.headers()['X-RateLimit-Reset'])
  const wait = Math.max(1, resetAt - board.clock.now())
  const message = `Exceeded rate limit of ${board.rate.limit} in 10_seconds`
  return new ApiError(
    429,
    'rate_limit_exceeded',
    message,
    board.sendRetryAfter ? { 'Retry-After': String(wait) } : {},
  )
}

function faultError(board: Switchboard, fault: FaultOutcome & { kind: 'error' }): ApiError {
  if (fault.status !== 429) return new ApiError(fault.status, fault.code, fault.message)
  const refusal = rateLimited(board)
  return new ApiError(429, fault.code, fault.message, { ...refusal.headers, 'X-RateLimit-Remaining': '0' })
}

function checkToken(board: Switchboard, request: IncomingMessage): void {
  const header = headerOf(request, 'authorization')
  if (header === undefined || header === '') {
    throw new ApiError(401, 'missing_authorization', 'Missing Authorization header')
  }
  if (header !== `Bearer ${board.token}`) throw new ApiError(401, 'unauthorized', 'Access Token Invalid')
}

/** An unknown resource is 406 to whoever does not take JSON. */
function unknownResource(request: IncomingMessage): ApiError {
  const accept = headerOf(request, 'accept') ?? ''
  if (accept.includes('json') || accept.includes('*/*')) return notFound()
  return new ApiError(406, 'not_acceptable', 'The Accept header should send a media type of application/json')
}

function findRoute(method: string, path: string): { route: Route; id: string } | null {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null
    if (match !== null) return { route, id: decodeId(match[1] ?? '') }
  }
  return null
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function parseLogged(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return text
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest('The request body is not valid JSON')
  }
}

function requestIdOf(board: Switchboard): string {
  return `000${mixSeeds(board.log.total, 91).toString(36).padStart(8, 'l')}${mixSeeds(board.log.total, 92).toString(36)}`
}
