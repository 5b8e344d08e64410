import type { SqlJs } from 'sql.js'
import { headerBytes } from './file-identity'
import type { FileLayer } from './file-layer'
import { type LoadedStore, loadStore } from './load-store'
import { writeSynced } from './snapshot'
import { checksumSnapshot } from './snapshot-checksum'

/**
 * Everything that is needed to make the file of a snapshot from the files of the store, in whatever thread: the pair
 * as it was at one moment. What is appended to the journal afterwards is none of it.
 */
export interface SnapshotTask {
  path: string
  storeId: string
  /** The pair: the sequence inside the present file, and how much of its journal counts. */
  snapshotSequence: number
  journalBytes: number
  /** The last commit in those bytes, and so in the new file. */
  sequence: number
  /** Where the new file is written. */
  target: string
}

/** A snapshot that was written: its size, and what the header of its journal says of it. */
export interface SnapshotFile {
  bytes: number
  checksum: number
}

/**
 * Loads the pair and writes it as one file, durable together with its name. Throws an Error when the pair is not what
 * the task says.
 */
export function buildSnapshot(sqlJs: SqlJs, files: FileLayer, task: SnapshotTask): SnapshotFile {
  const { path, journalBytes } = task
  const spareBytes = isSizeStated(files, path) ? spareFor(journalBytes) : 0
  const loaded = loadStore(sqlJs, files, path, { journalBytes, spareBytes })
  if (loaded === null) throw new Error(`${path} is gone.`)
  try {
    requireSame(loaded, task)
    const bytes = findFile(loaded, task) ?? loaded.database.export()
    writeSynced(files, task.target, bytes)
    return { bytes: bytes.length, checksum: checksumSnapshot(bytes) }
  } finally {
    loaded.database.close()
  }
}

function requireSame(
  { journal, storeId, snapshotSequence, sequence }: LoadedStore,
  task: SnapshotTask,
): void {
  const isWhole = journal.state === 'whole' && journal.validBytes === task.journalBytes
  const isPair = storeId === task.storeId && snapshotSequence === task.snapshotSequence
  if (isWhole && isPair && sequence === task.sequence) return
  throw new Error(`The files of the store ${task.path} are not those that are open.`)
}

// Behind a file of exactly the size that its header states, SQLite takes no notice of more bytes.
function isSizeStated(files: FileLayer, path: string): boolean {
  const header = files.readStart(path, headerBytes)
  if (header === null || header.length < headerBytes) return false
  return header.readUInt32BE(24) === header.readUInt32BE(92) && sizeIn(header) === files.size(path)
}

// Replayed records take up to about twice their size, with indexes and full text.
function spareFor(journalBytes: number): number {
  return 2 * journalBytes + 1_000_000
}

/**
 * The database as it lies in memory, which after a commit is the file: an export would take as much memory again.
 * Null when the database has outgrown that place and lies elsewhere; its number is then an old one.
 */
function findFile({ database, memory }: LoadedStore, task: SnapshotTask): Buffer | null {
  const [row] = database.all<{ bytes: number }>(
    'select page_count * page_size as bytes from pragma_page_count, pragma_page_size',
  )
  const isCurrent = memory.readUInt32BE(60) === task.sequence && sizeIn(memory) === row?.bytes
  return isCurrent && row.bytes <= memory.length ? memory.subarray(0, row.bytes) : null
}

function sizeIn(header: Buffer): number {
  const pageSize = header.readUInt16BE(16)
  return header.readUInt32BE(28) * (pageSize === 1 ? 65_536 : pageSize)
}
