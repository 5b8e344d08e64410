import { StorageError } from '../../domain/errors'
import { migrate, migrations, readSchemaVersion } from '../migrations'
import type { Store } from '../port'
import { createSqlStore, type SqlStore, type SqlStoreOptions } from '../sql-store'
import { createSqliteDialect } from '../sqlite-dialect'
import { type AncestorData, findAncestorAside, readAncestor, setAncestorAside } from './ancestor'
import { createFileLayer, type FileLayer } from './file-layer'
import { openReadOnlyView } from './read-only-view'
import { describeSize } from './snapshot-policy'
import { openSqljsDriver, type SqljsDriver, type SqljsDriverOptions } from './sqljs-driver'
import { toStorageError } from './storage-failure'
import { loadSqlJs } from './wasm'

export interface OpenedStore {
  store: SqlStore
  /** Where a damaged file was set aside when there was one; what it held has to be fetched anew. */
  recovered: SqljsDriver['recovered']
  /** Epoch seconds from which on the Python ancestor had data, as long as this store has not been synced. */
  inheritedSince: number | null
}

export interface OpenSqljsStoreOptions extends Omit<SqljsDriverOptions, 'migrate'> {
  /** Where the ancestor's data may lie besides `path`; it is only read there. */
  ancestorPath?: string | null
}

/**
 * Opens or creates the embedded store at `path` and brings its schema up to date. Data of the Python ancestor at
 * that place is set aside first. The lock is the caller's: held before, released after the store is closed. Rejects
 * with StorageError, and then nothing of a foreign or newer file has been touched.
 */
export async function openSqljsStore(options: OpenSqljsStoreOptions): Promise<OpenedStore> {
  const { path, logger, ancestorPath = null, files = createFileLayer() } = options
  await setAsideAncestorAt(path, files, logger)
  const dialect = createSqliteDialect()
  const driver = await openSqljsDriver({
    ...options,
    migrate: async (opened) => {
      await migrate(opened, dialect)
    },
  })
  const onUpkeepError: SqlStoreOptions['onUpkeepError'] = (error) =>
    logger?.warn('What is stored could not be tidied; answers go on with it as it is', {
      error: error instanceof Error ? error.message : String(error),
    })
  let ancestor: AncestorData | null = null
  const warnings: SqlStoreOptions['warnings'] = async (sizes) => {
    if (ancestor !== null && (await isSynced(store))) ancestor = null
    return [...warnOfSize(sizes), ...warnOfAncestor(findAncestorAside(files, driver.path), ancestor)]
  }
  const store = createSqlStore(driver, dialect, { onUpkeepError, warnings })
  store.startUpkeep()
  if (!(await isSynced(store))) ancestor = await findAncestor(driver.path, ancestorPath, files)
  return { store, recovered: driver.recovered, inheritedSince: ancestor?.since ?? null }
}

export interface ViewOptions {
  /** Why the files are only read; absent: because their owner does not answer. */
  reason?: StorageError
}

/** The store at `path` as its files are now, without the lock. Reads only: every change rejects. */
export async function openSqljsView(path: string, { reason }: ViewOptions = {}): Promise<Store> {
  const driver = await openReadOnlyView(path, createFileLayer(), reason)
  const version = await readSchemaVersion(driver)
  if (version === migrations.length) {
    return createSqlStore(driver, createSqliteDialect(), { warnings: warnOfSize })
  }
  await driver.close()
  const writtenBy = version > migrations.length ? 'a newer' : 'an older'
  throw new StorageError('newer_schema', `${path} was written by ${writtenBy} version of this program.`, {
    hint: 'Run the same version everywhere; restart the clients that still run the other one.',
  })
}

async function isSynced(store: Store): Promise<boolean> {
  return (await store.getSyncState()).asOf !== null
}

async function setAsideAncestorAt(
  path: string,
  files: FileLayer,
  logger: SqljsDriverOptions['logger'],
): Promise<void> {
  try {
    if (readAncestor(await loadSqlJs(), files, path) === null) return
    const kept = setAncestorAside(files, path)
    logger?.warn('Data of the earlier Python program was set aside', { kept })
  } catch (error) {
    throw toStorageError(error, 'set aside', path)
  }
}

async function findAncestor(
  path: string,
  elsewhere: string | null,
  files: FileLayer,
): Promise<AncestorData | null> {
  const sqlJs = await loadSqlJs()
  const aside = findAncestorAside(files, path)
  for (const place of [aside, elsewhere]) {
    const found = place === null ? null : readAncestor(sqlJs, files, place)
    if (found !== null) return found
  }
  return null
}

function warnOfSize({ snapshotBytes }: { snapshotBytes: number }): string[] {
  const warning = describeSize(snapshotBytes)
  return warning === null ? [] : [`${warning}.`]
}

function warnOfAncestor(aside: string | null, ancestor: AncestorData | null): string[] {
  const since = ancestor?.since ? ` since ${new Date(ancestor.since * 1000).toISOString().slice(0, 10)}` : ''
  const days = ancestor === null ? '' : `The first sync fetches the time${since} that it covered. `
  if (aside !== null) {
    return [
      `The data of the earlier Python program was set aside as ${aside}. ${days}Delete it when it is no longer wanted.`,
    ]
  }
  return ancestor === null
    ? []
    : [
        `There is data of the earlier Python program at ${ancestor.path}, which stays as it is. ${days}`.trim(),
      ]
}
