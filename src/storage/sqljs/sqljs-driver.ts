import { resolve } from 'node:path'
import { StorageError } from '../../domain/errors'
import type { Logger } from '../../logger'
import type { SqlDriver, SqlReader, SqlStatement, SqlValue } from '../driver'
import { createFileLayer, type FileLayer, removeIfPossible } from './file-layer'
import { encodeRecord } from './journal'
import { readSnapshotSequence } from './load-store'
import type { HeldLock } from './lock'
import { type OpenStore, openStore, reloadStore, type StoreFilesRequest } from './open-store'
import { requireLock, takeSnapshot, writeCopy } from './snapshot'
import { defaultSnapshotPolicy, describeSize, planSnapshot, type SnapshotPolicy } from './snapshot-policy'
import { toEngineError, toStorageError } from './storage-failure'
import { findSetAside, journalPath } from './store-files'
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
}

const defaultIdleMs = 2_000

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
    driver.abandon()
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
  readonly #policy: SnapshotPolicy
  readonly #idleMs: number
  readonly #reader: SqlReader = { all: (sql, parameters) => this.all(sql, parameters) }
  #store: OpenStore
  /** The last of the queued turns; turns never reject. */
  #queue: Promise<unknown> = Promise.resolve()
  #idleTimer: NodeJS.Timeout | undefined
  #mustReload = false
  /** After a failed automatic snapshot: size of the journal below which it is not tried again. */
  #retrySnapshotAbove = 0
  #closing: Promise<void> | null = null
  #isClosed = false

  constructor(request: StoreFilesRequest, store: OpenStore, options: SqljsDriverOptions) {
    this.#request = request
    this.#store = store
    this.#policy = options.policy ?? defaultSnapshotPolicy
    this.#idleMs = options.idleMs ?? defaultIdleMs
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
      this.#commit(statements)
      this.#scheduleSnapshot()
    })
  }

  async damagedFile(): Promise<string | null> {
    return findSetAside(this.#request.files, this.path)
  }

  async sizes(): Promise<{ snapshotBytes: number; journalBytes: number }> {
    return { snapshotBytes: this.#store.snapshotBytes, journalBytes: this.#store.journal.bytes }
  }

  writeSnapshot(file?: string): Promise<{ path: string; bytes: number }> {
    return this.#enqueue(() => {
      if (file !== undefined && resolve(file) !== this.path) return this.#writeCopy(file)
      this.#makeReady()
      this.#snapshot()
      return { path: this.path, bytes: this.#store.snapshotBytes }
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#enqueue(() => {
      if (this.#store.journal.bytes > this.#policy.atCloseAbove) this.#trySnapshot()
      this.#release()
    })
    return this.#closing
  }

  /** Closes at once, writing nothing. */
  abandon(): void {
    this.#closing ??= Promise.resolve()
    this.#release()
  }

  #release(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#idleTimer)
    this.#store.database.close()
    this.#store.journal.close()
  }

  #enqueue<T>(turn: () => Promise<T> | T): Promise<T> {
    if (this.#closing !== null) return Promise.reject(closedError())
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
  #commit(statements: SqlStatement[]): void {
    const { database, journal, fence } = this.#store
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

  #writeCopy(file: string): { path: string; bytes: number } {
    this.#requireOpen()
    try {
      return writeCopy(this.#request.files, file, this.#store.database)
    } catch (error) {
      throw toStorageError(error, 'write', file)
    }
  }

  #snapshot(): void {
    const { files, lock, path } = this.#request
    const old = this.#store
    if (old.sequence === old.snapshotSequence) return
    const { database, storeId, fence } = old
    try {
      const { journal, bytes } = takeSnapshot({ files, lock, path, database, storeId, fence })
      this.#store = { ...old, journal, snapshotSequence: old.sequence, snapshotBytes: bytes }
    } catch (error) {
      this.#mustReload = readSnapshotSequence(files, path) !== old.snapshotSequence
      throw toStorageError(toEngineError(error, path), 'write a snapshot of', path)
    }
    this.#retrySnapshotAbove = 0
    this.#warnOfSize(describeSize(old.snapshotBytes))
    old.journal.close()
    // Left behind, it is removed when the store is next opened.
    removeIfPossible(files, journalPath(path, old.snapshotSequence))
  }

  #warnOfSize(alreadySaid: string | null): void {
    const { snapshotBytes } = this.#store
    const warning = describeSize(snapshotBytes)
    if (warning !== null && warning !== alreadySaid) this.#request.logger?.warn(warning, { snapshotBytes })
  }

  // A snapshot that fails changes nothing: every commit is in the journal.
  #trySnapshot(): void {
    try {
      this.#makeReady()
      this.#snapshot()
    } catch (error) {
      this.#retrySnapshotAbove = this.#store.journal.bytes + this.#policy.whenIdleAbove
      this.#request.logger?.warn('A snapshot could not be written; it will be tried again', {
        error: error instanceof Error ? error.message : String(error),
      })
    }
  }

  #scheduleSnapshot(): void {
    clearTimeout(this.#idleTimer)
    const plan = this.#planSnapshot()
    if (plan === 'now') this.#enqueueSnapshot()
    if (plan === 'when_idle') {
      this.#idleTimer = setTimeout(() => this.#enqueueSnapshot(), this.#idleMs)
      this.#idleTimer.unref()
    }
  }

  #enqueueSnapshot(): void {
    if (this.#closing !== null) return
    void this.#enqueue(() => {
      // Other turns may have come first.
      if (this.#planSnapshot() !== 'not_yet') this.#trySnapshot()
    })
  }

  #planSnapshot(): 'now' | 'when_idle' | 'not_yet' {
    const journalBytes = this.#store.journal.bytes
    if (journalBytes < this.#retrySnapshotAbove) return 'not_yet'
    return planSnapshot(this.#policy, { journalBytes, snapshotBytes: this.#store.snapshotBytes })
  }
}

function closedError(): StorageError {
  return new StorageError('io', 'The store is closed.')
}
