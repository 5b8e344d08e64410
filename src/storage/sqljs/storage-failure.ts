import { StorageError } from '../../domain/errors'

/** The system's code of a failed file operation (`ENOENT`, `ENOSPC`, ...), or null when it is something else. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** Whether this is the system's word on a file operation, and not one of ours or of Node's own. */
export function isFileSystemError(error: unknown): boolean {
  return !(error instanceof StorageError) && /^E[A-Z0-9]+$/.test(errnoOf(error) ?? '')
}

/**
 * A failed file operation as StorageError that says what to do about it. Errors that are not the file system's
 * (StorageError included) come back as they are.
 */
export function toStorageError(error: unknown, doing: string, path: string): unknown {
  const code = errnoOf(error)
  if (code === null || !isFileSystemError(error)) return error
  const details = { cause: error }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError('disk_full', `The disk is full: could not ${doing} ${path}.`, {
        ...details,
        hint: 'Free some space; nothing was lost and what is stored can still be read.',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StorageError('read_only', `No permission to ${doing} ${path} (${code}).`, {
        ...details,
        hint: 'Make the data folder writable for this user, or choose another with FASTINTERCOM_HOME.',
      })
    case 'ENOENT':
    case 'ENOTDIR':
      return new StorageError(
        'io',
        `Could not ${doing} ${path}: the file or its folder does not exist.`,
        details,
      )
    case 'ENOMEM':
      return outOfMemoryError(path, error)
    default:
      return new StorageError('io', `Could not ${doing} ${path} (${code}).`, {
        ...details,
        hint: 'Check the disk, then try again.',
      })
  }
}

// SQLite's own texts for SQLITE_CORRUPT and SQLITE_NOTADB; "malformed" alone also says that a statement is wrong.
const damage = /disk image is malformed|malformed database schema|not a database|file is encrypted/i

// What SQLite, sql.js, WebAssembly and V8 say when they are refused memory; SQLite's "disk" is memory here. The last
// two are files that no buffer can hold.
const memoryShort =
  /out of memory|database or disk is full|array buffer allocation failed|invalid (?:typed )?array (?:buffer )?length|enlarge memory|aborted\(oom\)|memory\.grow|allocation failed|greater than 2 GiB|cannot create a (?:string|buffer) (?:longer|larger)/i

/** An error of SQLite: damage as StorageError, everything else (a wrong statement is a bug) as it is. */
export function toEngineError(error: unknown, path: string): unknown {
  if (error instanceof StorageError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (damage.test(message)) {
    return damagedError(`The store ${path} is damaged (${message}).`, error)
  }
  if (memoryShort.test(message)) return outOfMemoryError(path, error)
  return error instanceof Error ? error : new Error(message)
}

/** StorageError `out_of_memory` with what can be done today. */
function outOfMemoryError(path: string, cause: unknown): StorageError {
  return new StorageError('out_of_memory', `The store ${path} no longer fits into memory.`, {
    hint: 'Close other programs or give this one more memory; or keep less history, in another folder (--home).',
    cause,
  })
}

/** StorageError `damaged` with the way out. */
export function damagedError(message: string, cause?: unknown): StorageError {
  return new StorageError('damaged', message, {
    hint: 'Start the program again: it sets the damaged file aside and fetches the data anew.',
    cause,
  })
}
