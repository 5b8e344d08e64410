import { type SelectQueryBuilder, sql } from 'kysely'
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
import { readAll } from './statements'

/** Matches that are scored; of more, the newest. Scoring so many takes 10 to 25 ms. */
const maxRanked = 2000

type ConversationQuery = SelectQueryBuilder<Conversations, 'c', object>

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
): Promise<StoreSearchResult> {
  const matches = await prepareMatches(reader, dialect, search.query)
  const filters = await resolveFilters(reader, dialect, search.filters)
  const found = fromMatches(dialect, matches).where((eb) =>
    eb.and([
      ...timeframeConditions(eb, search.timeframe, search.timeField),
      ...filterConditions(eb, dialect, filters),
    ]),
  )
  const count = () => countMatches(reader, dialect, search, filters, matches, found)
  const { query, side, match } = matches
  if (search.sort === 'relevance' && query !== null && match !== null) {
    return rank(reader, dialect, { search, query, side, match, found, count })
  }
  const total = await count()
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

async function prepareMatches(
  reader: SqlReader,
  dialect: Dialect,
  query: SearchQuery | null,
): Promise<Matches> {
  const { active } = await readIndexState(reader, dialect)
  return { query, side: active, match: query === null ? null : dialect.index.match(query) }
}

/**
 * SELECT without columns over conversations `c` that the query finds. The joins are written as cross joins because
 * SQLite keeps their order then: it must walk the matches, not ask the index anew for every conversation.
 */
function fromMatches({ db, index }: Dialect, { query, side, match }: Matches): ConversationQuery {
  const documents = `search_documents_${side}` as const
  if (query !== null && match !== null) {
    const found = db
      .selectFrom(index.docids(side, match).as('i'))
      .crossJoin(`${documents} as d`)
      .crossJoin('conversations as c')
      .whereRef('d.docid', '=', 'i.docid')
      .whereRef('c.ref', '=', 'd.conversation_ref')
    // The three sources share `c`, and nothing else of them is read by name.
    return found as unknown as ConversationQuery
  }
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

async function countMatches(
  reader: SqlReader,
  { db, index }: Dialect,
  { timeframe }: StoreSearch,
  filters: ResolvedFilters,
  { match, side }: Matches,
  found: ConversationQuery,
): Promise<number> {
  const isFiltered =
    timeframe !== null || Object.values(filters).some((value) => value !== null && value !== undefined)
  if (match === null || isFiltered) return count(reader, found)
  // Every living document is one conversation: no need to visit them.
  const documents = db
    .selectFrom(index.docids(side, match).as('i'))
    .crossJoin(`search_documents_${side} as d`)
    .whereRef('d.docid', '=', 'i.docid')
    .select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, documents.compile()))[0]?.total ?? 0
}

async function count(reader: SqlReader, found: ConversationQuery): Promise<number> {
  const rows = await readAll(reader, found.select((eb) => eb.fn.countAll<number>().as('total')).compile())
  return rows[0]?.total ?? 0
}

function sorted(found: ConversationQuery, { sort, timeField }: StoreSearch): ConversationQuery {
  const byTime = sort === 'oldest' ? ('asc' as const) : ('desc' as const)
  if (sort !== 'longest_waiting') return found.orderBy(`c.${timeField}`, byTime).orderBy('c.id')
  const isWaiting = sql`case when c.state = 'open' and c.waiting_since is not null then 0 else 1 end`
  // Those who do not wait come last, newest first.
  const waitingSince = sql`case when c.state = 'open' then c.waiting_since end`
  return found.orderBy(isWaiting).orderBy(waitingSince).orderBy(`c.${timeField}`, 'desc').orderBy('c.id')
}

async function readIds(
  reader: SqlReader,
  query: ConversationQuery,
  limit: number,
  offset = 0,
): Promise<string[]> {
  const page = query.select('c.id').limit(limit).offset(offset)
  return (await readAll(reader, page.compile())).map((row) => row.id)
}

interface Candidate {
  id: string
  docid: number
  at: number
}

interface RankRequest {
  search: StoreSearch
  query: SearchQuery
  side: IndexSide
  match: string
  found: ConversationQuery
  /** Exact number of `found`. */
  count: () => Promise<number>
}

/** Scores the newest matches; when more ids are wanted than were scored, the others follow, newest first. */
async function rank(
  reader: SqlReader,
  dialect: Dialect,
  { search, query, side, match, found, count }: RankRequest,
): Promise<StoreSearchResult> {
  const newest = sorted(found, { ...search, sort: 'newest' })
  const candidates: Candidate[] = await readAll(
    reader,
    newest
      .select(['c.id', `c.${search.timeField} as at`, sql.ref<number>('d.docid').as('docid')])
      .limit(maxRanked)
      .compile(),
  )
  // Fewer than the limit are all there are.
  const total = candidates.length < maxRanked ? candidates.length : await count()
  const docids = candidates.map((candidate) => candidate.docid)
  const scores = await dialect.index.score(reader, { side, query, match, docids })
  const scoreOf = ({ docid }: Candidate): number => scores.get(docid) ?? 0
  const best = candidates
    .toSorted((a, b) => scoreOf(b) - scoreOf(a) || b.at - a.at || (a.id < b.id ? -1 : 1))
    .slice(0, search.maxIds)
  const wanted = Math.min(total, search.maxIds) - best.length
  const others = wanted > 0 ? await readIds(reader, newest, wanted, best.length) : []
  return {
    total,
    ids: [...best.map(({ id }) => id), ...others],
    scores: [...best.map(scoreOf), ...others.map(() => 0)],
    ranking: total > maxRanked ? 'newest_matches' : 'all_matches',
  }
}
