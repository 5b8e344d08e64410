import { type ExpressionBuilder, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Timeframe } from '../domain/timeframe'
import type { SearchQuery } from '../text/search-query'
import {
  type Conversations,
  filterConditions,
  type ResolvedFilters,
  resolveFilters,
  timeframeConditions,
} from './conversation-conditions'
import type { Dialect, IndexSide } from './dialect'
import type { DocumentTable } from './document-table'
import type { SqlReader } from './driver'
import { findDocuments } from './find-documents'
import type { IndexState } from './index-state'
import type { LivingDocuments } from './living-documents'
import { firstKey, keyBehind } from './message-keys'
import type { ActiveOlderSearch, StoreSearch, StoreSearchResult } from './port'
import { type RankLimits, rankMatches, usualRankLimits } from './rank-matches'
import type { RecentTexts } from './recent-texts'
import { readAll, readLists } from './statements'

/** A SELECT over conversations `c` that has no columns yet. */
export type ConversationQuery = SelectQueryBuilder<Conversations, 'c', object>

interface Matches {
  query: SearchQuery | null
  side: IndexSide
  /** What the engine's index is asked for; null when the query has no term that must match. */
  match: string | null
}

/** What searches keep in memory between them. */
export interface SearchMemory {
  documents: LivingDocuments
  texts: RecentTexts
  indexState: () => Promise<IndexState>
}

/** See `Store.searchConversations`. */
export async function searchConversations(
  reader: SqlReader,
  dialect: Dialect,
  { documents, texts, indexState }: SearchMemory,
  search: StoreSearch,
  limits: RankLimits = usualRankLimits,
): Promise<StoreSearchResult> {
  const matches = prepareMatches(dialect, await indexState(), search.query)
  const filters = await resolveFilters(reader, dialect, search.filters)
  const filter = (conversations: ConversationQuery): ConversationQuery =>
    conversations.where((eb) =>
      eb.and([
        ...timeframeConditions(eb, search.timeframe, search.timeField),
        ...filterConditions(eb, dialect, filters),
      ]),
    )
  const { query, side, match } = matches
  if (query !== null && search.sort !== 'longest_waiting') {
    const isFiltered = search.timeframe !== null || isAnyGiven(filters)
    const table = await documents.read(side)
    return rankMatches(reader, dialect, {
      ...{ search, query, match, table, texts, limits },
      filter: async (docids) =>
        isFiltered ? filterDocuments(reader, dialect, { table, docids, filter }) : docids,
    })
  }
  const found = filter(fromMatches(dialect, matches))
  const ids = await readIds(reader, dialect, sorted(found, search), search.maxIds)
  const total = ids.length < search.maxIds ? ids.length : await count(reader, found)
  return { total, ids, scores: null, ranking: 'all_matches' }
}

function allConversations({ db }: Dialect): ConversationQuery {
  return db.selectFrom('conversations as c') as unknown as ConversationQuery
}

/** Looking up so many documents takes as long as going through the conversations of a filter. */
const fewDocuments = 3000

interface DocumentFilter {
  table: DocumentTable
  docids: readonly number[]
  filter: (conversations: ConversationQuery) => ConversationQuery
}

async function filterDocuments(
  reader: SqlReader,
  dialect: Dialect,
  { table, docids, filter }: DocumentFilter,
): Promise<readonly number[]> {
  const { list, jsonArray } = dialect
  const all = allConversations(dialect)
  const isFew = docids.length <= fewDocuments
  const some = isFew ? all.where('c.ref', 'in', list(table.refsOf(docids))) : all
  const listed = filter(some).select(jsonArray(sql.ref('c.ref')).as('refs'))
  const [row] = await readAll(reader, listed.compile())
  return table.among(docids, JSON.parse(row?.refs ?? '[]') as number[])
}

/** See `Store.countActiveOlder`. */
export async function countActiveOlder(
  reader: SqlReader,
  dialect: Dialect,
  { documents, indexState }: Pick<SearchMemory, 'documents' | 'indexState'>,
  { query, timeframe, filters }: ActiveOlderSearch,
): Promise<number> {
  const resolved = await resolveFilters(reader, dialect, filters)
  const filter = (conversations: ConversationQuery): ConversationQuery =>
    conversations.where((eb) => isActiveOlder(eb, dialect, timeframe, resolved))
  if (query === null) return count(reader, filter(allConversations(dialect)))
  const { side, match } = prepareMatches(dialect, await indexState(), query)
  const table = await documents.read(side)
  const found = await findDocuments(reader, dialect, { query, match, table })
  const docids = table.living(found.docids)
  return (await filterDocuments(reader, dialect, { table, docids, filter })).length
}

function isActiveOlder(
  eb: ExpressionBuilder<Conversations, 'c'>,
  dialect: Dialect,
  { start, end }: Timeframe,
  filters: ResolvedFilters,
) {
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
    ...filterConditions(eb, dialect, filters),
  ])
}

/** How a query is put to the index that answers. */
export function prepareMatches(
  dialect: Dialect,
  { active }: Pick<IndexState, 'active'>,
  query: SearchQuery | null,
): Matches {
  return { query, side: active, match: query === null ? null : dialect.index.match(query) }
}

/** SELECT without columns over conversations `c` that the query finds. */
export function fromMatches(dialect: Dialect, { query, side, match }: Matches): ConversationQuery {
  const { db, index } = dialect
  const documents = `search_documents_${side}` as const
  if (query !== null && match !== null) return joinConversations(dialect, side, index.docids(side, match))
  const all = allConversations(dialect)
  const exclusion = query === null ? null : index.exclusion(query)
  if (exclusion === null) return all
  const excluded = db
    .selectFrom(index.docids(side, exclusion).as('i'))
    .crossJoin(`${documents} as d`)
    .whereRef('d.docid', '=', 'i.docid')
    .select('d.conversation_ref')
  return all.where('c.ref', 'not in', excluded)
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

function isAnyGiven(filters: ResolvedFilters): boolean {
  return Object.values(filters).some((value) => value !== null && value !== undefined)
}

async function count(reader: SqlReader, found: ConversationQuery): Promise<number> {
  const rows = await readAll(reader, found.select((eb) => eb.fn.countAll<number>().as('total')).compile())
  return rows[0]?.total ?? 0
}

/** In the order that the search asks for; `relevance` is newest first. */
function sorted(
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

/** In their order: a subquery with a limit cannot do without it. */
async function readIds(
  reader: SqlReader,
  { db, jsonArray }: Dialect,
  query: ConversationQuery,
  limit: number,
): Promise<string[]> {
  const some = query.select('c.id').limit(limit).as('some')
  const listed = db.selectFrom(some).select((eb) => jsonArray(eb.ref('some.id')).as('id'))
  return (await readLists<{ id: string }>(reader, listed.compile())).id
}
