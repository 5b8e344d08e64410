import { sql } from 'kysely'
import type { SearchQuery } from '../text/search-query'
import type { Dialect, IndexSide } from './dialect'
import type { SqlReader } from './driver'
import { measureCloseness } from './measure-closeness'
import type { StoreSearch, StoreSearchResult } from './port'
import { type ConversationQuery, readIds, sorted } from './search-conversations'
import { readAll } from './statements'

/** Where ranking everything would take too long. */
export interface RankLimits {
  /** Matches that are scored; of more, the newest. Scoring so many takes about 5 ms. */
  maxRanked: number
  /** From so many matches on it is quicker to go through the conversations, newest first, until enough match. */
  walkFrom: number
}

export const usualRankLimits: RankLimits = { maxRanked: 2000, walkFrom: 6000 }

/** So many of the best are read again, to see how closely the question's words stand together there. */
const maxReread = 100

/** A short question is read again for fewer: its words tell the best apart by themselves. */
const rereadPerWord = 20

/** What a word that stands where the question has it is worth, in the units of the terms' score. */
const closenessWeight = 3

export interface RankRequest {
  search: StoreSearch
  query: SearchQuery
  side: IndexSide
  match: string
  /** Conversations `c` (with their documents `d`) that match and pass the filters. */
  found: ConversationQuery
  /** The same among these documents, without asking the index again. */
  fromDocuments: (docids: readonly number[]) => ConversationQuery
  isFiltered: boolean
  limits: RankLimits
}

interface Candidate {
  id: string
  ref: number
  docid: number
  at: number
}

interface Candidates {
  /** Newest first. */
  candidates: Candidate[]
  /** Exact number of matches. */
  total: number
}

/**
 * The best matches first: by the rarity and number of the question's words, for the best of those also by how
 * closely the words stand together, then by recency. When more ids are wanted than were scored, the others follow,
 * newest first.
 */
export async function rankMatches(
  reader: SqlReader,
  dialect: Dialect,
  request: RankRequest,
): Promise<StoreSearchResult> {
  const { search, query, found } = request
  const { maxRanked } = request.limits
  const newest = sorted(found, newestBy(search))
  const { total, candidates } = await readNewest(reader, dialect, request, newest)
  const rare = total > maxRanked ? await readRarest(reader, dialect, request) : null
  const ranked = rare?.candidates ?? candidates
  const scores = rare?.scores ?? (await score(reader, dialect, request, ranked))
  const scored = ranked.map((candidate) => ({ ...candidate, score: scores.get(candidate.docid) ?? 0 }))
  const best = (await orderBest(reader, dialect, query, scored)).slice(0, search.maxIds)
  const ids = best.map(({ id }) => id)
  const others = await readOthers(reader, newest, ids, Math.min(total, search.maxIds), rare !== null)
  return {
    total,
    ids: [...ids, ...others],
    scores: [...best.map(({ score }) => score), ...others.map(() => 0)],
    ranking: total <= maxRanked ? 'all_matches' : rare === null ? 'newest_matches' : 'rarest_words',
  }
}

async function readNewest(
  reader: SqlReader,
  dialect: Dialect,
  request: RankRequest,
  newest: ConversationQuery,
): Promise<Candidates> {
  const { search, query, isFiltered, fromDocuments } = request
  const { maxRanked } = request.limits
  const docids = isShortPrefix(query) ? null : await readFew(reader, dialect, request)
  if (docids !== null) {
    const candidates = await readCandidates(reader, dialect, fromDocuments(docids), search)
    return { candidates: candidates.sort(newestFirst).slice(0, maxRanked), total: candidates.length }
  }
  if (!isFiltered) return walkNewest(reader, dialect, request)
  const counted = selectCandidates(newest, search).select(sql<number>`count(*) over ()`.as('total'))
  const candidates = await readAll(reader, counted.limit(maxRanked).compile())
  return { candidates, total: candidates[0]?.total ?? 0 }
}

/** Thousands of rows cost more one by one than as lists in one. */
async function readCandidates(
  reader: SqlReader,
  { db, jsonArray }: Dialect,
  conversations: ConversationQuery,
  search: StoreSearch,
): Promise<Candidate[]> {
  const listed = db
    .selectFrom(selectCandidates(conversations, search).as('s'))
    .select((eb) => [
      jsonArray(eb.ref('s.id')).as('ids'),
      jsonArray(eb.ref('s.ref')).as('refs'),
      jsonArray(eb.ref('s.at')).as('times'),
      jsonArray(eb.ref('s.docid')).as('docids'),
    ])
  const [row] = await readAll(reader, listed.compile())
  if (row === undefined) return []
  const refs = JSON.parse(row.refs) as number[]
  const times = JSON.parse(row.times) as number[]
  const docids = JSON.parse(row.docids) as number[]
  return (JSON.parse(row.ids) as string[]).map((id, index) => ({
    ...{ id, ref: refs[index] ?? 0, at: times[index] ?? 0, docid: docids[index] ?? 0 },
  }))
}

function newestFirst(a: Candidate, b: Candidate): number {
  return b.at - a.at || (a.id < b.id ? -1 : 1)
}

/** Documents that match, dead ones included; null when they are many. */
async function readFew(
  reader: SqlReader,
  { db, index, jsonArray }: Dialect,
  { side, match, limits: { walkFrom } }: RankRequest,
): Promise<number[] | null> {
  const some = db.selectFrom(index.docids(side, match).as('i')).select('i.docid').limit(walkFrom)
  const listed = db.selectFrom(some.as('s')).select(jsonArray(sql.ref('s.docid')).as('docids'))
  const docids = JSON.parse((await readAll(reader, listed.compile()))[0]?.docids ?? '[]') as number[]
  return docids.length < walkFrom ? docids : null
}

function newestBy({ timeField }: StoreSearch): Pick<StoreSearch, 'sort' | 'timeField'> {
  return { timeField, sort: 'newest' }
}

function selectCandidates(query: ConversationQuery, { timeField }: Pick<StoreSearch, 'timeField'>) {
  return query.select(['c.id', 'c.ref', `c.${timeField} as at`, sql.ref<number>('d.docid').as('docid')])
}

/**
 * Whether one or two letters are all that the query asks for. The index takes as long to find them as for the rest of
 * a search, and how often a document has words that begin so says nothing: it is asked once, for the newest.
 */
function isShortPrefix({ groups }: SearchQuery): boolean {
  return groups.every((group) => group.some((term) => term.kind === 'prefix' && term.token.length <= 2))
}

/** Asks the index once, for the number as well as for the newest. */
async function walkNewest(
  reader: SqlReader,
  { db, index }: Dialect,
  { search, side, match, limits }: RankRequest,
): Promise<Candidates> {
  const documents = sql.table(`search_documents_${side}`)
  const at = sql.ref(`c.${search.timeField}`)
  // The unary plus keeps SQLite from beginning with the matches.
  const walk = sql<Candidate & { total: number }>`
    with matching as materialized ${index.docids(side, match)}
    select c.id, c.ref, ${at} as at, d.docid, (
      select count(*) from matching m cross join ${documents} x where x.docid = m.docid
    ) as total
    from conversations c cross join ${documents} d
    where d.conversation_ref = c.ref and +d.docid in (select docid from matching)
    order by ${at} desc, c.id limit ${sql.lit(limits.maxRanked)}`
  const candidates = await readAll(reader, walk.compile(db))
  return { candidates, total: candidates[0]?.total ?? 0 }
}

/** Where any term suffices, the newest matches would mostly be those of its most common word. */
async function readRarest(
  reader: SqlReader,
  dialect: Dialect,
  { search, query, side, fromDocuments, limits }: RankRequest,
): Promise<{ candidates: Candidate[]; scores: Map<number, number> } | null> {
  if (query.groups.length !== 1 || query.groups[0]?.length === 1) return null
  const scores = await dialect.index.scoreRareWords(reader, { side, query, limit: limits.maxRanked })
  if (scores.size === 0) return null
  const among = fromDocuments([...scores.keys()])
  const candidates = await readCandidates(reader, dialect, among, search)
  return candidates.length === 0 ? null : { candidates, scores }
}

function score(
  reader: SqlReader,
  { index }: Dialect,
  { side, query, match }: RankRequest,
  candidates: readonly Candidate[],
): Promise<Map<number, number>> {
  if (isShortPrefix(query)) return Promise.resolve(new Map())
  return index.score(reader, { side, query, match, docids: candidates.map(({ docid }) => docid) })
}

interface Scored extends Candidate {
  score: number
}

function bestFirst(a: Scored, b: Scored): number {
  return b.score - a.score || newestFirst(a, b)
}

/** Best first; for those at the top the closeness of the words is added to their scores before. */
async function orderBest(
  reader: SqlReader,
  dialect: Dialect,
  query: SearchQuery,
  scored: Scored[],
): Promise<Scored[]> {
  scored.sort(bestFirst)
  const reread = Math.min(maxReread, rereadPerWord * (query.wording?.length ?? 0))
  const top = scored.slice(0, reread)
  const closeness = await measureCloseness(
    reader,
    dialect,
    query,
    top.map(({ ref }) => ref),
  )
  for (const one of top) one.score += closenessWeight * (closeness.get(one.ref) ?? 0)
  return [...top.sort(bestFirst), ...scored.slice(reread)]
}

/** Ids of further matches, newest first, so that there are as many as wanted. */
async function readOthers(
  reader: SqlReader,
  newest: ConversationQuery,
  ids: readonly string[],
  wanted: number,
  isAnywhere: boolean,
): Promise<string[]> {
  if (wanted <= ids.length) return []
  // Those ranked are the newest, unless they were chosen by their words.
  if (!isAnywhere) return readIds(reader, newest, wanted - ids.length, ids.length)
  const known = new Set(ids)
  const others = await readIds(reader, newest, wanted)
  return others.filter((id) => !known.has(id)).slice(0, wanted - ids.length)
}
