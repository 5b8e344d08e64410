import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { SearchQuery } from '../text/search-query'
import {
  type Conversations,
  filterConditions,
  type ResolvedFilters,
  resolveFilters,
  timeframeConditions,
} from './conversation-conditions'
import type { Dialect, IndexSide } from './dialect'
import type { SqlReader } from './driver'
import { readIndexState } from './index-state'
import { firstKey, keyBehind } from './message-keys'
import type { ActiveOlderSearch, StoreSearch, StoreSearchResult } from './port'
import { type RankLimits, rankMatches, usualRankLimits } from './rank-matches'
import { readAll } from './statements'

/** A SELECT over conversations `c` that has no columns yet. */
export type ConversationQuery = SelectQueryBuilder<Conversations, 'c', object>

interface Matches {
  query: SearchQuery | null
  side: IndexSide
  /** What the engine's index is asked for; null when the query has no term that must match. */
  match: string | null
}

/** See `Store.searchConversations`. */
export async function searchConversations(
  reader: SqlReader,
  dialect: Dialect,
  search: StoreSearch,
  limits: RankLimits = usualRankLimits,
): Promise<StoreSearchResult> {
  const matches = await prepareMatches(reader, dialect, search.query)
  const filters = await resolveFilters(reader, dialect, search.filters)
  const filter = (conversations: ConversationQuery): ConversationQuery =>
    conversations.where((eb) =>
      eb.and([
        ...timeframeConditions(eb, search.timeframe, search.timeField),
        ...filterConditions(eb, dialect, filters),
      ]),
    )
  const found = filter(fromMatches(dialect, matches))
  const isFiltered = search.timeframe !== null || isAnyGiven(filters)
  const { query, side, match } = matches
  if (search.sort === 'relevance' && query !== null && match !== null) {
    const fromDocuments = (docids: readonly number[]) => {
      const listed = sql<{ docid: number }>`(select value as docid from ${dialect.list(docids)} as listed)`
      return filter(joinConversations(dialect, side, listed))
    }
    return rankMatches(reader, dialect, {
      search,
      query,
      side,
      match,
      found,
      fromDocuments,
      isFiltered,
      limits,
    })
  }
  const total = await countMatches(reader, dialect, matches, isFiltered, found)
  const ids = total === 0 ? [] : await readIds(reader, sorted(found, search), search.maxIds)
  return { total, ids, scores: null, ranking: 'all_matches' }
}

/** See `Store.countActiveOlder`. */
export async function countActiveOlder(
  reader: SqlReader,
  dialect: Dialect,
  { query, timeframe, filters }: ActiveOlderSearch,
): Promise<number> {
  const matches = await prepareMatches(reader, dialect, query)
  const resolved = await resolveFilters(reader, dialect, filters)
  const { start, end } = timeframe
  const found = fromMatches(dialect, matches).where((eb) => {
    const message = eb
      .selectFrom('messages as m')
      .select('m.key')
      .where('m.key', '>=', firstKey)
      .where('m.key', '<', keyBehind)
      .where('m.created_at', '>=', start)
      .where('m.created_at', '<', end)
    return eb.and([
      eb('c.created_at', '<', start),
      // Nothing that was last updated before can have been active; of the rest few need their messages read.
      eb('c.updated_at', '>=', start),
      eb.or([eb('c.updated_at', '<', end), eb.exists(message)]),
      ...filterConditions(eb, dialect, resolved),
    ])
  })
  return count(reader, found)
}

/** How a query is put to the index that answers. */
export async function prepareMatches(
  reader: SqlReader,
  dialect: Dialect,
  query: SearchQuery | null,
): Promise<Matches> {
  const { active } = await readIndexState(reader, dialect)
  return { query, side: active, match: query === null ? null : dialect.index.match(query) }
}

/** SELECT without columns over conversations `c` that the query finds. */
export function fromMatches(dialect: Dialect, { query, side, match }: Matches): ConversationQuery {
  const { db, index } = dialect
  const documents = `search_documents_${side}` as const
  if (query !== null && match !== null) return joinConversations(dialect, side, index.docids(side, match))
  const all = db.selectFrom('conversations as c')
  const exclusion = query === null ? null : index.exclusion(query)
  if (exclusion === null) return all as unknown as ConversationQuery
  const excluded = db
    .selectFrom(index.docids(side, exclusion).as('i'))
    .crossJoin(`${documents} as d`)
    .whereRef('d.docid', '=', 'i.docid')
    .select('d.conversation_ref')
  return all.where('c.ref', 'not in', excluded) as unknown as ConversationQuery
}

/**
 * SELECT without columns over the conversations `c` of documents `d`, given a SELECT of their `docid`. Dead documents
 * have none. The joins are written as cross joins because SQLite keeps their order then: it must walk the documents,
 * not ask the index anew for every conversation.
 */
export function joinConversations(
  { db }: Dialect,
  side: IndexSide,
  docids: RawBuilder<{ docid: number }>,
): ConversationQuery {
  const found = db
    .selectFrom(docids.as('i'))
    .crossJoin(`search_documents_${side} as d`)
    .crossJoin('conversations as c')
    .whereRef('d.docid', '=', 'i.docid')
    .whereRef('c.ref', '=', 'd.conversation_ref')
  // The three sources share `c`, and nothing else of them is read by name.
  return found as unknown as ConversationQuery
}

async function countMatches(
  reader: SqlReader,
  { db, index }: Dialect,
  { match, side }: Matches,
  isFiltered: boolean,
  found: ConversationQuery,
): Promise<number> {
  if (match === null || isFiltered) return count(reader, found)
  // Every living document is one conversation: no need to visit them.
  const documents = db
    .selectFrom(index.docids(side, match).as('i'))
    .crossJoin(`search_documents_${side} as d`)
    .whereRef('d.docid', '=', 'i.docid')
    .select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, documents.compile()))[0]?.total ?? 0
}

function isAnyGiven(filters: ResolvedFilters): boolean {
  return Object.values(filters).some((value) => value !== null && value !== undefined)
}

async function count(reader: SqlReader, found: ConversationQuery): Promise<number> {
  const rows = await readAll(reader, found.select((eb) => eb.fn.countAll<number>().as('total')).compile())
  return rows[0]?.total ?? 0
}

/** In the order that the search asks for; `relevance` is newest first. */
export function sorted(
  found: ConversationQuery,
  { sort, timeField }: Pick<StoreSearch, 'sort' | 'timeField'>,
): ConversationQuery {
  const byTime = sort === 'oldest' ? ('asc' as const) : ('desc' as const)
  if (sort !== 'longest_waiting') return found.orderBy(`c.${timeField}`, byTime).orderBy('c.id')
  const isWaiting = sql`case when c.state = 'open' and c.waiting_since is not null then 0 else 1 end`
  // Those who do not wait come last, newest first.
  const waitingSince = sql`case when c.state = 'open' then c.waiting_since end`
  return found.orderBy(isWaiting).orderBy(waitingSince).orderBy(`c.${timeField}`, 'desc').orderBy('c.id')
}

/** Ids of a slice of what a query finds. */
export async function readIds(
  reader: SqlReader,
  query: ConversationQuery,
  limit: number,
  offset = 0,
): Promise<string[]> {
  const page = query.select('c.id').limit(limit).offset(offset)
  return (await readAll(reader, page.compile())).map((row) => row.id)
}
