import { StorageError } from '../domain/errors'
import type { Dialect } from './dialect'
import type { SqlDriver, SqlReader, SqlStatement } from './driver'
import { firstSchema } from './schema-v1'
import { owedThreadsSchema } from './schema-v2'
import { figuresSchema } from './schema-v3'
import { textFiguresSchema } from './schema-v4'

export interface Migration {
  /** Recorded with its number; never changed once released. */
  name: string
  statements(dialect: Dialect): string[]
}

/** In order; the number of a migration is its place, counted from 1. */
export const migrations: readonly Migration[] = [
  { name: 'first_schema', statements: firstSchema },
  { name: 'owed_threads', statements: owedThreadsSchema },
  { name: 'figures', statements: figuresSchema },
  { name: 'text_figures', statements: textFiguresSchema },
]

/**
 * Brings the store to the present schema, each migration in one transaction with its record. Writes nothing when
 * there is nothing to do. Rejects with StorageError `newer_schema` when the data was written by a newer program.
 */
export async function migrate(
  driver: SqlDriver,
  dialect: Dialect,
  list: readonly Migration[] = migrations,
): Promise<number> {
  const stored = await readSchemaVersion(driver)
  if (stored > list.length) {
    throw new StorageError('newer_schema', `${driver.path} was written by a newer version of this program.`, {
      hint: 'Update fast-intercom-mcp, or choose another folder with FASTINTERCOM_HOME.',
    })
  }
  for (const [index, migration] of list.entries()) {
    const version = index + 1
    if (version <= stored) continue
    await driver.write(() => {
      const statements = migration.statements(dialect).map((sql): SqlStatement => ({ sql, rows: [[]] }))
      return [...statements, ...recordOf(version, migration, dialect)]
    })
  }
  return list.length
}

/** Number of migrations that the store has been through; 0 for a new one. */
export async function readSchemaVersion(reader: SqlReader): Promise<number> {
  const rows = await reader.all<{ value: string }>(
    "select value from store_meta where key = 'schema_version'",
  )
  return Number(rows[0]?.value ?? 0)
}

function recordOf(version: number, { name }: Migration, { db }: Dialect): SqlStatement[] {
  const upsert = db
    .insertInto('store_meta')
    .values({ key: '', value: '' })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
    )
    .compile().sql
  return [
    {
      sql: upsert,
      rows: [
        ['schema_version', String(version)],
        [`migration_${version}`, name],
      ],
    },
  ]
}
