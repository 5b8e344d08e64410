import { type Kysely, sql } from 'kysely'
import type { SearchQuery, SearchTerm } from '../text/search-query'
import { asFirstLetter, asForm, isLoneRunCharacter, isOneLetter } from '../text/tokenizer'
import type { FullTextIndex } from './dialect'
import type { Database } from './schema'
import { createScorer, indexTable } from './sqlite-scores'
import { planMerge } from './sqlite-segments'

/**
 * FTS4 over prepared text. Contentless, so the text is not kept twice; such a table can neither delete nor update,
 * and inserting a docid again silently merges the two documents. Therefore every version of a conversation is a
 * new document, and the table of documents says which ones live.
 */
export function createSqliteFullText(db: Kysely<Database>): FullTextIndex {
  return {
    create: (side) => [
      `CREATE VIRTUAL TABLE ${indexTable(side)} USING fts4(content="", tokenize=simple, stems, words)`,
      // Merges a little with each write: the worst commit takes a third of what it takes without.
      `INSERT INTO ${indexTable(side)} (${indexTable(side)}) VALUES ('automerge=8')`,
      `CREATE TABLE search_documents_${side} (
        docid INTEGER NOT NULL PRIMARY KEY, conversation_ref INTEGER NOT NULL UNIQUE
      )`,
    ],
    drop: (side) => [`DROP TABLE ${indexTable(side)}`, `DROP TABLE search_documents_${side}`],
    insert: (side, documents) => ({
      sql: `INSERT INTO ${indexTable(side)} (docid, stems, words) VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT))`,
      rows: documents.map(({ docid, stems, words }) => [docid, stems, words]),
    }),
    merge: (reader, side, isBegun) => planMerge(reader, db, side, isBegun),
    match: compileMatch,
    exclusion: (query) => (compileMatch(query) === null ? anyOf(query.excluded) : null),
    docids: (side, match) => {
      const name = sql.table(indexTable(side))
      return sql<{ docid: number }>`(select docid from ${name} where ${name} match ${match})`
    },
    scorer: (reader, query) => createScorer(db, reader, query),
  }
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
  if (isOneLetter(token)) return `"${asFirstLetter(token)}"`
  return `"${token}*" OR "${asForm(token)}*"`
}
