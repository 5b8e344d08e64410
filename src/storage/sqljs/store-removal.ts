import { dirname } from 'node:path'
import { isOurStore } from './file-identity'
import type { FileLayer } from './file-layer'
import type { HeldLock } from './lock'
import { lockPath } from './lock-record'
import { requireLock } from './snapshot'
import { toStorageError } from './storage-failure'
import { listStoreFiles, type StoreFile } from './store-files'

/** What belongs to the store at `path` and could be removed; a data file of another program is not among it. */
export function listRemovable(files: FileLayer, path: string): StoreFile[] {
  return listStoreFiles(files, path).filter((file) => file.kind !== 'snapshot' || isOurStore(files, path))
}

/**
 * Removes a store whose lock the caller holds, and the lock with it. What is left when it is cut short is a whole
 * store or none: first everything beside the data file and its journals, then the journals (without them the file is
 * the store as it was at its last snapshot), then the file. Returns what was removed.
 */
export function removeStore(files: FileLayer, path: string, lock: HeldLock): StoreFile[] {
  try {
    requireLock(lock)
    const found = listRemovable(files, path).filter(({ kind }) => kind !== 'lock')
    const steps = [
      found.filter(({ kind }) => kind === 'temporary' || kind === 'set_aside'),
      found.filter(({ kind }) => kind === 'journal'),
      found.filter(({ kind }) => kind === 'snapshot'),
    ]
    for (const step of steps.filter((some) => some.length > 0)) {
      requireLock(lock)
      for (const file of step) files.remove(file.path)
      files.syncFolder(dirname(path))
    }
    // While it is held nobody waits for a higher number, so numbers may start again; a marker is not needed.
    const own = { path: lockPath(path, lock.generation), kind: 'lock' as const, bytes: 0 }
    files.remove(own.path)
    return [...steps.flat(), own]
  } catch (error) {
    throw toStorageError(error, 'remove the data at', path)
  }
}
