import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import type { SqlJs } from 'sql.js'
import { StorageError } from '../../domain/errors'
import type { Logger } from '../../logger'
import type { FileLayer } from './file-layer'
import { encodeHeader, hasRecords, highestSequence, readHeader } from './journal'
import { createJournal, JournalWriter } from './journal-writer'
import { type LoadedStore, loadStore } from './load-store'
import type { HeldLock } from './lock'
import { MemoryDatabase } from './memory-database'
import { takeSnapshot } from './snapshot'
import { damagedError } from './storage-failure'
import { copyAside, journalPath, listJournals, listTemporarySnapshots, setAside } from './store-files'

export interface StoreFilesRequest {
  sqlJs: SqlJs
  files: FileLayer
  path: string
  lock: HeldLock
  logger: Logger | undefined
  now: () => number
}

/**
 * Room for a store that is written to. A database that finds none moves to a larger place for every eighth that it
 * grows, which takes 0.2 s and leaves the old place to be collected. Memory that is never written to takes none.
 */
export const roomBytes = 256_000_000
/** A smaller file moves fast, and most are never larger. */
export const roomlessBytes = 4_000_000

/** A store ready for reading and writing. */
export interface OpenStore {
  database: MemoryDatabase
  journal: JournalWriter
  storeId: string
  fence: number
  sequence: number
  snapshotSequence: number
  snapshotBytes: number
  /** The damaged file that was kept for inspection, when one was found. */
  setAside: string | null
}

/**
 * Opens or creates the store and mends what crashes left: cuts a torn tail, removes half-written snapshots and
 * journals that are done with. Damaged files are set aside, never deleted; the store then starts from what is
 * whole, which may be nothing.
 */
export function openStore(request: StoreFilesRequest): OpenStore {
  const { files, path } = request
  files.createFolder(dirname(path))
  for (const leftover of listTemporarySnapshots(files, path)) files.remove(leftover)
  const { loaded, damagedSnapshot } = loadOrSetAside(request)
  if (loaded === null) return createStore(request, damagedSnapshot)
  return finishOpening(request, loaded)
}

/**
 * Reads the files of a store that this process has open, after a failure that left their content uncertain.
 * Throws StorageError `damaged` instead of setting anything aside: what is in memory is then worth more.
 */
export function reloadStore(request: StoreFilesRequest, storeId: string): OpenStore {
  const { sqlJs, files, path } = request
  const loaded = loadStore(sqlJs, files, path, { spareBytes: roomFor(request) })
  const state = loaded?.journal.state
  if (loaded === null || loaded.storeId !== storeId || (state !== 'whole' && state !== 'torn')) {
    loaded?.database.close()
    throw damagedError(`The files of the store ${path} have been changed or damaged.`)
  }
  return finishOpening(request, loaded)
}

function roomFor({ files, path }: StoreFilesRequest): number {
  return (files.size(path) ?? 0) > roomlessBytes ? roomBytes : 0
}

function finishOpening(request: StoreFilesRequest, loaded: LoadedStore): OpenStore {
  try {
    const { journal, aside } = openJournal(request, loaded)
    removeOtherJournals(request, loaded)
    // A crash may have come between a snapshot's rename and its sync; nothing may be appended before.
    request.files.syncFolder(dirname(request.path))
    const { storeId, database, sequence, snapshotSequence, snapshotBytes } = loaded
    const fence = nextFence(request.lock, loaded.fence)
    return { database, journal, storeId, fence, sequence, snapshotSequence, snapshotBytes, setAside: aside }
  } catch (error) {
    loaded.database.close()
    throw error
  }
}

// The lock's number, unless locks were deleted by hand and their numbers started again: records must not be
// taken for those of an owner who was replaced.
function nextFence(lock: HeldLock, highestSeen: number): number {
  return Math.max(lock.generation, highestSeen)
}

function loadOrSetAside(request: StoreFilesRequest): {
  loaded: LoadedStore | null
  damagedSnapshot: string | null
} {
  const { sqlJs, files, path, logger, now } = request
  try {
    const loaded = loadStore(sqlJs, files, path, { spareBytes: roomFor(request) })
    return { loaded, damagedSnapshot: null }
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== 'damaged') throw error
    const damagedSnapshot = setAside(files, path, now)
    logger?.error('The store was damaged and has been set aside', {
      reason: error.message,
      kept: damagedSnapshot,
    })
    return { loaded: null, damagedSnapshot }
  }
}

function createStore(request: StoreFilesRequest, damagedSnapshot: string | null): OpenStore {
  const { sqlJs, files, path, lock } = request
  // Journals without their snapshot: of no use to the program, perhaps to a person.
  const orphans = listJournals(files, path).map((journal) => removeOrSetAside(request, journal.path))
  const storeId = randomUUID()
  const database = new MemoryDatabase(sqlJs)
  try {
    database.markAsOurs()
    database.run([
      {
        sql: 'create table store_meta (key text primary key, value text not null) without rowid',
        rows: [[]],
      },
      { sql: "insert into store_meta (key, value) values ('store_id', ?)", rows: [[storeId]] },
    ])
    // Not 0, which every database has that was never numbered.
    const sequence = 1
    database.sequence = sequence
    const fence = lock.generation
    const { journal, bytes } = takeSnapshot({ files, lock, path, database, storeId, fence })
    const aside = damagedSnapshot ?? orphans.find((orphan) => orphan !== null) ?? null
    return {
      ...{ database, journal, storeId, fence, sequence },
      snapshotSequence: sequence,
      snapshotBytes: bytes,
      setAside: aside,
    }
  } catch (error) {
    database.close()
    throw error
  }
}

function openJournal(
  request: StoreFilesRequest,
  loaded: LoadedStore,
): { journal: JournalWriter; aside: string | null } {
  const { files, lock, now, logger } = request
  const path = journalPath(request.path, loaded.snapshotSequence)
  const found = loaded.journal
  let aside: string | null = null
  if (found.state === 'missing' || found.state === 'unusable') {
    if (found.state === 'unusable') aside = removeOrSetAside(request, path)
    else logger?.warn('The store has no journal; continuing from its snapshot', { path })
    const { storeId, snapshotSequence } = loaded
    const header = encodeHeader({
      ...{ storeId, snapshotSequence, fence: nextFence(lock, loaded.fence) },
      snapshotChecksum: null,
    })
    createJournal(files, path, header)
    return { journal: new JournalWriter({ files, lock, path, bytes: header.length }), aside }
  }
  if (found.state === 'damaged') {
    aside = copyAside(files, path, found.content, now)
    logger?.error('The journal was damaged and has been set aside', { kept: aside, usable: found.validBytes })
  }
  if (found.state !== 'whole') files.truncate(path, found.validBytes)
  return { journal: new JournalWriter({ files, lock, path, bytes: found.validBytes }), aside }
}

// What a snapshot leaves when it is cut short: a journal ahead of the file, empty or with copies of records that are
// in the one that counts, or a journal that is done with. None of them says anything that is not loaded.
function removeOtherJournals(request: StoreFilesRequest, loaded: LoadedStore): void {
  const { files, path } = request
  for (const journal of listJournals(files, path)) {
    if (journal.snapshotSequence === loaded.snapshotSequence) continue
    const content = files.read(journal.path)
    if (content === null) continue
    const isOurs = readHeader(content)?.value.storeId === loaded.storeId
    // An earlier journal may know more than the file, when somebody has put a copy in its place.
    if (isOurs && highestSequence(content) <= loaded.sequence) files.remove(journal.path)
    else removeOrSetAside(request, journal.path)
  }
}

// A journal without records says nothing and is removed; the others are kept. Returns where.
function removeOrSetAside(request: StoreFilesRequest, path: string): string | null {
  const { files, logger, now } = request
  const content = files.read(path)
  if (content === null) return null
  if (!hasRecords(content)) {
    files.remove(path)
    return null
  }
  const kept = setAside(files, path, now)
  logger?.warn('A journal that does not belong to the store has been set aside', { kept })
  return kept
}
