import type { Expression, Kysely, RawBuilder } from 'kysely'
import type { SearchQuery } from '../text/search-query'
import type { DocumentTable } from './document-table'
import type { SqlReader, SqlStatement, SqlValue } from './driver'
import type { Database } from './schema'

/**
 * Two full-text indexes can exist at a time: one answers while the other is being built. Each has its table of
 * documents (`search_documents_a`, `search_documents_b`) beside it.
 */
export type IndexSide = 'a' | 'b'

/** What has to be written for one conversation's document. */
export interface IndexDocument {
  docid: number
  stems: string
  words: string
}

/** Everything in which the engines' SQL differs. The rest of this folder is written once. */
export interface Dialect {
  engine: 'sqljs' | 'postgres'
  /** Compiles statements; it never runs one. */
  db: Kysely<Database>
  ddl: DdlWords
  /** A list of any length as one parameter, in brackets: the right side of `in`, or rows with a column `value`. */
  list<Value extends string | number>(values: readonly Value[]): RawBuilder<Value>
  /** What `list` has as its parameter. */
  listParameter(values: readonly (string | number)[]): SqlValue
  /** Aggregate: the values of a column as one JSON array; those of one SELECT are in the same order. */
  jsonArray(expression: Expression<unknown>): RawBuilder<string>
  /** Aggregate: the bytes of a column, one row's behind the other's, in hexadecimal; in the order of `jsonArray`. */
  joinHex(expression: Expression<unknown>): RawBuilder<string>
  index: FullTextIndex
  /** The engine's own check of what it has stored; empty when nothing is wrong. */
  findDamage(reader: SqlReader, signal?: AbortSignal): Promise<string[]>
}

/** Words of CREATE statements. */
interface DdlWords {
  /** Clause behind a table whose primary key is its only order. */
  clusteredTable: string
  /** Type of a primary key that is one integer of up to 53 bits. */
  wholeKey: string
  /** Type of a column of bytes. */
  bytes: string
  /** Expression that shows epoch seconds as ISO 8601 text in UTC. */
  isoTime(column: string): string
  /** Expression for the day (`2026-03-01`, UTC) of epoch seconds. */
  isoDay(column: string): string
  /** Aggregate that joins texts with `, `. */
  joinTexts(expression: string): string
  /** Aggregate that joins texts with `,`, ordered by a column. */
  joinInOrder(expression: string, orderBy: string): string
  /** A member of a JSON text: its number, or its text; null for anything else. */
  jsonNumber(column: string, member: string): string
  jsonText(column: string, member: string): string
}

/** The full-text index of one engine: its upkeep, its match, its ranking. */
export interface FullTextIndex {
  /** Creates index and table of documents. */
  create(side: IndexSide): string[]
  drop(side: IndexSide): string[]
  /** Statement that adds documents; the docids are new ones. */
  insert(side: IndexSide, documents: readonly IndexDocument[]): SqlStatement
  /** A little of what makes searches quicker after many writes; null when that would gain too little. */
  merge(reader: SqlReader, side: IndexSide, isBegun: boolean): Promise<IndexMerge | null>
  /** What a query asks of the index, or null when it only excludes. */
  match(query: SearchQuery): string | null
  /** What finds the documents that a query excludes; null when it excludes nothing that `match` did not. */
  exclusion(query: SearchQuery): string | null
  /** SELECT, in brackets, of the `docid` of every document that a match expression finds. */
  docids(side: IndexSide, match: string): RawBuilder<{ docid: number }>
  /** What scores the matches of a query; to be used before the next change only. */
  scorer(reader: SqlReader, query: ScoredQuery): Scorer
}

export interface IndexMerge {
  statement: SqlStatement
  /** What the index is like before; when it is like that afterwards, merging comes to nothing. */
  state: string
}

export interface ScoredQuery {
  query: SearchQuery
  match: string
  /** Of the index that is asked; keeps the lengths of documents that were read. */
  table: DocumentTable
}

/** Scores documents that match, dead ones included; higher is better. */
export interface Scorer {
  /** All matches when they are fewer than `limit`; else null. */
  fewerThan(limit: number): Promise<Map<number, number> | null>
  /** Those of `docids` that match; `found` is how many documents do. */
  among(docids: readonly number[], found: number): Promise<Map<number, number>>
}
