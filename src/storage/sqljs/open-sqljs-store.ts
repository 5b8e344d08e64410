import { StorageError } from '../../domain/errors'
import { migrate, migrations, readSchemaVersion } from '../migrations'
import type { Store } from '../port'
import { createSqlStore, type SqlStoreOptions } from '../sql-store'
import { createSqliteDialect } from '../sqlite-dialect'
import { openReadOnlyView } from './read-only-view'
import { openSqljsDriver, type SqljsDriver, type SqljsDriverOptions } from './sqljs-driver'

export interface OpenedStore {
  store: Store
  /** Where a damaged file was set aside when there was one; what it held has to be fetched anew. */
  recovered: SqljsDriver['recovered']
}

/**
 * Opens or creates the embedded store at `path` and brings its schema up to date. The lock is the caller's: held
 * before, released after the store is closed. Rejects with StorageError.
 */
export async function openSqljsStore(options: Omit<SqljsDriverOptions, 'migrate'>): Promise<OpenedStore> {
  const dialect = createSqliteDialect()
  const driver = await openSqljsDriver({
    ...options,
    migrate: async (opened) => {
      await migrate(opened, dialect)
    },
  })
  const onUpkeepError: SqlStoreOptions['onUpkeepError'] = (error) =>
    options.logger?.warn('The search index could not be tidied; searching goes on with it as it is', {
      error: error instanceof Error ? error.message : String(error),
    })
  const store = createSqlStore(driver, dialect, { onUpkeepError })
  store.startUpkeep()
  return { store, recovered: driver.recovered }
}

/** The store at `path` as its files are now, without the lock. Reads only: every change rejects. */
export async function openSqljsView(path: string): Promise<Store> {
  const driver = await openReadOnlyView(path)
  const version = await readSchemaVersion(driver)
  if (version === migrations.length) return createSqlStore(driver, createSqliteDialect())
  await driver.close()
  const writtenBy = version > migrations.length ? 'a newer' : 'an older'
  throw new StorageError('newer_schema', `${path} was written by ${writtenBy} version of this program.`, {
    hint: 'Run the same version everywhere; restart the clients that still run the other one.',
  })
}
