import type { FetchedConversation } from '../domain/conversation'
import type { TimeField } from '../domain/coverage'
import type { Timeframe } from '../domain/timeframe'
import type { LogFields, Logger } from '../logger'
import type { RequestOptions, SearchPage, SearchWindow } from './api'
import { toFetchedConversation } from './mapper'
import { operations } from './operations'
import { createPageSize, type PageSize } from './page-size'
import { isObject, readOne, wire } from './schemas'
import type { Transport } from './transport'

const path = '/conversations/search'
const mostPerPage = 150

/** What is asked for, page by page. */
interface Inquiry {
  query: object
  sort: Pick<SearchWindow, 'field' | 'order'>
  pageSize: number
  isWanted(hit: FetchedConversation): boolean
  /** Names it in the log. */
  about: LogFields
}

/**
 * The window's hits page by page. Ends after the last page, and also when a cursor repeats or a page brings nothing
 * new: a fault in paging must not be followed for days.
 */
export function searchConversations(
  transport: Transport,
  logger: Logger,
  window: SearchWindow,
  options: RequestOptions = {},
): AsyncGenerator<SearchPage> {
  const { field, order, timeframe, pageSize } = window
  const inquiry: Inquiry = {
    query: windowQuery(window),
    sort: { field, order },
    pageSize: Math.min(Math.max(1, Math.trunc(pageSize)), mostPerPage),
    isWanted: (hit) => !isOnOuterEdge(hit, window),
    about: { field, ...timeframe },
  }
  return readPages(transport, logger, inquiry, options)
}

/** All conversations that are open or snoozed now, whatever their age, page by page. Ends as a window does. */
export function searchOpenConversations(
  transport: Transport,
  logger: Logger,
  options: RequestOptions = {},
): AsyncGenerator<SearchPage> {
  const inquiry: Inquiry = {
    query: { field: 'state', operator: 'IN', value: ['open', 'snoozed'] },
    sort: { field: 'updated_at', order: 'ascending' },
    pageSize: mostPerPage,
    isWanted: () => true,
    about: { state: 'open' },
  }
  return readPages(transport, logger, inquiry, options)
}

async function* readPages(
  transport: Transport,
  logger: Logger,
  inquiry: Inquiry,
  options: RequestOptions,
): AsyncGenerator<SearchPage> {
  const pageSize = createPageSize(inquiry.pageSize)
  const seenIds = new Set<string>()
  const seenCursors = new Set<string>()
  const judgeOrder = createOrderJudge(inquiry.sort, logger)
  let cursor: string | null = null
  for (;;) {
    const startingAfter: string | null = cursor
    const answer = await fetchPage(transport, inquiry, startingAfter, pageSize, options)
    pageSize.succeeded()
    const knownBefore = seenIds.size
    for (const hit of answer.conversations) if (isObject(hit)) seenIds.add(String(hit.id))
    const anyNew = seenIds.size > knownBefore
    if (startingAfter !== null && !anyNew) return stopped('brought nothing new')
    const conversations = mapHits(answer.conversations, logger).filter(inquiry.isWanted)
    judgeOrder(conversations)
    const leftOut = answer.conversations.length - conversations.length
    cursor = answer.pages?.next?.starting_after || null
    yield { conversations, leftOut, total: answer.total_count, goesOn: cursor !== null }
    if (cursor === null || !anyNew) return
    if (seenCursors.has(cursor)) return stopped('named a cursor again')
    seenCursors.add(cursor)
  }

  function stopped(why: string): void {
    logger.warn(`A page of Intercom's search ${why}; the search ends here`, inquiry.about)
  }
}

function fetchPage(
  transport: Transport,
  { query, sort }: Inquiry,
  startingAfter: string | null,
  pageSize: PageSize,
  options: RequestOptions,
) {
  return transport.send(
    {
      operation: operations.search,
      path,
      body: () => ({
        query,
        pagination: {
          per_page: pageSize.current(),
          ...(startingAfter === null ? {} : { starting_after: startingAfter }),
        },
        sort,
      }),
      parse: (json) => readOne(wire.searchAnswer, json),
      onOverload: pageSize.shrink,
    },
    options,
  )
}

/** How many conversations a window holds, by a page of one hit. */
export async function countConversations(
  transport: Transport,
  window: Pick<SearchWindow, 'timeframe' | 'field'>,
  options: RequestOptions = {},
): Promise<number> {
  return transport.send(
    {
      operation: operations.count,
      path,
      body: () => ({
        query: windowQuery(window),
        pagination: { per_page: 1 },
        sort: { field: window.field, order: 'ascending' },
      }),
      parse: (json) => readOne(wire.searchAnswer, json)?.total_count ?? null,
    },
    options,
  )
}

/** `>` with the second before, since the documentation leaves open whether `>` includes its bound. */
function windowQuery({ field, timeframe }: { field: TimeField; timeframe: Timeframe }) {
  return {
    operator: 'AND',
    value: [
      { field, operator: '>', value: timeframe.start - 1 },
      { field, operator: '<', value: timeframe.end },
    ],
  }
}

/**
 * The two seconds that come in addition where `>` and `<` include their bounds. Hits further outside stay: the
 * index lags, and a conversation updated meanwhile is welcome in its newest state.
 */
function isOnOuterEdge({ conversation }: FetchedConversation, { field, timeframe }: SearchWindow): boolean {
  const at = field === 'created_at' ? conversation.createdAt : conversation.updatedAt
  return at === timeframe.start - 1 || at === timeframe.end
}

function mapHits(hits: readonly unknown[], logger: Logger): FetchedConversation[] {
  return hits.flatMap((hit) => {
    const mapped = toFetchedConversation(hit)
    if (mapped) return [mapped]
    const id = isObject(hit) ? readOne(wire.id, hit.id) : null
    logger.warn('Skipped a conversation of a search that has no id or no creation time', { id })
    return []
  })
}

/** Sorting is undocumented for this search. Nothing here depends on it, but who relies on it should be able to know. */
function createOrderJudge({ field, order }: Inquiry['sort'], logger: Logger) {
  let last: number | null = null
  let told = false
  return (conversations: readonly FetchedConversation[]): void => {
    for (const { conversation } of conversations) {
      const at = field === 'created_at' ? conversation.createdAt : conversation.updatedAt
      const wrong = last !== null && (order === 'ascending' ? at < last : at > last)
      if (wrong && !told) {
        told = true
        logger.warn("Intercom's search does not keep to the order asked for", { field, order })
      }
      last = at
    }
  }
}
