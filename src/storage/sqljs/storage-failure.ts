import { StorageError } from '../../domain/errors'

/** The system's code of a failed file operation (`ENOENT`, `ENOSPC`, ...), or null when it is something else. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/**
 * A failed file operation as StorageError that says what to do about it. Errors that are not the file system's
 * (StorageError included) come back as they are.
 */
export function toStorageError(error: unknown, doing: string, path: string): unknown {
  const code = errnoOf(error)
  if (code === null || error instanceof StorageError || !/^E[A-Z0-9]+$/.test(code)) return error
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
      return new StorageError('io', `No permission to ${doing} ${path} (${code}).`, {
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
    default:
      return new StorageError('io', `Could not ${doing} ${path} (${code}).`, {
        ...details,
        hint: 'Check the disk, then try again.',
      })
  }
}

// SQLite's own texts for SQLITE_CORRUPT and SQLITE_NOTADB; "malformed" alone also says that a statement is wrong.
const damage = /disk image is malformed|malformed database schema|not a database|file is encrypted/i

/** An error of SQLite: damage as StorageError, everything else (a wrong statement is a bug) as it is. */
export function toEngineError(error: unknown, path: string): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (damage.test(message)) {
    return damagedError(`The store ${path} is damaged (${message}).`, error)
  }
  if (/out of memory|database or disk is full|Array buffer allocation failed/i.test(message)) {
    return new StorageError('io', `The store ${path} no longer fits into memory.`, {
      hint: 'Keep less history, in another folder (--home), or give the process more memory.',
      cause: error,
    })
  }
  return error instanceof Error ? error : new Error(message)
}

/** StorageError `damaged` with the way out. */
export function damagedError(message: string, cause?: unknown): StorageError {
  return new StorageError('damaged', message, {
    hint: 'Start the program again: it sets the damaged file aside and fetches the data anew.',
    cause,
  })
}
