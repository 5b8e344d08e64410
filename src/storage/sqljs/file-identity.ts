import { StorageError } from '../../domain/errors'
import type { FileLayer } from './file-layer'
import { readHeader } from './journal'
import { applicationId } from './memory-database'
import { journalPath, listJournals } from './store-files'

export const headerBytes = 100
const magic = 'SQLite format 3\0'
/** `pragma user_version`, which is the sequence inside the snapshot. */
export const sequenceOffset = 60
const applicationIdOffset = 68
/** More than the header of a journal, which is its first record. */
const journalStartBytes = 512

/** Whether a file begins as a SQLite database does. */
export function isSqliteFile(start: Buffer): boolean {
  return start.length >= headerBytes && start.toString('latin1', 0, magic.length) === magic
}

/** Whether the first bytes of a file carry this program's mark. */
export function hasOurMark(start: Buffer): boolean {
  return isSqliteFile(start) && start.readUInt32BE(applicationIdOffset) === applicationId
}

/**
 * Whether what is at `path` is this program's, also when it is damaged: it carries our mark, a journal of ours lies
 * beside it, or it is empty, as a power failure may leave it. Everything else is somebody's file.
 */
export function isOurStore(files: FileLayer, path: string): boolean {
  const start = files.readStart(path, headerBytes)
  if (start === null) return false
  if (start.length === 0 || hasOurMark(start)) return true
  return listJournals(files, path).some((journal) => {
    const content = files.readStart(journal.path, journalStartBytes)
    return content !== null && readHeader(content) !== null
  })
}

/**
 * The id of the store whose files are at `path`, as its journal says, without loading anything. Null when there are no
 * files, or none that tell.
 */
export function readStoreIdOfFiles(files: FileLayer, path: string): string | null {
  const start = files.readStart(path, headerBytes)
  if (start === null || !hasOurMark(start)) return null
  const journal = files.readStart(journalPath(path, start.readUInt32BE(sequenceOffset)), journalStartBytes)
  return (journal && readHeader(journal)?.value.storeId) ?? null
}

/** StorageError for a file that is not ours: nothing is done to it. */
export function foreignFileError(path: string, isDatabase: boolean): StorageError {
  const message = isDatabase
    ? `${path} is a database of another program.`
    : `${path} is a file of another program.`
  return new StorageError('foreign_data', message, {
    hint: 'It has been left alone. Move it away, or choose another file with FASTINTERCOM_DB_PATH.',
  })
}
