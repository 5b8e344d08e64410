import type { FetchedConversation } from '../domain/conversation'
import { ConfigurationError, IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import type { Sleep } from './abortable-sleep'
import type { IntercomApi, Me, RequestOptions } from './api'
import { createApiClock } from './api-clock'
import { cleanLine } from './clean-text'
import { fetchContact, fetchContacts } from './contacts'
import { countConversations, searchConversations, searchOpenConversations } from './conversation-search'
import { listDeleted } from './deleted-conversations'
import type { Destination } from './errors'
import { type IntercomRegion, intercomHosts } from './hosts'
import { toFetchedConversation, toTags } from './mapper'
import { type Operation, operations } from './operations'
import { createPermissions } from './permissions'
import { createRateLimiter } from './rate-limiter'
import { isObject, readEach, readOne, wire } from './schemas'
import { createTransport, type Transport } from './transport'

export interface IntercomClientOptions {
  token: string
  region: IntercomRegion
  /** Any other base address instead of the region's own, with or without a path. */
  apiUrl?: string | null
  apiVersion: string
  /** The program's version, for the User-Agent header. */
  version: string
  logger?: Logger
  /** Milliseconds since the epoch on the local clock. */
  now?: () => number
  sleep?: Sleep
  random?: () => number
  fetch?: typeof fetch
}

/**
 * The client of Intercom's REST API. It sends nothing until it is asked; a token or address that cannot be used is
 * refused at once with ConfigurationError.
 */
export function createIntercomClient(options: IntercomClientOptions): IntercomApi {
  const base = parseBase(options)
  const logger = options.logger ?? silentLogger
  const clock = createApiClock(options.now ?? Date.now)
  const limiter = createRateLimiter({ nowMs: options.now, sleep: options.sleep })
  const transport = createTransport({
    baseUrl: base.url,
    destination: base.destination,
    headers: {
      authorization: `Bearer ${checkToken(options.token)}`,
      accept: 'application/json',
      'intercom-version': options.apiVersion,
      'user-agent': `fast-intercom-mcp/${options.version}`,
    },
    limiter,
    clock,
    logger,
    sleep: options.sleep,
    random: options.random,
    fetch: options.fetch,
  })
  const permissions = createPermissions(transport, logger)
  return {
    fetchMe: (request) => fetchMe(transport, base.destination, request),
    searchConversations: (window, request) =>
      permissions.watchSearch(searchConversations(transport, logger, window, request)),
    searchOpenConversations: (request) => searchOpenConversations(transport, logger, request),
    countConversations: (window, request) => countConversations(transport, window, request),
    fetchConversation: (id, request) =>
      permissions.watchConversation(fetchConversation(transport, logger, id, request)),
    listDeleted: (request) => listDeleted(transport, logger, request),
    fetchContact: (id, request) => fetchContact(transport, id, request),
    fetchContacts: (ids, request) => fetchContacts(transport, ids, request),
    listAdmins: (request) => listTeammates(transport, operations.admins, '/admins', 'admins', request),
    listTeams: async (request) => {
      const teams = await listTeammates(transport, operations.teams, '/teams', 'teams', request)
      return teams.map(({ id, name }) => ({ id, name }))
    },
    listTags: async (request) =>
      toTags(await fetchList(transport, operations.tags, '/tags', 'data', request)),
    checkTicketPermission: permissions.checkTickets,
    missingPermissions: permissions.missing,
    now: () => Math.floor(clock.nowMs() / 1000),
    rateLimit: limiter.rateLimit,
    requestCounts: transport.requestCounts,
  }
}

async function fetchMe(
  transport: Transport,
  destination: Destination,
  options?: RequestOptions,
): Promise<Me> {
  const me = await transport.send(
    { operation: operations.me, path: '/me', parse: (json) => readOne(wire.me, json) },
    options,
  )
  const { app } = me
  if (app === null) {
    throw new IntercomApiError('unauthorised', 'Intercom accepts the token but names no workspace for it.', {
      hint: `Make a token in the workspace's own app in Intercom's Developer Hub (now asked: ${destination.host}).`,
    })
  }
  return {
    adminName: cleanLine(me.name),
    workspace: {
      id: app.id_code,
      name: cleanLine(app.name) ?? app.id_code,
      timezone: cleanLine(app.timezone),
      region: cleanLine(app.region),
      createdAt: app.created_at,
    },
  }
}

async function fetchConversation(
  transport: Transport,
  logger: Logger,
  id: string,
  options?: RequestOptions,
): Promise<FetchedConversation> {
  const onSkippedPart = (conversationId: string) =>
    logger.warn('Skipped a part of a conversation that has no id or no time', { conversationId })
  // Without its parts it would look like a thread that has been emptied.
  const parse = (json: unknown) => {
    const fetched = toFetchedConversation(json, onSkippedPart)
    return fetched?.thread ? fetched : null
  }
  const path = `/conversations/${encodeURIComponent(id)}`
  return transport.send({ operation: operations.conversation, path, parse }, options)
}

async function listTeammates(
  transport: Transport,
  operation: Operation,
  path: string,
  key: string,
  options?: RequestOptions,
) {
  const members = await fetchList(transport, operation, path, key, options)
  return readEach(wire.teammate, members).map((sent) => ({
    id: sent.id,
    name: cleanLine(sent.name),
    email: cleanLine(sent.email),
  }))
}

function fetchList(
  transport: Transport,
  operation: Operation,
  path: string,
  key: string,
  options?: RequestOptions,
): Promise<unknown[]> {
  const parse = (json: unknown): unknown[] | null => {
    const list = isObject(json) ? json[key] : null
    return Array.isArray(list) ? list : null
  }
  return transport.send({ operation, path, parse }, options)
}

/** Visible ASCII is all a header takes without changing it; the message must not show any of the token. */
function checkToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  const problem = token === '' ? 'is empty' : 'contains spaces or characters that no token has'
  throw new ConfigurationError(`The access token ${problem}.`, {
    hint: "Copy it again from the app's Authentication page in Intercom's Developer Hub, then run `npx fast-intercom-mcp init`.",
  })
}

function parseBase({ apiUrl, region }: IntercomClientOptions): { url: string; destination: Destination } {
  const address = apiUrl || intercomHosts[region]
  const url = URL.canParse(address) ? new URL(address) : null
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!usable) {
    throw new ConfigurationError('The Intercom API address is not a plain http or https address.', {
      hint: 'Set INTERCOM_API_URL to an address such as https://api.intercom.io, or remove it.',
    })
  }
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    destination: { host: url.host, region, custom: Boolean(apiUrl) },
  }
}

const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
}
