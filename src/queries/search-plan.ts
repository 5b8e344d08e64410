import type { SearchRequest } from '../domain/answers'
import type { TimeField } from '../domain/coverage'
import { UserInputError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import type { ConversationFilters, SortOrder, Store } from '../storage/port'
import { type ParsedQuery, parseSearchQuery } from '../text/query-parser'
import { parseTimeframe } from '../text/timeframe-words'
import { canonicalJson } from './canonical-json'
import { readFilters } from './conversation-filters'

const defaultLimit = 50
const maxLimit = 1000

/** What moves from page to page; everything else of a request belongs to the search that a cursor continues. */
const pageFields = new Set(['cursor', 'limit', 'detail', 'wait_seconds'])

export interface SearchContext {
  /** Epoch seconds. */
  now: number
  timezone: string | null
}

/** A request understood and checked, ready for the store. */
export interface SearchPlan {
  /** The part of the request that later pages must not contradict. */
  asked: Record<string, string>
  parsed: ParsedQuery | null
  timeframe: Timeframe | null
  timeField: TimeField
  filters: ConversationFilters
  sort: SortOrder
  limit: number
  offset: number
  detail: 'concise' | 'detailed'
  /** What the reader should know of how the request was understood. */
  notes: string[]
}

/** Reads a request. Rejects with UserInputError what cannot be meant; never guesses. */
export async function planSearch(
  store: Store,
  request: SearchRequest,
  context: SearchContext,
): Promise<SearchPlan> {
  const words = readTimeframeRequest(request)
  const parsed = request.query?.trim() ? parseSearchQuery(request.query) : null
  const frame = words === undefined ? null : parseTimeframe(words, context)
  const notes = frame?.timezoneNote === undefined ? [] : [frame.timezoneNote]
  if (parsed?.timeWords && !frame) {
    notes.push(`"${parsed.timeWords}" in the query does not limit the time: pass it as timeframe.`)
  }
  return {
    asked: askedFields(request),
    parsed,
    timeframe: frame?.timeframe ?? null,
    timeField: request.time_field ?? 'created_at',
    filters: await readFilters(store, request),
    sort: request.sort ?? (parsed ? 'relevance' : 'newest'),
    limit: readLimit(request.limit) ?? defaultLimit,
    offset: readOffset(request.offset),
    detail: request.detail ?? 'concise',
    notes,
  }
}

/**
 * The plan of a later page: `limit` and `detail` may change, what else is given beside the cursor must be what the
 * first page was asked for.
 */
export function continuePlan(plan: SearchPlan, request: SearchRequest): SearchPlan {
  const { offset: _, ...rest } = request
  if (request.offset !== undefined) {
    throw new UserInputError('A cursor already says where to go on: leave offset out.')
  }
  const changed = Object.entries(askedFields(rest)).find(([field, value]) => plan.asked[field] !== value)
  if (changed) {
    throw new UserInputError(`The cursor belongs to a search with another ${changed[0]}.`, {
      hint: 'Beside a cursor give limit and detail only, or search again without the cursor.',
    })
  }
  return { ...plan, limit: readLimit(request.limit) ?? plan.limit, detail: request.detail ?? plan.detail }
}

function readTimeframeRequest(request: SearchRequest) {
  if (request.timeframe !== undefined && request.time_filter !== undefined) {
    throw new UserInputError('timeframe and time_filter mean the same: give one of them.')
  }
  return request.timeframe ?? request.time_filter
}

function askedFields(request: SearchRequest): Record<string, string> {
  const { time_filter: timeFilter, ...rest } = request
  const fields: Record<string, unknown> = { ...rest, timeframe: request.timeframe ?? timeFilter }
  const given = Object.entries(fields).filter(
    ([field, value]) => !pageFields.has(field) && value !== undefined && value !== '',
  )
  return Object.fromEntries(given.map(([field, value]) => [field, canonicalJson(value)]))
}

function readLimit(limit: number | undefined): number | undefined {
  if (limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit)) return limit
  throw new UserInputError(`limit must be a whole number from 1 to ${maxLimit}, not ${limit}.`)
}

function readOffset(offset: number | undefined): number {
  if (offset === undefined) return 0
  if (Number.isInteger(offset) && offset >= 0) return offset
  throw new UserInputError(`offset must be a whole number from 0, not ${offset}.`)
}
