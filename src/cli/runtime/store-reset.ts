import { StorageError } from '../../domain/errors'
import { findAncestorAside } from '../../storage/sqljs/ancestor'
import { isOurStore } from '../../storage/sqljs/file-identity'
import { createFileLayer } from '../../storage/sqljs/file-layer'
import { acquireLock, readLockHolder } from '../../storage/sqljs/lock'
import { openSqljsView } from '../../storage/sqljs/open-sqljs-store'
import { listRemovable, removeStore } from '../../storage/sqljs/store-removal'
import { isStoreInUse } from './store-in-use'

/** What is there to be removed. */
export interface StoreInventory {
  files: { path: string; bytes: number }[]
  workspace: string | null
  /** null when they cannot be counted. */
  conversations: number | null
  /** What lies where the data lies, and is not ours to remove. */
  foreign: { path: string; reason: string }[]
}

/** Looks at the store at `dbPath` and changes nothing. */
export async function inspectStore(dbPath: string): Promise<StoreInventory> {
  const files = createFileLayer()
  const found = listRemovable(files, dbPath)
    // Locks lie there also without data, and go with it.
    .filter(({ kind }) => kind !== 'lock')
    .map(({ path, bytes }) => ({ path, bytes }))
    .toSorted((a, b) => a.path.localeCompare(b.path))
  const ancestor = findAncestorAside(files, dbPath)
  const isForeign = files.size(dbPath) !== null && !isOurStore(files, dbPath)
  return {
    files: found,
    ...(await readContent(dbPath)),
    foreign: [
      ...(isForeign ? [{ path: dbPath, reason: 'it is not a file of this program' }] : []),
      ...(ancestor === null
        ? []
        : [{ path: ancestor, reason: 'it is the data of the earlier Python program' }]),
    ],
  }
}

/** Rejects with StorageError `locked` while a process has the store open, naming it. */
export async function refuseWhileInUse(dbPath: string): Promise<void> {
  const holder = readLockHolder(dbPath)
  if (holder !== null && (await isStoreInUse(dbPath))) throw inUseError(holder.pid)
}

/** Removes the store under its lock, so that no server opens what is going away. Rejects with StorageError. */
export async function resetStore(dbPath: string): Promise<void> {
  // Nobody listens at this address: who comes meanwhile tries again and finds the folder free.
  const result = await acquireLock({ dbPath, socket: '', key: '' })
  if (result.kind === 'taken') throw inUseError(result.holder.pid)
  try {
    removeStore(createFileLayer(), dbPath, result.lock)
  } finally {
    result.lock.release()
  }
}

async function readContent(dbPath: string): Promise<Pick<StoreInventory, 'workspace' | 'conversations'>> {
  try {
    const store = await openSqljsView(dbPath)
    try {
      const [workspace, counts] = await Promise.all([store.getWorkspace(), store.getCounts()])
      return { workspace: workspace?.name ?? null, conversations: counts.conversations }
    } finally {
      await store.close()
    }
  } catch {
    // Absent, damaged or of another version: what cannot be read can still be removed.
    return { workspace: null, conversations: null }
  }
}

function inUseError(pid: number): StorageError {
  return new StorageError('locked', `A running server (process ${pid}) has the data open.`, {
    hint: `Close the MCP clients that use it, or end process ${pid}; then run reset again. Nothing was removed.`,
  })
}
