import {
  type ConversationHits,
  type ConversationQuery,
  type Sort,
  shuffledField,
} from '../search/conversation-search'
import type { NextPage } from '../search/cursor'
import type { ApiRequest } from './api-request'

type Page = Omit<ConversationHits, 'next'> & { next: NextPage | null }

/** Runs a search as the faults have it that are switched on; without any, as it should be. */
export function runDistorted(request: ApiRequest, asked: ConversationQuery): Page {
  const { conversationSearch, distort } = request
  const mostRows = distort('short_pages')?.amount ?? Number.POSITIVE_INFINITY
  const query: ConversationQuery = {
    ...asked,
    paging: { ...asked.paging, perPage: Math.min(asked.paging.perPage, mostRows) },
    sort: distort('unsorted') ? shuffledOrder(asked.sort) : asked.sort,
    comparison: distort('inclusive_bounds') ? 'inclusive' : asked.comparison,
  }
  const page: Page = conversationSearch.run(query)
  page.next = distortNext(request, query, page)
  const drift = distort('drifting_totals')
  if (drift) page.total = Math.max(0, page.total + drift.random.between(-drift.amount, drift.amount))
  const loss = distort('dropped_hits')
  if (loss) page.indexes = page.indexes.filter(() => !loss.random.chance(loss.amount / 100))
  return page
}

function distortNext({ conversationSearch, distort }: ApiRequest, query: ConversationQuery, page: Page) {
  const { next, indexes } = page
  const { paging } = query
  if (next === null) return null
  if (paging.cursor !== null && distort('repeated_cursor')) return paging.cursor
  const back = distort('repeated_hits')
  if (back === null || indexes.length <= back.amount) return next
  // Where a page shorter by so many would have ended.
  const shorter = { ...paging, perPage: indexes.length - back.amount }
  return conversationSearch.run({ ...query, paging: shorter }).next
}

function shuffledOrder({ order }: Sort): Sort {
  return { field: shuffledField, order }
}
