import type { Tombstone } from '../domain/conversation'
import { IntercomApiError } from '../domain/errors'
import type { Logger } from '../logger'
import type { RequestOptions } from './api'
import { operations } from './operations'
import { readEach, readOne, wire } from './schemas'
import type { Transport } from './transport'

const path = '/conversations/deleted'
const mostPerPage = '60'

/**
 * Deleted conversations, latest first, a page at a time. Yields nothing where the pinned API version is older than
 * the list.
 */
export async function* listDeleted(
  transport: Transport,
  logger: Logger,
  options: RequestOptions = {},
): AsyncGenerator<Tombstone[]> {
  const seen = new Set<string>()
  let query: Record<string, string> = { per_page: mostPerPage, order: 'desc' }
  for (;;) {
    const answer = await fetchPage(transport, logger, query, options)
    if (answer === null) return
    const tombstones = readEach(wire.tombstone, answer.conversations).map((sent) => ({
      conversationId: sent.id,
      deletedAt: sent.deleted_at,
    }))
    const knownBefore = seen.size
    for (const { conversationId } of tombstones) seen.add(conversationId)
    if (seen.size === knownBefore) return
    yield tombstones
    const next = answer.pages?.next ?? null
    if (next === null || next === '') return
    query = typeof next === 'string' ? readQuery(next) : { ...query, starting_after: next.starting_after }
  }
}

async function fetchPage(
  transport: Transport,
  logger: Logger,
  query: Record<string, string>,
  options: RequestOptions,
) {
  try {
    return await transport.send(
      { operation: operations.deleted, path, query, parse: (json) => readOne(wire.deletedAnswer, json) },
      options,
    )
  } catch (error) {
    if (!(error instanceof IntercomApiError) || error.apiCode !== 'intercom_version_invalid') throw error
    logger.info('This API version has no list of deleted conversations (2.16 and later have)')
    return null
  }
}

/** `pages.next` is a whole address; only its query is taken, so that the token goes nowhere else. */
function readQuery(address: string): Record<string, string> {
  const at = address.indexOf('?')
  return at < 0 ? {} : Object.fromEntries(new URLSearchParams(address.slice(at + 1)))
}
