import { resolve } from 'node:path'
import { StorageError } from '../../domain/errors'
import type { SqlDriver } from '../driver'
import { createFileLayer, type FileLayer } from './file-layer'
import { type LoadedStore, loadStore, readSnapshotSequence } from './load-store'
import { writeCopy } from './snapshot'
import { toEngineError, toStorageError } from './storage-failure'
import { findSetAside } from './store-files'
import { loadSqlJs } from './wasm'

// The owner may take a snapshot while the two files are read. It does so every few seconds at most.
const attempts = 5

/**
 * The store as its files are now, without the lock and without writing anything, for when the owner does not
 * answer, or for the given reason. Later changes are not seen; writing rejects with that reason.
 */
export async function openReadOnlyView(
  path: string,
  files: FileLayer = createFileLayer(),
  reason: StorageError = silentOwnerError(),
): Promise<SqlDriver> {
  const fullPath = resolve(path)
  const sqlJs = await loadSqlJs()
  try {
    for (let attempt = 1; ; attempt++) {
      const loaded = loadStore(sqlJs, files, fullPath)
      if (loaded === null) throw noStore(fullPath)
      const isPair = readSnapshotSequence(files, fullPath) === loaded.snapshotSequence
      if (isPair || attempt === attempts) return createView(loaded, files, fullPath, reason)
      loaded.database.close()
    }
  } catch (error) {
    throw toStorageError(toEngineError(error, fullPath), 'read', fullPath)
  }
}

function createView(loaded: LoadedStore, files: FileLayer, path: string, reason: StorageError): SqlDriver {
  const { database, storeId, sequence, snapshotBytes, journal } = loaded
  const journalBytes = 'validBytes' in journal ? journal.validBytes : 0
  let isClosed = false
  const requireOpen = (): void => {
    if (isClosed) throw new StorageError('io', 'The store is closed.')
  }
  return {
    path,
    storeId,
    generation: sequence,
    async all(sql, parameters) {
      requireOpen()
      try {
        return database.all(sql, parameters)
      } catch (error) {
        throw toEngineError(error, path)
      }
    },
    write: async () => {
      throw reason
    },
    damagedFile: async () => findSetAside(files, path),
    sizes: async () => ({ snapshotBytes, journalBytes }),
    async writeSnapshot(file) {
      requireOpen()
      if (file === undefined || resolve(file) === path) throw reason
      try {
        return writeCopy(files, file, database)
      } catch (error) {
        throw toStorageError(error, 'write', file)
      }
    },
    async close() {
      if (!isClosed) database.close()
      isClosed = true
    },
  }
}

function noStore(path: string): StorageError {
  return new StorageError('io', `There is no store at ${path}.`, { hint: 'Run a sync first.' })
}

function silentOwnerError(): StorageError {
  return new StorageError('lost_ownership', 'The store is open for reading only: another process owns it.', {
    hint: 'Ask again when that process answers, or stop it.',
  })
}
