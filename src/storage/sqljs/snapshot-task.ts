import type { SqlJs } from 'sql.js'
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
  const loaded = loadStore(sqlJs, files, path, { journalBytes, spareBytes: spareFor(journalBytes) })
  if (loaded === null) throw new Error(`${path} is gone.`)
  try {
    requireSame(loaded, task)
    const bytes = loaded.database.file()
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

// Replayed records take up to about twice their size, with indexes and full text.
function spareFor(journalBytes: number): number {
  return 2 * journalBytes + 1_000_000
}
