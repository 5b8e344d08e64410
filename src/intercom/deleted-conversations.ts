import type { Tombstone } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import type { RequestOptions } from './api'
import { operations } from './operations'
import { createPageSize, type PageSize } from './page-size'
import { readEach, readOne, wire } from './schemas'
import type { Transport } from './transport'

const path = '/conversations/deleted'
/** Each divides the one before: pages are counted in their own size, so a smaller one has to begin at the same row. */
const pageSizes = [60, 20, 10, 5, 1] as const

/** A query of the list: where to go on, in the words of the last answer. */
type Query = Record<string, string>

/**
 * Deleted conversations, latest first, a page at a time. Yields nothing where the pinned API version is older than
 * the list. Ends after the last page, and also when a page brings nothing new.
 */
export async function* listDeleted(
  transport: Transport,
  logger: Logger,
  options: RequestOptions = {},
): AsyncGenerator<Tombstone[]> {
  const seen = new Set<string>()
  const pageSize = createPageSize(pageSizes[0])
  let query: Query = { order: 'desc' }
  for (;;) {
    const answer = await fetchPage(transport, logger, { query, pageSize }, options)
    if (answer === null) return
    pageSize.succeeded()
    const tombstones = readEach(wire.tombstone, answer.conversations).map((sent) => ({
      conversationId: sent.id,
      deletedAt: sent.deleted_at,
    }))
    const next = answer.pages?.next || null
    const knownBefore = seen.size
    for (const { conversationId } of tombstones) seen.add(conversationId)
    if (seen.size === knownBefore) {
      if (next !== null)
        logger.warn('A page of deleted conversations brought nothing new; the list ends here')
      return
    }
    yield tombstones
    if (next === null) return
    query = typeof next === 'string' ? readQuery(next) : { ...query, starting_after: next.starting_after }
  }
}

async function fetchPage(
  transport: Transport,
  logger: Logger,
  { query, pageSize }: { query: Query; pageSize: PageSize },
  options: RequestOptions,
) {
  try {
    return await transport.send(
      {
        operation: operations.deleted,
        path,
        query: () => resize(query, pageSize.current()),
        parse: (json) => readOne(wire.deletedAnswer, json),
        onOverload: pageSize.shrink,
      },
      options,
    )
  } catch (error) {
    if (!(error instanceof IntercomApiError) || error.apiCode !== 'intercom_version_invalid') throw error
    logger.info('This API version has no list of deleted conversations (2.16 and later have)')
    return null
  }
}

/** The same place in the list, in pages of at most so many. */
function resize(query: Query, most: number): Query {
  if (query.starting_after !== undefined) return { ...query, per_page: String(most) }
  const page = Number(query.page ?? 1)
  const from = (page - 1) * Number(query.per_page ?? pageSizes[0])
  const size = pageSizes.find((candidate) => candidate <= most && from % candidate === 0)
  // An address in words of its own is followed as it is.
  if (size === undefined) return query
  return { ...query, per_page: String(size), ...(from === 0 ? {} : { page: String(from / size + 1) }) }
}

/** `pages.next` is a whole address; only its query is taken, so that the token goes nowhere else. */
function readQuery(address: string): Query {
  const at = address.indexOf('?')
  return at < 0 ? {} : Object.fromEntries(new URLSearchParams(address.slice(at + 1)))
}
