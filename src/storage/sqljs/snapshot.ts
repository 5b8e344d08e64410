import { randomUUID } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { StorageError } from '../../domain/errors'
import { hasOurMark, headerBytes } from './file-header'
import { type FileLayer, removeIfPossible } from './file-layer'
import { encodeHeader, type JournalHeader, readHeader } from './journal'
import { createJournal, JournalWriter } from './journal-writer'
import type { HeldLock } from './lock'
import type { MemoryDatabase } from './memory-database'
import { checksumSnapshot } from './snapshot-checksum'
import { errnoOf } from './storage-failure'
import { journalPath, listJournals, temporarySnapshotPath } from './store-files'

export interface SnapshotRequest {
  files: FileLayer
  lock: HeldLock
  path: string
  database: MemoryDatabase
  storeId: string
  fence: number
}

/**
 * Writes the database to its file and starts an empty journal. At every step the folder holds a whole pair:
 *
 *   journal.<T> synced | temporary file synced | renamed: from here the new pair counts | folder synced
 *
 * The caller must append to the returned journal only, and may then delete the old one. When this throws, the
 * sequence inside the file on disk says which pair counts.
 */
export function takeSnapshot(request: SnapshotRequest): { journal: JournalWriter; bytes: number } {
  const { files, lock, path, database, storeId, fence } = request
  const sequence = database.sequence
  const newJournal = journalPath(path, sequence)
  const temporary = temporarySnapshotPath(path, fence)
  let renamed = false
  try {
    requireLock(lock)
    const bytes = database.file()
    const snapshotChecksum = checksumSnapshot(bytes)
    const header = { storeId, snapshotSequence: sequence, fence, snapshotChecksum }
    const journalBytes = prepareJournal(files, newJournal, header)
    writeSynced(files, temporary, bytes)
    requireLock(lock)
    files.rename(temporary, path)
    renamed = true
    files.syncFolder(dirname(path))
    const journal = new JournalWriter({ files, lock, path: newJournal, bytes: journalBytes })
    return { journal, bytes: bytes.length }
  } catch (error) {
    if (!renamed) removeIfPossible(files, temporary)
    throw error
  }
}

/**
 * Writes a copy for other programs and backups. `target` must not exist, or be a file that this wrote earlier:
 * anything else is refused with StorageError `foreign_data`.
 */
export function writeCopy(
  files: FileLayer,
  target: string,
  database: MemoryDatabase,
): { path: string; bytes: number } {
  const path = requireCopyTarget(files, target)
  const temporary = temporaryCopyPath(path)
  const bytes = database.file()
  try {
    writeSynced(files, temporary, bytes)
    return installCopy(files, { path, temporary, bytes: bytes.length })
  } catch (error) {
    removeIfPossible(files, temporary)
    throw error
  }
}

/** The full path of a place where a copy may go; throws StorageError `foreign_data` for any other. */
export function requireCopyTarget(files: FileLayer, target: string): string {
  const path = resolve(target)
  const present = files.readStart(path, headerBytes)
  const isStore = listJournals(files, path).length > 0
  if (isStore || (present !== null && !hasOurMark(present))) {
    throw new StorageError('foreign_data', `${path} exists and is not a copy of the store.`, {
      hint: 'Name a file that does not exist.',
    })
  }
  return path
}

/** Where a copy is written before it takes its place. */
export function temporaryCopyPath(path: string): string {
  return `${path}.${randomUUID()}.tmp`
}

/** Puts a copy that was written and synced in its place, if it still may go there. */
export function installCopy(
  files: FileLayer,
  copy: { path: string; temporary: string; bytes: number },
): { path: string; bytes: number } {
  const { path, temporary, bytes } = copy
  requireCopyTarget(files, path)
  files.rename(temporary, path)
  files.syncFolder(dirname(path))
  return { path, bytes }
}

/** Throws StorageError `lost_ownership` unless the lock is held. */
export function requireLock(lock: HeldLock): void {
  if (lock.isHeld()) return
  throw new StorageError('lost_ownership', 'Another process has taken over the store.', {
    hint: 'Ask again: the question then goes to that process.',
  })
}

/**
 * Creates the journal of a snapshot, or takes the empty one that a failed attempt left behind, and returns its size.
 * Nothing is ever cut or deleted here: if this process had lost the lock unnoticed, the file would be the new owner's.
 */
export function prepareJournal(files: FileLayer, path: string, header: JournalHeader): number {
  const bytes = encodeHeader(header)
  try {
    createJournal(files, path, bytes)
    return bytes.length
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
  const present = files.read(path)
  const found = present === null ? null : readHeader(present)
  if (present === null || found?.end !== present.length || !isSamePair(found.value, header)) {
    throw new StorageError('io', `${path} is in the way of a snapshot.`, { hint: 'Start the program again.' })
  }
  files.sync(path)
  files.syncFolder(dirname(path))
  return present.length
}

function isSamePair(found: JournalHeader, wanted: JournalHeader): boolean {
  return found.storeId === wanted.storeId && found.snapshotChecksum === wanted.snapshotChecksum
}

/** Writes a file in place of any other, durable together with its name. */
export function writeSynced(files: FileLayer, path: string, bytes: Uint8Array): void {
  files.remove(path)
  files.create(path, bytes)
  files.sync(path)
  files.syncFolder(dirname(path))
}
