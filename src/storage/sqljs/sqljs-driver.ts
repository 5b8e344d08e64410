import { resolve } from 'node:path'
import { StorageError } from '../../domain/errors'
import type { Logger } from '../../logger'
import type { SqlDriver, SqlReader, SqlStatement, SqlValue } from '../driver'
import { createFileLayer, type FileLayer, removeIfPossible } from './file-layer'
import { encodeRecord } from './journal'
import type { HeldLock } from './lock'
import {
  type OpenStore,
  openStore,
  reloadStore,
  roomBytes,
  roomlessBytes,
  type StoreFilesRequest,
} from './open-store'
import type { SnapshotPair } from './pair-switch'
import { requireLock } from './snapshot'
import { createWorkerBuilder, findSnapshotWorker, type SnapshotBuilder } from './snapshot-builder'
import { SnapshotKeeper } from './snapshot-keeper'
import { defaultSnapshotPolicy, describeSize, type SnapshotPolicy } from './snapshot-policy'
import { toEngineError, toStorageError } from './storage-failure'
import { findSetAside } from './store-files'
import { loadSqlJs } from './wasm'

export interface SqljsDriver extends SqlDriver {
  /** The damaged file that was found and kept when opening; what it held has to be fetched anew. */
  readonly recovered: { setAside: string } | null
}

export interface SqljsDriverOptions {
  path: string
  /** Held by the caller, who releases it after `close`. */
  lock: HeldLock
  /** Brings the schema up to date with ordinary writes; when it rejects, so does opening. */
  migrate?: (driver: SqlDriver) => Promise<void>
  files?: FileLayer
  logger?: Logger
  now?: () => number
  policy?: SnapshotPolicy
  /** How long nothing must have been written before a snapshot that can wait. */
  idleMs?: number
  /**
   * Makes large snapshots elsewhere; null makes all of them on this thread. By default a worker thread, where its
   * program is and `files` are the real ones.
   */
  snapshotBuilder?: SnapshotBuilder | null
  /** How large file and journal must be together for that. */
  buildAboveBytes?: number
}

const defaultIdleMs = 2_000
// Making 30 MB on the thread that answers stalls it for about 100 ms; below that a second copy of the store and the
// start of a thread are not worth it.
const defaultBuildAboveBytes = 30_000_000

/**
 * Opens or creates the store at `path`, which must be locked by this process. Rejects with StorageError; a damaged
 * store is set aside and replaced by what is whole (see `recovered`).
 */
export async function openSqljsDriver(options: SqljsDriverOptions): Promise<SqljsDriver> {
  const { lock, logger, files = createFileLayer(), now = Date.now } = options
  const path = resolve(options.path)
  const request = { sqlJs: await loadSqlJs(), files, path, lock, logger, now }
  const driver = new DurableDriver(request, openOwnStore(request), options)
  try {
    await options.migrate?.(driver)
  } catch (error) {
    await driver.abandon()
    throw error
  }
  return driver
}

function openOwnStore(request: StoreFilesRequest): OpenStore {
  try {
    requireLock(request.lock)
    return openStore(request)
  } catch (error) {
    throw toStorageError(error, 'open', request.path)
  }
}

class DurableDriver implements SqljsDriver {
  readonly path: string
  readonly storeId: string
  readonly recovered: { setAside: string } | null
  readonly #request: StoreFilesRequest
  readonly #snapshots: SnapshotKeeper
  readonly #reader: SqlReader = { all: (sql, parameters) => this.all(sql, parameters) }
  #store: OpenStore
  /** The last of the queued turns; turns never reject. */
  #queue: Promise<unknown> = Promise.resolve()
  #mustReload = false
  #closing: Promise<void> | null = null
  #isClosed = false

  constructor(request: StoreFilesRequest, store: OpenStore, options: SqljsDriverOptions) {
    this.#request = request
    this.#store = store
    this.#snapshots = this.#createKeeper(options)
    this.path = request.path
    this.storeId = store.storeId
    this.recovered = store.setAside === null ? null : { setAside: store.setAside }
    this.#warnOfSize(null)
  }

  get generation(): number {
    return this.#store.sequence
  }

  // Runs in one go, as commits do: half a transaction is never seen.
  async all<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    this.#requireOpen()
    try {
      return this.#store.database.all<Row>(sql, parameters)
    } catch (error) {
      throw toEngineError(error, this.path)
    }
  }

  write(build: (reader: SqlReader) => Promise<SqlStatement[]> | SqlStatement[]): Promise<void> {
    return this.#enqueue(async () => {
      this.#makeReady()
      const statements = (await build(this.#reader)).filter(({ rows }) => rows.length > 0)
      if (statements.length === 0) return
      this.#snapshots.committed(this.#commit(statements))
    })
  }

  async damagedFile(): Promise<string | null> {
    return findSetAside(this.#request.files, this.path)
  }

  async sizes(): Promise<{ snapshotBytes: number; journalBytes: number }> {
    return { snapshotBytes: this.#store.snapshotBytes, journalBytes: this.#store.journal.bytes }
  }

  async writeSnapshot(file?: string): Promise<{ path: string; bytes: number }> {
    if (this.#closing !== null) throw closedError()
    if (file !== undefined && resolve(file) !== this.path) return this.#snapshots.writeCopy(file)
    await this.#snapshots.writeSnapshot()
    return { path: this.path, bytes: this.#store.snapshotBytes }
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish(() => this.#snapshots.snapshotAtClose())
    return this.#closing
  }

  /** Closes without writing what could wait. */
  abandon(): Promise<void> {
    this.#closing ??= this.#finish(() => {})
    return this.#closing
  }

  async #finish(last: () => void): Promise<void> {
    await this.#snapshots.stop()
    await this.#turn(() => {
      last()
      this.#isClosed = true
      this.#store.database.close()
      this.#store.journal.close()
    })
  }

  #createKeeper(options: SqljsDriverOptions): SnapshotKeeper {
    const host = {
      store: () => this.#store,
      turn: <T>(action: () => T) => this.#turn(action),
      makeReady: () => this.#makeReady(),
      replacePair: (pair: SnapshotPair) => this.#replacePair(pair),
      distrustMemory: () => {
        this.#mustReload = true
      },
    }
    const { policy = defaultSnapshotPolicy, idleMs = defaultIdleMs } = options
    const { snapshotBuilder: builder = defaultBuilder(options), buildAboveBytes = defaultBuildAboveBytes } =
      options
    return new SnapshotKeeper(host, this.#request, { policy, idleMs, builder, buildAboveBytes })
  }

  #replacePair(pair: SnapshotPair): void {
    const old = this.#store
    this.#store = { ...old, ...pair }
    this.#warnOfSize(describeSize(old.snapshotBytes))
    old.journal.close()
    // Left behind, it is removed when the store is next opened.
    removeIfPossible(this.#request.files, old.journal.path)
  }

  #enqueue<T>(turn: () => Promise<T> | T): Promise<T> {
    return this.#closing === null ? this.#turn(turn) : Promise.reject(closedError())
  }

  #turn<T>(turn: () => Promise<T> | T): Promise<T> {
    const result = this.#queue.then(turn)
    this.#queue = result.catch(() => {})
    return result
  }

  #requireOpen(): void {
    if (this.#isClosed) throw closedError()
  }

  /** Makes sure that memory and files agree before anything is built on them. */
  #makeReady(): void {
    this.#requireOpen()
    try {
      requireLock(this.#request.lock)
      if (this.#mustReload || this.#store.journal.uncertain) this.#reload()
    } catch (error) {
      throw toStorageError(error, 'read', this.path)
    }
  }

  #reload(): void {
    const fresh = reloadStore(this.#request, this.storeId)
    const old = this.#store
    this.#store = { ...fresh, fence: Math.max(fresh.fence, old.fence) }
    this.#mustReload = false
    old.journal.close()
    old.database.close()
  }

  // One synchronous stretch, so that no read and no other write comes between.
  #commit(statements: SqlStatement[]): Uint8Array {
    const { database, journal, fence } = this.#store
    this.#makeRoom()
    const sequence = this.#store.sequence + 1
    const record = encodeRecord({ sequence, fence, statements })
    try {
      database.begin()
      database.run(statements)
      database.sequence = sequence
    } catch (error) {
      this.#rollback()
      throw toEngineError(error, this.path)
    }
    try {
      requireLock(this.#request.lock)
      journal.append(record)
      this.#confirm(record)
    } catch (error) {
      this.#rollback()
      this.#reloadAfterFailure()
      throw toStorageError(error, 'write', journal.path)
    }
    this.#store.sequence = sequence
    return record
  }

  #makeRoom(): void {
    const { database } = this.#store
    if (database.fileBytes <= roomlessBytes) return
    try {
      database.makeRoom(roomlessBytes, roomBytes)
    } catch (error) {
      // It then grows as it can, which is slower.
      this.#request.logger?.debug('There is no memory for the store to grow in', { error: String(error) })
    }
  }

  #confirm(record: Uint8Array): void {
    try {
      requireLock(this.#request.lock)
      this.#store.database.commit()
    } catch (error) {
      this.#store.journal.takeBack(record.length)
      throw error
    }
  }

  #rollback(): void {
    try {
      this.#store.database.rollback()
    } catch (error) {
      this.#mustReload = true
      this.#request.logger?.error('A rollback failed; the store will be read again', { error: String(error) })
    }
  }

  // What was rolled back is what was acknowledged, so reads go on with it when the files cannot be read now.
  #reloadAfterFailure(): void {
    try {
      this.#mustReload ||= this.#store.journal.uncertain
      if (this.#mustReload && this.#request.lock.isHeld()) this.#reload()
    } catch (error) {
      this.#request.logger?.warn('The store could not be read again; trying at the next write', {
        error: String(error),
      })
    }
  }

  #warnOfSize(alreadySaid: string | null): void {
    const { snapshotBytes } = this.#store
    const warning = describeSize(snapshotBytes)
    if (warning !== null && warning !== alreadySaid) this.#request.logger?.warn(warning, { snapshotBytes })
  }
}

// Code that runs as it is, without its bundle, has no worker beside it.
function defaultBuilder({ files }: SqljsDriverOptions): SnapshotBuilder | null {
  const program = files === undefined ? findSnapshotWorker() : null
  return program === null ? null : createWorkerBuilder(program)
}

function closedError(): StorageError {
  return new StorageError('io', 'The store is closed.')
}
