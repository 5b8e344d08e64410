import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { SearchQuery } from '../text/search-query'
import { isLoneRunCharacter } from '../text/tokenizer'
import { bm25Score, headLength, readCounts, readTermStatistics } from './bm25'
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
 * BM25 over FTS4. A document's length (`l` of matchinfo) would have it looked up for every match; the table of documents
 * remembers it.
 */
export function createScorer(
  db: Kysely<Database>,
  reader: SqlReader,
  { query, match, table }: ScoredQuery,
): Scorer {
  const name = sql.table(indexTable(table.side))
  // The documents of an only term are those found. Else counting goes through all documents of each term.
  const isOne = isOneTerm(query)
  const phrases = isOne ? [] : countedPhrases(match)
  let statistics = table.statistics.of(phrases)

  // One row for all of them: rows cost more than what is in them.
  const readMatches = async (condition: RawBuilder<unknown>): Promise<Matches> => {
    const known = statistics
    const format = known !== null ? 'y' : isOne ? 'pcnay' : 'pcnax'
    const keep = table.statistics.expect(phrases)
    const matches = sql`
      select docid, matchinfo(${name}, ${sql.lit(format)}) as info from ${name} where ${name} match ${match} ${condition}`
    const [row] = await readAll(
      reader,
      sql<{ docids: string; infos: string | null }>`
        select json_group_array(docid) as docids, group_concat(hex(info), '') as infos from (${matches})`.compile(
        db,
      ),
    )
    const docids = JSON.parse(row?.docids ?? '[]') as number[]
    const numbers = toNumbers(row?.infos ?? '')
    if (known !== null || docids.length === 0) return { docids, numbers, head: 0, step: 1 }
    statistics = readTermStatistics(numbers, isOne ? [] : readCounts(numbers))
    keep(statistics)
    return { docids, numbers, head: headLength(numbers), step: isOne ? 1 : 3 }
  }

  const score = async (
    { docids, numbers, head, step }: Matches,
    found: number,
  ): Promise<Map<number, number>> => {
    if (statistics === null || docids.length === 0) return new Map()
    await readLengths(db, reader, table, docids)
    const { lengths } = table
    const scoreOf = bm25Score(isOne ? { ...statistics, matching: [found] } : statistics)
    const width = numbers.length / docids.length
    return new Map(
      docids.map((docid, place) => [
        docid,
        scoreOf({ numbers, start: place * width + head, step }, lengths[docid] ?? 0),
      ]),
    )
  }

  return {
    async fewerThan(limit) {
      const matches = await readMatches(sql`limit ${limit}`)
      return matches.docids.length < limit ? score(matches, matches.docids.length) : null
    },
    among: async (docids, found) =>
      docids.length === 0 ? new Map() : score(await readMatches(among(docids)), found),
  }
}

/** The phrases of a question in the order in which matchinfo tells of them; of excluded ones it says nothing. */
function countedPhrases(match: string): string[] {
  // No token is in capitals.
  const [wanted = ''] = match.split(' NOT ')
  return wanted.match(/"[^"]*"/g) ?? []
}

/** What SQLite's matchinfo says of documents. */
interface Matches {
  docids: number[]
  /** Equally many for each of them. */
  numbers: Uint32Array
  /** How many of each document's stand before its hits. */
  head: number
  /** How far it is from the hits of one term to those of the next. */
  step: number
}

/** Numbers of 32 bits in the machine's own order, which is where SQLite runs too. */
function toNumbers(hex: string): Uint32Array {
  // A buffer of its own begins where such numbers may.
  const bytes = Buffer.allocUnsafeSlow(hex.length >> 1)
  bytes.write(hex, 'hex')
  return new Uint32Array(bytes.buffer)
}

/** Whether the index knows it as one phrase; prefixes and lone characters are two. */
function isOneTerm({ groups, excluded }: SearchQuery): boolean {
  const [term, ...others] = groups.flat()
  if (term === undefined || others.length > 0 || excluded.length > 0 || term.kind === 'prefix') return false
  return term.tokens.length > 1 || !isLoneRunCharacter(term.tokens[0] ?? '')
}

/**
 * The range lets the index leave out what lies outside; the unary plus keeps SQLite from looking the docids up one by
 * one instead of walking the matches. The limit, which is none, keeps it from merging the question into the one around
 * it, where there is no matchinfo.
 */
function among(docids: readonly number[]) {
  const lowest = docids.reduce((low, docid) => Math.min(low, docid), Number.POSITIVE_INFINITY)
  const highest = docids.reduce((high, docid) => Math.max(high, docid), 0)
  return sql`and docid between ${lowest} and ${highest}
    and +docid in (select value from json_each(${JSON.stringify(docids)})) limit -1`
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
