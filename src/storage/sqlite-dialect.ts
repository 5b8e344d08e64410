import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import type { Dialect } from './dialect'
import type { Database } from './schema'
import { findSqliteDamage } from './sqlite-check'
import { createSqliteFullText } from './sqlite-full-text'

/** SQLite as sql.js has it: JSON functions, FTS4, no extensions. */
export function createSqliteDialect(): Dialect {
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (instance) => new SqliteIntrospector(instance),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  return {
    engine: 'sqljs',
    db,
    ddl: {
      clusteredTable: ' WITHOUT ROWID',
      // No other type makes it the row's own number.
      wholeKey: 'INTEGER',
      bytes: 'BLOB',
      isoTime: (column) => `strftime('%Y-%m-%dT%H:%M:%SZ', ${column}, 'unixepoch')`,
      isoDay: (column) => `strftime('%Y-%m-%d', ${column}, 'unixepoch')`,
      joinTexts: (expression) => `group_concat(${expression}, ', ')`,
      joinInOrder: (expression, orderBy) => `group_concat(${expression}, ',' ORDER BY ${orderBy})`,
      jsonNumber: (column, member) => jsonMember(column, member, "'integer', 'real'"),
      jsonText: (column, member) => jsonMember(column, member, "'text'"),
    },
    list: <Value>(values: readonly Value[]) =>
      sql<Value>`(select value from json_each(${JSON.stringify(values)}))`,
    listParameter: (values) => JSON.stringify(values),
    jsonArray: (expression) => sql<string>`json_group_array(${expression})`,
    joinHex: (expression) => sql<string>`group_concat(hex(${expression}), '')`,
    index: createSqliteFullText(db),
    findDamage: findSqliteDamage,
  }
}

function jsonMember(column: string, member: string, types: string): string {
  const path = `${column}, '$.${member}'`
  return `CASE WHEN json_type(${path}) IN (${types}) THEN json_extract(${path}) END`
}
