import { htmlToPlainText } from '../generate/html'
import { parseConversationQuery, parseSort } from '../search/conversation-search'
import { describePages, parsePaging } from '../search/cursor'
import { isObject } from '../search/filter'
import { toListItem } from '../wire/conversation'
import type { WireThread } from '../wire/wire-types'
import { badRequest, notFound } from './api-error'
import type { ApiAnswer, ApiRequest } from './api-request'
import { distortConversation, distortThread } from './distort-conversation'
import { runDistorted } from './distort-page'
import { adaptConversation, requireVersion } from './versions'

const defaultPerPage = 20

/** POST /conversations/search. */
export function searchConversations(request: ApiRequest): ApiAnswer {
  const { body } = request
  if (!isObject(body) || body.query === undefined) throw badRequest('query is missing', 'parameter_missing')
  const filter = parseConversationQuery(body.query)
  return pageOf(request, filter, parseSort(body.sort), parsePaging(body.pagination, defaultPerPage))
}

/** GET /conversations: everything, latest update first. */
export function listConversations(request: ApiRequest): ApiAnswer {
  const paging = parsePaging(Object.fromEntries(request.query), defaultPerPage)
  return pageOf(request, null, parseSort(undefined), paging)
}

type PageArguments = [
  filter: ReturnType<typeof parseConversationQuery> | null,
  sort: ReturnType<typeof parseSort>,
  paging: ReturnType<typeof parsePaging>,
]

function pageOf(request: ApiRequest, ...[filter, sort, paging]: PageArguments): ApiAnswer {
  const { world, comparison, version, distort } = request
  const hits = runDistorted(request, { filter, sort, paging, comparison })
  const conversations = hits.indexes.map((index) => {
    const item = toListItem(world.stage, world.story(index))
    return distortConversation(adaptConversation(item, version), item.id, distort)
  })
  return {
    body: {
      type: 'conversation.list',
      pages: describePages(paging, hits.total, hits.next),
      total_count: hits.total,
      conversations,
    },
    rows: conversations.length,
  }
}

/** GET /conversations/{id}. */
export function getConversation({ world, id, query, version, distort }: ApiRequest): ApiAnswer {
  const thread = world.conversation(id)
  if (thread === null) throw notFound()
  if (query.get('display_as') === 'plaintext') stripMarkup(thread)
  return { body: distortThread(adaptConversation(thread, version), id, distort), rows: 1 }
}

function stripMarkup(thread: WireThread): void {
  thread.source.subject = htmlToPlainText(thread.source.subject)
  thread.source.body = htmlToPlainText(thread.source.body)
  for (const part of thread.conversation_parts.conversation_parts) {
    if (part.body !== null) part.body = htmlToPlainText(part.body)
  }
}

const mostDeletedPerPage = 60

/** GET /conversations/deleted: paged by number, its `next` an address. */
export function listDeletedConversations({ world, query, version, baseUrl }: ApiRequest): ApiAnswer {
  requireVersion(version, 16)
  const page = readNumber(query, 'page', 1, Number.MAX_SAFE_INTEGER)
  const perPage = readNumber(query, 'per_page', defaultPerPage, mostDeletedPerPage)
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc') throw badRequest("order must be 'asc' or 'desc'")
  const direction = order === 'asc' ? 1 : -1
  const all = [...world.deleted].sort(
    (a, b) => direction * (a.deletedAt - b.deletedAt || (a.id < b.id ? -1 : 1)),
  )
  const totalPages = Math.ceil(all.length / perPage)
  const next =
    page < totalPages
      ? `${baseUrl}/conversations/deleted?per_page=${perPage}&order=${order}&page=${page + 1}`
      : null
  const conversations = all.slice((page - 1) * perPage, page * perPage).map((item) => ({
    type: 'conversation',
    id: item.id,
    metrics_retained: item.metricsRetained,
    deleted_at: item.deletedAt,
  }))
  return {
    body: {
      type: 'conversations.list',
      total_count: all.length,
      pages: { type: 'pages', next, page, per_page: perPage, total_pages: totalPages },
      conversations,
    },
    rows: conversations.length,
  }
}

function readNumber(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const text = query.get(name)
  const value = text === null ? fallback : Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most) throw badRequest(`Invalid ${name}`)
  return value
}
