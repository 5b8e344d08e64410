import { type Kysely, sql } from 'kysely'
import type { SearchQuery, SearchTerm } from '../text/search-query'
import { asForm, isLoneRunCharacter } from '../text/tokenizer'
import { bm25Score } from './bm25'
import type { FullTextIndex, IndexSide, RareWordsRequest, ScoreRequest } from './dialect'
import type { SqlReader } from './driver'
import type { Database } from './schema'
import { readAll } from './statements'

/**
 * FTS4 over prepared text. Contentless, so the text is not kept twice; such a table can neither delete nor update,
 * and inserting a docid again silently merges the two documents. Therefore every version of a conversation is a
 * new document, and the table of documents says which ones live.
 */
export function createSqliteFullText(db: Kysely<Database>): FullTextIndex {
  return {
    create: (side) => [
      `CREATE VIRTUAL TABLE ${table(side)} USING fts4(content="", tokenize=simple, stems, words)`,
      // Merges a little with each write: the worst commit takes a third of what it takes without.
      `INSERT INTO ${table(side)} (${table(side)}) VALUES ('automerge=8')`,
      `CREATE TABLE search_documents_${side} (
        docid INTEGER NOT NULL PRIMARY KEY, conversation_ref INTEGER NOT NULL UNIQUE
      )`,
    ],
    drop: (side) => [`DROP TABLE ${table(side)}`, `DROP TABLE search_documents_${side}`],
    insert: (side, documents) => ({
      sql: `INSERT INTO ${table(side)} (docid, stems, words) VALUES (?, ?, ?)`,
      rows: documents.map(({ docid, stems, words }) => [docid, stems, words]),
    }),
    match: compileMatch,
    exclusion: (query) => (compileMatch(query) === null ? anyOf(query.excluded) : null),
    docids: (side, match) => {
      const name = sql.table(table(side))
      return sql<{ docid: number }>`(select docid from ${name} where ${name} match ${match})`
    },
    score: (reader, request) => score(db, reader, request),
    scoreRareWords: (reader, request) => scoreRareWords(db, reader, request),
  }
}

function table(side: IndexSide): string {
  return `search_index_${side}`
}

/** FTS4's enhanced syntax. It has no lone exclusion: null for a query without a term that must match. */
function compileMatch(query: SearchQuery): string | null {
  const groups = query.groups.map(anyOf).filter((group) => group !== null)
  if (groups.length === 0) return null
  const wanted = groups.map((group) => `(${group})`).join(' AND ')
  const excluded = anyOf(query.excluded)
  return excluded === null ? wanted : `(${wanted}) NOT (${excluded})`
}

function anyOf(terms: readonly SearchTerm[]): string | null {
  return terms.length === 0 ? null : terms.map(compileTerm).join(' OR ')
}

/** Tokens hold neither quotes nor operators. FTS4 takes no phrase with a column, so forms carry a mark instead. */
function compileTerm(term: SearchTerm): string {
  if (term.kind === 'prefix') return compilePrefix(term.token)
  const [first = ''] = term.tokens
  if (term.tokens.length === 1 && isLoneRunCharacter(first)) return compilePrefix(first)
  return `"${term.tokens.join(' ')}"`
}

function compilePrefix(token: string): string {
  return `"${token}*" OR "${asForm(token)}*"`
}

/** Phrases and columns, documents, average and own lengths, hits: the order that `bm25Score` reads. */
const matchinfoFormat = 'pcnalx'

async function score(
  db: Kysely<Database>,
  reader: SqlReader,
  { side, match, docids }: ScoreRequest,
): Promise<Map<number, number>> {
  const name = sql.table(table(side))
  if (docids.length === 0) return new Map()
  const lowest = docids.reduce((low, docid) => Math.min(low, docid), Number.POSITIVE_INFINITY)
  const highest = docids.reduce((high, docid) => Math.max(high, docid), 0)
  // The range lets the index leave out what lies outside; the unary plus keeps SQLite from looking the docids up
  // one by one instead of walking the matches.
  const query = sql<{ docid: number; info: Uint8Array }>`
    select docid, matchinfo(${name}, ${sql.lit(matchinfoFormat)}) as info
    from ${name} where ${name} match ${match} and docid between ${lowest} and ${highest}
    and +docid in (select value from json_each(${JSON.stringify(docids)}))`
  const rows = await readAll(reader, query.compile(db))
  return new Map(rows.map(({ docid, info }) => [docid, bm25Score(info)]))
}

/** A word in more documents than this says little of which one is meant. */
const rareWordDocuments = 4000

/** Entries of the index that are added up, rarest words first: some 15 ms. */
const addedEntries = 12_000

async function scoreRareWords(
  db: Kysely<Database>,
  reader: SqlReader,
  { side, query, limit }: RareWordsRequest,
): Promise<Map<number, number>> {
  const name = sql.table(table(side))
  const terms: { match: string; documents: number }[] = []
  for (const term of query.groups.flat()) {
    const match = compileTerm(term)
    const found = sql`select docid from ${name} where ${name} match ${match} limit ${sql.lit(rareWordDocuments + 1)}`
    const counted = sql<{ documents: number }>`select count(*) as documents from (${found})`
    const documents = (await readAll(reader, counted.compile(db)))[0]?.documents ?? 0
    if (documents > 0 && documents <= rareWordDocuments) terms.push({ match, documents })
  }
  let entries = 0
  const parts = terms
    .toSorted((a, b) => a.documents - b.documents)
    .filter(({ documents }) => {
      entries += documents
      return entries <= addedEntries
    })
    .map(({ match, documents }) => {
      const rarity = sql.lit(Math.log(1 + rareWordDocuments / documents))
      return sql`select docid, ${rarity} as rarity from ${name} where ${name} match ${match}`
    })
  if (parts.length === 0) return new Map()
  const best = sql<{ docid: number; score: number }>`
    select docid, sum(rarity) as score from (${sql.join(parts, sql` union all `)})
    group by docid order by score desc, docid desc limit ${sql.lit(limit)}`
  return new Map((await readAll(reader, best.compile(db))).map(({ docid, score }) => [docid, score]))
}
