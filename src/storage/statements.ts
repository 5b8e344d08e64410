import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Dialect } from './dialect'
import type { SqlReader, SqlStatement, SqlValue } from './driver'
import type { Database } from './schema'

/** Reads all rows of a compiled query. */
export function readAll<Row>(reader: SqlReader, query: CompiledQuery<Row>): Promise<Row[]> {
  // kysely knows the parameters as unknown; the Database types let only these in.
  return reader.all<Row>(query.sql, query.parameters as readonly SqlValue[])
}

/**
 * Reads the one row of a query whose columns are lists (see `Dialect.jsonArray`), one as long as the other: many rows
 * cost more than what is in them.
 */
export async function readLists<Row extends object>(
  reader: SqlReader,
  query: CompiledQuery<{ [Column in keyof Row]: string }>,
): Promise<{ [Column in keyof Row]: Row[Column][] }> {
  // An aggregate has a row in any case.
  const [lists = {}] = (await readAll(reader, query)) as Record<string, string>[]
  const parsed = Object.entries(lists).map(([column, json]) => [column, JSON.parse(json)])
  return Object.fromEntries(parsed) as { [Column in keyof Row]: Row[Column][] }
}

/** A query without parameters, whose text is made once for each dialect. */
export function fixedQuery<Row>(
  build: (dialect: Dialect) => CompiledQuery<Row>,
): (dialect: Dialect) => CompiledQuery<Row> {
  const made = new WeakMap<Dialect, CompiledQuery<Row>>()
  return (dialect) => {
    const query = made.get(dialect) ?? build(dialect)
    made.set(dialect, query)
    return query
  }
}

/**
 * A query whose only parameter is one list, and whose text is made once for each dialect: making it takes longer than
 * many a query itself.
 */
export function listQuery<Value extends string | number, Row>(
  build: (dialect: Dialect, values: readonly Value[]) => CompiledQuery<Row>,
): (dialect: Dialect, values: readonly Value[]) => CompiledQuery<Row> {
  const made = fixedQuery((dialect) => {
    const query = build(dialect, [])
    if (query.parameters.length !== 1) throw new TypeError(`Has other parameters than a list: ${query.sql}`)
    return query
  })
  return (dialect, values) => ({ ...made(dialect), parameters: [dialect.listParameter(values)] })
}

/** A write with a fixed text that is run with many rows of parameters. */
export interface RowWriter<Row> {
  sql: string
  parameters(row: Row): SqlValue[]
}

type TableName = keyof Database & string
type ColumnName<Table extends TableName> = keyof Database[Table] & string

/** Inserts rows of a table, or updates all their columns where `keys` are there already. */
export function upsertInto<Table extends TableName>(
  db: Kysely<Database>,
  table: Table,
  columns: readonly ColumnName<Table>[],
  keys: readonly ColumnName<Table>[],
): RowWriter<Database[Table]> {
  const rest = columns.filter((column) => !keys.includes(column))
  const update = sql.join(rest.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`))
  const onConflict = sql`on conflict (${sql.join(keys.map((key) => sql.ref(key)))}) do ${
    rest.length === 0 ? sql`nothing` : sql`update set ${update}`
  }`
  return rowWriter(db, sql`insert into ${insertTarget(table, columns)} ${onConflict}`, columns)
}

/** Inserts rows that are known to be new. */
export function insertInto<Table extends TableName>(
  db: Kysely<Database>,
  table: Table,
  columns: readonly ColumnName<Table>[],
): RowWriter<Database[Table]> {
  return rowWriter(db, sql`insert into ${insertTarget(table, columns)}`, columns)
}

/** Sets `columns` of the row whose `key` is there. */
export function updateColumns<Table extends TableName>(
  db: Kysely<Database>,
  table: Table,
  columns: readonly ColumnName<Table>[],
  key: ColumnName<Table>,
): RowWriter<Database[Table]> {
  const set = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${0}`))
  return rowWriter(db, sql`update ${sql.table(table)} set ${set} where ${sql.ref(key)} = ${0}`, [
    ...columns,
    key,
  ])
}

/** Deletes the rows of a table whose `column` is the one parameter. */
export function deleteFrom<Table extends TableName>(
  db: Kysely<Database>,
  table: Table,
  column: ColumnName<Table>,
): string {
  return sql`delete from ${sql.table(table)} where ${sql.ref(column)} = ${0}`.compile(db).sql
}

function insertTarget(table: string, columns: readonly string[]) {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  return sql`${sql.table(table)} (${names}) values (${sql.join(columns.map(() => 0))})`
}

function rowWriter<Row>(
  db: Kysely<Database>,
  text: ReturnType<typeof sql>,
  columns: readonly (keyof Row & string)[],
): RowWriter<Row> {
  // Every column of a Database table is text, number, bytes or null.
  return { sql: text.compile(db).sql, parameters: (row) => columns.map((column) => row[column] as SqlValue) }
}

/** Collects writes; rows of the same statement are run together, statements in the order of their first row. */
export interface StatementBatch {
  add(sql: string, row: readonly SqlValue[]): void
  write<Row>(writer: RowWriter<Row>, row: Row): void
  append(statement: SqlStatement): void
  statements(): SqlStatement[]
}

/** An empty batch. */
export function createStatementBatch(): StatementBatch {
  const rowsBySql = new Map<string, (readonly SqlValue[])[]>()
  const add = (text: string, row: readonly SqlValue[]): void => {
    const rows = rowsBySql.get(text)
    if (rows) rows.push(row)
    else rowsBySql.set(text, [row])
  }
  return {
    add,
    write: (writer, row) => add(writer.sql, writer.parameters(row)),
    append: (statement) => {
      for (const row of statement.rows) add(statement.sql, row)
    },
    statements: () => [...rowsBySql].map(([text, rows]) => ({ sql: text, rows })),
  }
}
