import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { SearchQuery } from '../text/search-query'
import { isLoneRunCharacter } from '../text/tokenizer'
import { bm25Score, readTermStatistics, type TermStatistics } from './bm25'
import type { IndexSide, ScoredQuery, Scorer } from './dialect'
import type { DocumentTable } from './document-table'
import type { SqlReader } from './driver'
import type { Database } from './schema'
import { readAll } from './statements'

/** Name of a side's FTS4 table. */
export function indexTable(side: IndexSide): string {
  return `search_index_${side}`
}

/**
 * BM25 over FTS4. Statistics and matches are two questions, because what holds for the whole index (`x` of matchinfo)
 * comes with every match otherwise. A document's length (`l`) would have it looked up for every match; the table of
 * documents remembers it.
 */
export function createScorer(
  db: Kysely<Database>,
  reader: SqlReader,
  { query, match, table }: ScoredQuery,
): Scorer {
  const name = sql.table(indexTable(table.side))
  // Counting the documents of each term goes through all of them; those of an only term are those found.
  const isOne = isOneTerm(query)
  const format = sql.lit(isOne ? 'pcnay' : 'y')
  let counted: Promise<TermStatistics | null> | null = null

  const countTerms = async (): Promise<TermStatistics | null> => {
    const any = sql<Match>`
      select docid, matchinfo(${name}, 'pcnax') as info from ${name} where ${name} match ${match} limit 1`
    const [first] = await readAll(reader, any.compile(db))
    return first === undefined ? null : readTermStatistics(first.info)
  }

  const readMatches = (condition: RawBuilder<unknown>) =>
    readAll(
      reader,
      sql<Match>`
        select docid, matchinfo(${name}, ${format}) as info from ${name} where ${name} match ${match} ${condition}
      `.compile(db),
    )

  const score = async (rows: readonly Match[], found: number): Promise<Map<number, number>> => {
    const [first] = rows
    if (first === undefined) return new Map()
    if (!isOne) counted ??= countTerms()
    const statistics = isOne ? readTermStatistics(first.info, found) : await counted
    if (statistics === null) return new Map()
    const docids = rows.map(({ docid }) => docid)
    await readLengths(db, reader, table, docids)
    const { lengths } = table
    const scoreOf = bm25Score(statistics)
    return new Map(rows.map(({ docid, info }) => [docid, scoreOf(info, lengths[docid] ?? 0)]))
  }

  return {
    async first(limit) {
      const rows = await readMatches(sql`limit ${limit}`)
      return score(rows, rows.length)
    },
    among: async (docids, found) => score(docids.length === 0 ? [] : await readMatches(among(docids)), found),
  }
}

interface Match {
  docid: number
  info: Uint8Array
}

/** Whether the index knows it as one phrase; prefixes and lone characters are two. */
function isOneTerm({ groups, excluded }: SearchQuery): boolean {
  const [term, ...others] = groups.flat()
  if (term === undefined || others.length > 0 || excluded.length > 0 || term.kind === 'prefix') return false
  return term.tokens.length > 1 || !isLoneRunCharacter(term.tokens[0] ?? '')
}

/**
 * The range lets the index leave out what lies outside; the unary plus keeps SQLite from looking the docids up one by
 * one instead of walking the matches.
 */
function among(docids: readonly number[]) {
  const lowest = docids.reduce((low, docid) => Math.min(low, docid), Number.POSITIVE_INFINITY)
  const highest = docids.reduce((high, docid) => Math.max(high, docid), 0)
  return sql`and docid between ${lowest} and ${highest}
    and +docid in (select value from json_each(${JSON.stringify(docids)}))`
}

/** Documents never change, so the length of each is read once. */
async function readLengths(
  db: Kysely<Database>,
  reader: SqlReader,
  { side, lengths }: DocumentTable,
  docids: readonly number[],
): Promise<void> {
  const unknown = docids.filter((docid) => lengths[docid] === 0)
  if (unknown.length === 0) return
  const sizes = sql.table(`${indexTable(side)}_docsize`)
  const query = sql<{ docid: number; size: Uint8Array }>`
    select docid, size from ${sizes} where docid in (select value from json_each(${JSON.stringify(unknown)}))`
  for (const { docid, size } of await readAll(reader, query.compile(db))) {
    lengths[docid] = readVarint(size)
  }
}

/** The first number of FTS4's list of tokens per column: seven bits a byte, lowest first. */
function readVarint(bytes: Uint8Array): number {
  let value = 0
  for (const [index, byte] of bytes.entries()) {
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) break
  }
  return value
}
