import { setImmediate as nextRound } from 'node:timers/promises'
import { removeIfPossible } from './file-layer'
import { JournalTail } from './journal-tail'
import { readSnapshotSequence } from './load-store'
import type { OpenStore, StoreFilesRequest } from './open-store'
import { PairSwitch, type SnapshotPair } from './pair-switch'
import { installCopy, requireCopyTarget, takeSnapshot, temporaryCopyPath, writeCopy } from './snapshot'
import type { SnapshotBuild, SnapshotBuilder } from './snapshot-builder'
import type { SnapshotFile, SnapshotTask } from './snapshot-task'
import { isFileSystemError, toEngineError, toStorageError } from './storage-failure'
import { temporarySnapshotPath } from './store-files'

/** What making a snapshot needs of the store that is open. */
export interface SnapshotHost {
  /** As it is now: it is another after each reload. */
  store(): OpenStore
  /** Runs `action` when the writes before it are done, in one go. */
  turn<T>(action: () => T): Promise<T>
  /** Makes sure that the lock is held and that memory and files agree, or throws. */
  makeReady(): void
  /** The old journal is done with, unless it is still the store's. */
  replacePair(pair: SnapshotPair): void
  /** To be called when only the files know which pair counts. */
  distrustMemory(): void
}

export interface SnapshotMakerOptions {
  /** null makes everything on this thread. */
  builder: SnapshotBuilder | null
  /** Size of file and journal together above which the builder is used. */
  buildAboveBytes: number
}

/** A snapshot that the builder is to make. */
interface Begun {
  task: SnapshotTask
  fence: number
  tail: JournalTail
}

// Copying and syncing this much takes some milliseconds, during which nothing is answered.
const copiedAtOnceBytes = 1_000_000
// Then the rest in one go, should commits come faster than they are copied.
const mostRounds = 20

/**
 * Makes snapshots and copies, one at a time. Large ones come from the builder, which reads the files, while reads and
 * writes go on here; what it cannot make is made here:
 *
 *   begin (T, size of the journal) --builder: file up to T--> copy what came after T --> rename, next journal
 *      |                              `-- died, or the files are others: on this thread
 *      `-- small: on this thread
 */
export class SnapshotMaker {
  readonly #host: SnapshotHost
  readonly #request: StoreFilesRequest
  readonly #options: SnapshotMakerOptions
  #build: SnapshotBuild | null = null
  /** What is committed while a snapshot is made elsewhere. */
  #tail: JournalTail | null = null
  #staysHere = false

  constructor(host: SnapshotHost, request: StoreFilesRequest, options: SnapshotMakerOptions) {
    this.#host = host
    this.#request = request
    this.#options = options
  }

  /** To be called with the record of every commit once it counts. */
  committed(record: Uint8Array): void {
    this.#tail?.add(record)
  }

  /** Ends what is being made elsewhere; from now on everything is made on this thread. */
  async stayHere(): Promise<void> {
    this.#staysHere = true
    await this.#build?.cancel()
  }

  /**
   * Brings the file up to date if `isDue` says so in its turn. What was begun elsewhere and ended by `stayHere` is
   * made here if `isDue` still says so. Rejects with StorageError; the old pair then goes on.
   */
  async takeSnapshot(isDue: () => boolean): Promise<void> {
    try {
      const begun = await this.#host.turn(() => (isDue() ? this.#begin() : null))
      if (begun === null) return
      const built = await this.#buildElsewhere(begun.task)
      if (built !== null && (await this.#switchTo(begun, built))) return
      await this.#host.turn(() => {
        if (isDue()) this.snapshotHere()
      })
    } catch (error) {
      throw this.#explain(error)
    } finally {
      this.#tail = null
    }
  }

  /** Brings the file up to date on this thread, in one go; to be called in a turn. */
  snapshotHere(): void {
    this.#host.makeReady()
    const { files, lock, path } = this.#request
    const { sequence, snapshotSequence, database, storeId, fence } = this.#host.store()
    if (sequence === snapshotSequence) return
    this.#tail = null
    try {
      const { journal, bytes } = takeSnapshot({ files, lock, path, database, storeId, fence })
      this.#host.replacePair({ journal, snapshotSequence: sequence, snapshotBytes: bytes })
    } catch (error) {
      this.#noteFailure(snapshotSequence)
      throw this.#explain(error)
    }
  }

  /** Writes what is committed now into a file of its own; see `requireCopyTarget`. */
  async takeCopy(file: string): Promise<{ path: string; bytes: number }> {
    const { files } = this.#request
    const copyHere = () => writeCopy(files, file, this.#host.store().database)
    try {
      const begun = await this.#host.turn(() => {
        if (!this.#isForBuilder() || !this.#filesAreCertain()) return copyHere()
        const path = requireCopyTarget(files, file)
        return { path, task: this.#taskFor(temporaryCopyPath(path)) }
      })
      if (!('task' in begun)) return begun
      const built = await this.#buildElsewhere(begun.task)
      if (built === null) return await this.#host.turn(copyHere)
      return this.#installCopy({ path: begun.path, temporary: begun.task.target, bytes: built.bytes })
    } catch (error) {
      throw toStorageError(toEngineError(error, this.#request.path), 'write', file)
    }
  }

  #begin(): Begun | null {
    this.#host.makeReady()
    const { sequence, snapshotSequence, fence } = this.#host.store()
    if (sequence === snapshotSequence) return null
    if (!this.#isForBuilder()) {
      this.snapshotHere()
      return null
    }
    const tail = new JournalTail(sequence)
    this.#tail = tail
    return { task: this.#taskFor(temporarySnapshotPath(this.#request.path, fence)), fence, tail }
  }

  #installCopy(copy: { path: string; temporary: string; bytes: number }): { path: string; bytes: number } {
    try {
      return installCopy(this.#request.files, copy)
    } catch (error) {
      removeIfPossible(this.#request.files, copy.temporary)
      throw error
    }
  }

  // A copy may also be written when the store is another's by now: then from memory.
  #filesAreCertain(): boolean {
    return this.#request.lock.isHeld() && !this.#host.store().journal.uncertain
  }

  #isForBuilder(): boolean {
    const { builder, buildAboveBytes } = this.#options
    const { snapshotBytes, journal } = this.#host.store()
    return builder !== null && !this.#staysHere && snapshotBytes + journal.bytes > buildAboveBytes
  }

  #taskFor(target: string): SnapshotTask {
    const { storeId, snapshotSequence, sequence, journal } = this.#host.store()
    const journalBytes = journal.bytes
    return { path: this.#request.path, storeId, snapshotSequence, sequence, journalBytes, target }
  }

  // The size of the file; null when it has to be made here. Throws what making it here would meet as well.
  async #buildElsewhere(task: SnapshotTask): Promise<SnapshotFile | null> {
    if (this.#staysHere) return null
    try {
      this.#build = this.#options.builder?.(task) ?? null
      return (await this.#build?.done) ?? null
    } catch (error) {
      removeIfPossible(this.#request.files, task.target)
      if (isFileSystemError(error)) throw error
      if (!this.#staysHere) {
        this.#request.logger?.warn(
          'A snapshot could not be made in a thread of its own; it is made in this one',
          {
            error: error instanceof Error ? error.message : String(error),
          },
        )
      }
      return null
    } finally {
      this.#build = null
    }
  }

  // False when the file does not continue what is open: the store was read again meanwhile.
  async #switchTo({ task, fence, tail }: Begun, built: SnapshotFile): Promise<boolean> {
    const { files, lock } = this.#request
    const pairSwitch = new PairSwitch({ files, lock, task, built, fence, tail })
    const advance = (mostBytes: number): 'superseded' | 'more' | 'done' => {
      this.#host.makeReady()
      const { snapshotSequence, sequence } = this.#host.store()
      if (snapshotSequence !== task.snapshotSequence || sequence !== tail.sequence) return 'superseded'
      if (!pairSwitch.copySome(mostBytes)) return 'more'
      this.#host.replacePair(pairSwitch.finish())
      return 'done'
    }
    try {
      for (let round = 1; ; round++) {
        const mostBytes = round < mostRounds ? copiedAtOnceBytes : Number.POSITIVE_INFINITY
        const result = await this.#host.turn(() => advance(mostBytes))
        if (result === 'done') return true
        if (result === 'superseded') break
        await nextRound()
      }
    } catch (error) {
      this.#noteFailure(task.snapshotSequence)
      pairSwitch.giveUp()
      throw error
    }
    pairSwitch.giveUp()
    return false
  }

  // A rename may have happened although it, or what came after it, failed.
  #noteFailure(oldSequence: number): void {
    const { files, path } = this.#request
    try {
      if (readSnapshotSequence(files, path) === oldSequence) return
    } catch {}
    this.#host.distrustMemory()
  }

  #explain(error: unknown): unknown {
    const { path } = this.#request
    return toStorageError(toEngineError(error, path), 'write a snapshot of', path)
  }
}
