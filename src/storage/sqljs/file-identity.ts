import { StorageError } from '../../domain/errors'
import { hasOurMark, headerBytes, readSequence } from './file-header'
import type { FileLayer } from './file-layer'
import { readHeader } from './journal'
import { journalPath, listJournals } from './store-files'

/** More than the header of a journal, which is its first record. */
const journalStartBytes = 512

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
  const journal = files.readStart(journalPath(path, readSequence(start)), journalStartBytes)
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
