import { placesByLargest } from '../domain/selection'
import type { SearchQuery } from '../text/search-query'
import type { Dialect, Scorer } from './dialect'
import type { SqlReader } from './driver'
import { type DocumentQuery, type FoundDocuments, findDocuments, isAnyTerm } from './find-documents'
import { measureCloseness } from './measure-closeness'
import type { StoreSearch, StoreSearchResult } from './port'
import type { RecentTexts } from './recent-texts'

/** Where ranking everything would take too long. */
export interface RankLimits {
  /** Matches that are scored; of more, the newest. Scoring so many takes about 5 ms. */
  maxRanked: number
  /** So many matches are scored while they are found: finding them twice takes longer. More were done in vain. */
  maxScoredAtOnce: number
}

export const usualRankLimits: RankLimits = { maxRanked: 2000, maxScoredAtOnce: 2500 }

/** Phrases are looked for word by word and place by place, so more of their matches may be scored in vain. */
const phraseFactor = 1.6

/** So many of the best are read again, to see how closely the question's words stand together there. */
const maxReread = 100

/** A short question is read again for fewer: its words tell the best apart by themselves. */
const rereadPerWord = 20

/** What a word that stands where the question has it is worth, in the units of the terms' score. */
const closenessWeight = 3

export interface RankRequest extends DocumentQuery {
  search: StoreSearch
  texts: RecentTexts
  /** Those of some documents whose conversations pass the filters. */
  filter: (docids: readonly number[]) => Promise<readonly number[]>
  limits: RankLimits
}

type Scores = ReadonlyMap<number, number>

/**
 * The best matches first: by the rarity and number of the question's words, for the best of those also by how
 * closely the words stand together, then by recency. When more ids are wanted than were scored, the others follow,
 * newest first. Sorted by time, they are not scored at all.
 */
export async function rankMatches(
  reader: SqlReader,
  dialect: Dialect,
  request: RankRequest,
): Promise<StoreSearchResult> {
  const { search, table, match } = request
  const { maxRanked } = request.limits
  const scorer = match === null ? null : dialect.index.scorer(reader, { ...request, match })
  const found = await findMatches(reader, dialect, request, scorer)
  const matches = await request.filter(table.living(found.docids))
  const total = matches.length
  if (search.sort !== 'relevance' || scorer === null) {
    return { total, ids: sortByTime(matches, request), scores: null, ranking: 'all_matches' }
  }
  const rare = total > maxRanked ? pickRarest(request, matches, found.rarities) : null
  const ranked = rare?.docids ?? table.newest(matches, search.timeField, maxRanked)
  const scores = rare?.scores ?? found.scores ?? (await scoreFound(request, scorer, ranked, found.docids))
  const best = await orderBest(request, ranked, scores)
  const others = listOthers(matches, ranked, request, search.maxIds - best.length)
  return {
    total,
    ids: [...best.map(({ docid }) => docid), ...others].map((docid) => table.idOf(docid)),
    scores: [...best.map(({ score }) => score), ...others.map(() => 0)],
    ranking: total <= maxRanked ? 'all_matches' : rare === null ? 'newest_matches' : 'rarest_words',
  }
}

function sortByTime(matches: readonly number[], { search, table }: RankRequest): string[] {
  const { timeField, maxIds } = search
  const isOldest = search.sort === 'oldest'
  const docids = isOldest
    ? table.oldest(matches, timeField, maxIds)
    : table.newest(matches, timeField, maxIds)
  return docids.map((docid) => table.idOf(docid))
}

/** Documents that match, dead ones included; with their scores where they are few enough. */
async function findMatches(
  reader: SqlReader,
  dialect: Dialect,
  request: RankRequest,
  scorer: Scorer | null,
): Promise<FoundDocuments & { scores: Scores | null }> {
  const { search, query, limits } = request
  const isScored = search.sort === 'relevance' && !isShortPrefix(query) && !isAnyTerm(query)
  const list = async () => ({ ...(await findDocuments(reader, dialect, request)), scores: null })
  if (scorer === null || !isScored) return list()
  const limit = Math.ceil(limits.maxScoredAtOnce * (hasPhrase(query) ? phraseFactor : 1))
  const listed = isOneWord(query) ? await list() : null
  if (listed !== null && listed.docids.length >= limit) return listed
  const scores = await scorer.fewerThan(limit)
  return scores === null ? list() : { docids: [...scores.keys()], rarities: new Map(), scores }
}

function hasPhrase({ groups }: SearchQuery): boolean {
  return groups.some((group) => group.some((term) => term.kind !== 'prefix' && term.tokens.length > 1))
}

/** Whether finding its documents takes no time beside scoring them, so that it can be seen first how many there are. */
function isOneWord({ groups }: SearchQuery): boolean {
  const [[term, ...others] = [], ...rest] = groups
  const isAlone = term !== undefined && others.length === 0 && rest.length === 0
  return isAlone && (term.kind === 'prefix' || term.tokens.length === 1)
}

/**
 * Whether one or two letters are all that the query asks for. The index takes as long to find them as for the rest of
 * a search, and how often a document has words that begin so says nothing: the newest come first.
 */
function isShortPrefix({ groups }: SearchQuery): boolean {
  return groups.every((group) => group.some((term) => term.kind === 'prefix' && term.token.length <= 2))
}

/** Where any term suffices, the newest matches would mostly be those of its most common word. */
function pickRarest(
  { search, table, limits }: RankRequest,
  matches: readonly number[],
  rarities: Scores,
): { docids: readonly number[]; scores: Scores } | null {
  if (rarities.size === 0) return null
  const rare = table.newest(
    matches.filter((docid) => rarities.has(docid)),
    search.timeField,
    matches.length,
  )
  if (rare.length === 0) return null
  const best = rare.toSorted((a, b) => (rarities.get(b) ?? 0) - (rarities.get(a) ?? 0))
  return { docids: best.slice(0, limits.maxRanked), scores: rarities }
}

async function scoreFound(
  { query }: RankRequest,
  scorer: Scorer,
  docids: readonly number[],
  found: readonly number[],
): Promise<Scores> {
  return isShortPrefix(query) ? new Map() : scorer.among(docids, found.length)
}

interface Scored {
  docid: number
  score: number
}

/** Scores closer to each other than a millionth are the same, and the newer document is first. */
const scoreSteps = 2 ** 20

/**
 * The best of the documents, which come newest first, as many as are wanted; for those at the top the closeness of the
 * words is added to their scores before.
 */
async function orderBest(
  { search, query, table, texts }: RankRequest,
  docids: readonly number[],
  scores: Scores,
): Promise<Scored[]> {
  const values = new Float64Array(docids.length)
  const steps = new Float64Array(docids.length)
  for (let place = 0; place < docids.length; place++) {
    const value = scores.get(docids[place]!) ?? 0
    values[place] = value
    steps[place] = Math.floor(value * scoreSteps)
  }
  const reread = Math.min(maxReread, rereadPerWord * (query.wording?.length ?? 0))
  const best: Scored[] = []
  for (const place of placesByLargest(steps).subarray(0, Math.max(reread, search.maxIds))) {
    best.push({ docid: docids[place]!, score: values[place]! })
  }
  const top = best.slice(0, reread)
  const ids = top.map(({ docid }) => table.idOf(docid))
  const closeness = await measureCloseness(query, ids, texts)
  for (const [index, one] of top.entries()) {
    one.score += closenessWeight * (closeness.get(ids[index] ?? '') ?? 0)
  }
  // Equal ones stay in their order.
  top.sort((a, b) => b.score - a.score)
  return [...top, ...best.slice(reread)].slice(0, search.maxIds)
}

/** Further matches, newest first, so that there are as many as wanted. */
function listOthers(
  matches: readonly number[],
  ranked: readonly number[],
  { search, table }: RankRequest,
  wanted: number,
): number[] {
  if (wanted <= 0 || ranked.length >= matches.length) return []
  const known = new Set(ranked)
  const others = matches.filter((docid) => !known.has(docid))
  return table.newest(others, search.timeField, wanted)
}
