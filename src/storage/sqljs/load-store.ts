import type { SqlJs } from 'sql.js'
import { StorageError } from '../../domain/errors'
import { headerBytes, isSqliteFile, readFileSize, readSequence, statesItsSize } from './file-header'
import { foreignFileError, isOurStore } from './file-identity'
import type { FileLayer } from './file-layer'
import { hasRecordBehind, type JournalRecord, readHeader, readRecord } from './journal'
import { MemoryDatabase } from './memory-database'
import { checksumSnapshot } from './snapshot-checksum'
import { damagedError, errnoOf, toEngineError } from './storage-failure'
import { journalPath } from './store-files'

/** What was found where the journal should be. Everything up to `validBytes` has been replayed. */
type LoadedJournal =
  | { state: 'whole' | 'torn' | 'damaged'; validBytes: number; content: Buffer }
  /** Its header is broken, or it continues another store. Nothing of it was replayed. */
  | { state: 'unusable' }
  | { state: 'missing' }

export interface LoadedStore {
  database: MemoryDatabase
  storeId: string
  sequence: number
  snapshotSequence: number
  snapshotBytes: number
  /** Highest lock number among the records. */
  fence: number
  journal: LoadedJournal
}

interface LoadLimits {
  /** How much of the journal counts. */
  journalBytes?: number
  /** Room for the database to grow in; not given to a snapshot whose header does not state its size. */
  spareBytes?: number
}

/**
 * Loads snapshot and journal into memory and writes nothing. Null when there is no snapshot. Throws StorageError
 * `damaged` when the snapshot is, `foreign_data` when it is a file of somebody else, damaged or not.
 */
export function loadStore(
  sqlJs: SqlJs,
  files: FileLayer,
  path: string,
  { journalBytes = Number.POSITIVE_INFINITY, spareBytes = 0 }: LoadLimits = {},
): LoadedStore | null {
  const roomBytes = isSizeStated(files, path) ? spareBytes : 0
  const bytes = readWithRoom(files, path, roomBytes)
  if (bytes === null) return null
  const isDatabase = isSqliteFile(bytes.content)
  try {
    return loadSnapshot(sqlJs, files, { path, ...bytes, journalBytes })
  } catch (error) {
    const isDamaged = error instanceof StorageError && error.kind === 'damaged'
    // Somebody's file must not be set aside.
    throw isDamaged && !isOurStore(files, path) ? foreignFileError(path, isDatabase) : error
  }
}

// Behind a file of exactly the size that its header states, SQLite takes no notice of more bytes.
function isSizeStated(files: FileLayer, path: string): boolean {
  const header = files.readStart(path, headerBytes)
  if (header === null || header.length < headerBytes) return false
  return statesItsSize(header) && readFileSize(header) === files.size(path)
}

function readWithRoom(files: FileLayer, path: string, roomBytes: number): FileContent | null {
  try {
    const content = files.read(path, roomBytes)
    return content && { content, fileBytes: content.length - roomBytes }
  } catch (error) {
    // So much memory in one piece cannot be had: the database then has to move when it grows.
    if (roomBytes === 0 || !(error instanceof RangeError)) throw error
    return readWithRoom(files, path, 0)
  }
}

interface FileContent {
  /** The file, perhaps with spare zeros behind. */
  content: Buffer
  fileBytes: number
}

interface SnapshotContent extends FileContent {
  path: string
  /** How much of the journal counts. */
  journalBytes: number
}

function loadSnapshot(
  sqlJs: SqlJs,
  files: FileLayer,
  { path, content, fileBytes, journalBytes }: SnapshotContent,
): LoadedStore {
  const file = content.subarray(0, fileBytes)
  checkSnapshot(file, path)
  // Taken now: SQLite works in these bytes.
  const checksum = checksumSnapshot(file)
  // A program that looked at the file may have switched it to WAL, which needs a second file; memory has none.
  file.fill(1, 18, 20)
  const snapshotSequence = readSequence(file)
  const database = openSnapshot(sqlJs, content, path)
  try {
    const storeId = readStoreId(database, path)
    const journal = files.read(journalPath(path, snapshotSequence))?.subarray(0, journalBytes) ?? null
    requireUnchanged(journal, { path, storeId, snapshotSequence, checksum })
    const replayed = replayJournal(database, journal, { storeId, snapshotSequence })
    return { database, storeId, snapshotSequence, snapshotBytes: fileBytes, ...replayed }
  } catch (error) {
    database.close()
    throw toLoadError(error, path)
  }
}

/** The sequence inside the snapshot on disk, without loading it; null when there is none. */
export function readSnapshotSequence(files: FileLayer, path: string): number | null {
  const header = files.readStart(path, headerBytes)
  return header === null || header.length < headerBytes ? null : readSequence(header)
}

function checkSnapshot(bytes: Buffer, path: string): void {
  if (!isSqliteFile(bytes)) {
    throw damagedError(`${path} is not a SQLite database.`)
  }
  if (statesItsSize(bytes) && readFileSize(bytes) > bytes.length) {
    throw damagedError(`${path} is shorter than its header says.`)
  }
}

function openSnapshot(sqlJs: SqlJs, bytes: Buffer, path: string): MemoryDatabase {
  try {
    return new MemoryDatabase(sqlJs, bytes)
  } catch (error) {
    throw toLoadError(error, path)
  }
}

// Settings and the first look into a whole file cannot fail, so what SQLite says here speaks of damage. Errors of
// other classes (no memory, a bug) do not.
function toLoadError(error: unknown, path: string): unknown {
  const explained = toEngineError(error, path)
  if (explained instanceof StorageError || !isSqliteError(explained)) return explained
  return damagedError(`The store ${path} cannot be read (${explained.message}).`, error)
}

// sql.js throws plain Errors with SQLite's message. Those of the file system are plain too, but carry a code: a journal
// that cannot be read now is not damaged.
function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error && errnoOf(error) === null
}

function readStoreId(database: MemoryDatabase, path: string): string {
  const tables = database.all("select 1 from sqlite_master where type = 'table' and name = 'store_meta'")
  const row =
    tables.length === 0
      ? undefined
      : database.all<{ value: string }>("select value from store_meta where key = 'store_id'")[0]
  if (row === undefined) throw foreignFileError(path, true)
  return row.value
}

/** Holds the snapshot against what the journal that was begun with it says. */
function requireUnchanged(
  journal: Buffer | null,
  snapshot: { path: string; storeId: string; snapshotSequence: number; checksum: number },
): void {
  const header = journal && readHeader(journal)?.value
  if (!header || header.storeId !== snapshot.storeId || header.snapshotChecksum === null) return
  if (header.snapshotSequence !== snapshot.snapshotSequence) return
  if (header.snapshotChecksum === snapshot.checksum) return
  throw damagedError(`${snapshot.path} is not as it was written: bytes in it have changed.`)
}

type Replayed = Pick<LoadedStore, 'sequence' | 'fence' | 'journal'>

function replayJournal(
  database: MemoryDatabase,
  content: Buffer | null,
  expected: { storeId: string; snapshotSequence: number },
): Replayed {
  const nothing = { sequence: expected.snapshotSequence, fence: 0 }
  if (content === null) return { ...nothing, journal: { state: 'missing' } }
  const header = readHeader(content)
  if (
    header === null ||
    header.value.storeId !== expected.storeId ||
    header.value.snapshotSequence !== expected.snapshotSequence
  ) {
    return { ...nothing, journal: { state: 'unusable' } }
  }
  const start = { ...nothing, fence: header.value.fence, offset: header.end }
  const first = replayRecords(database, content, start, content.length)
  if (first.failedAt === null) return first
  // A record that cannot be applied is damage too. SQLite undid everything: take it up to that record.
  const second = replayRecords(database, content, start, first.failedAt)
  if (second.journal.state !== 'whole') throw damagedError('The journal could not be replayed.')
  return { ...second, journal: { state: 'damaged', validBytes: first.failedAt, content } }
}

interface ReplayStart {
  sequence: number
  fence: number
  offset: number
}

// All in one transaction: thousands of small ones would take several times as long.
function replayRecords(
  database: MemoryDatabase,
  content: Buffer,
  start: ReplayStart,
  until: number,
): Replayed & { journal: { state: 'whole' | 'torn' | 'damaged' }; failedAt: number | null } {
  let { sequence, fence, offset } = start
  let state: 'whole' | 'torn' | 'damaged' = 'whole'
  database.begin()
  while (offset < until) {
    const record = readRecord(content, offset)
    if (record === null) {
      state = hasRecordBehind(content, offset) ? 'damaged' : 'torn'
      break
    }
    const { value, end } = record
    if (value.fence >= fence && value.sequence > sequence + 1) {
      state = 'damaged'
      break
    }
    if (value.fence >= fence && value.sequence === sequence + 1) {
      if (!applies(database, value)) {
        database.rollback()
        return { sequence, fence, journal: { state, validBytes: offset, content }, failedAt: offset }
      }
      sequence = value.sequence
    }
    fence = Math.max(fence, value.fence)
    offset = end
  }
  database.sequence = sequence
  database.commit()
  return { sequence, fence, journal: { state, validBytes: offset, content }, failedAt: null }
}

// False for a record that contradicts what is stored; throws when it is the snapshot or the memory that fails.
function applies(database: MemoryDatabase, record: JournalRecord): boolean {
  try {
    database.run(record.statements)
    return true
  } catch (error) {
    const explained = toEngineError(error, 'in memory')
    if (explained instanceof StorageError || !isSqliteError(explained)) throw explained
    return false
  }
}
