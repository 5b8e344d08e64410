import { dirname } from 'node:path'
import { StorageError } from '../../domain/errors'
import { type FileLayer, removeIfPossible } from './file-layer'
import type { JournalTail } from './journal-tail'
import { JournalWriter } from './journal-writer'
import { readSnapshotSequence } from './load-store'
import type { HeldLock } from './lock'
import { prepareJournal, requireLock } from './snapshot'
import type { SnapshotFile, SnapshotTask } from './snapshot-task'
import { journalPath } from './store-files'

export interface PairSwitchRequest {
  files: FileLayer
  lock: HeldLock
  task: SnapshotTask
  built: SnapshotFile
  /** No higher than that of any record in the tail, or those would not be replayed. */
  fence: number
  tail: JournalTail
}

/** The new pair, which counts from now on. */
export interface SnapshotPair {
  journal: JournalWriter
  snapshotSequence: number
  snapshotBytes: number
}

/**
 * Puts a file that was made elsewhere in the place of the old one, while the store is open:
 *
 *   journal.<T> with what was committed since T, synced | lock looked at | renamed: from here the new pair counts |
 *   folder synced
 *
 * Until the rename everything is in the old pair too. Each call is one synchronous stretch; nothing may be committed
 * between the last `copySome` and `finish`.
 */
export class PairSwitch {
  readonly #request: PairSwitchRequest
  readonly #newJournal: string
  #journal: JournalWriter | null = null
  #hasRecords = false

  constructor(request: PairSwitchRequest) {
    this.#request = request
    this.#newJournal = journalPath(request.task.path, request.task.sequence)
  }

  /**
   * Creates the journal at the first call, then copies about `mostBytes` of what was committed meanwhile. False when
   * it has to be called again before `finish`.
   */
  copySome(mostBytes: number): boolean {
    const { lock, tail } = this.#request
    requireLock(lock)
    if (this.#journal === null) {
      this.#journal = this.#createJournal()
      return false
    }
    const records = tail.take(mostBytes)
    if (records !== null) {
      this.#hasRecords = true
      this.#journal.append(records)
    }
    return tail.bytesLeft === 0
  }

  /** When it throws, the sequence inside the file on disk says which pair counts; then `giveUp`. */
  finish(): SnapshotPair {
    const { files, lock, task, built } = this.#request
    const isComplete =
      files.size(task.target) === built.bytes && readSnapshotSequence(files, task.target) === task.sequence
    if (this.#journal === null || !isComplete) {
      throw new StorageError('io', `Another program has changed ${task.target}.`, { hint: 'Try again.' })
    }
    requireLock(lock)
    files.rename(task.target, task.path)
    files.syncFolder(dirname(task.path))
    return { journal: this.#journal, snapshotSequence: task.sequence, snapshotBytes: built.bytes }
  }

  /** Removes what a failed attempt leaves, unless it is what counts. Never throws. */
  giveUp(): void {
    const { files, lock, task } = this.#request
    removeIfPossible(files, task.target)
    try {
      this.#journal?.close()
      // With records it can be nobody else's: a new owner, who has read these records too, is past this sequence.
      const isMine = this.#hasRecords && lock.isHeld()
      if (isMine && readSnapshotSequence(files, task.path) === task.snapshotSequence)
        files.remove(this.#newJournal)
    } catch {}
  }

  #createJournal(): JournalWriter {
    const { files, lock, task, built, fence } = this.#request
    const { storeId, sequence } = task
    const header = { storeId, snapshotSequence: sequence, fence, snapshotChecksum: built.checksum }
    const bytes = prepareJournal(files, this.#newJournal, header)
    return new JournalWriter({ files, lock, path: this.#newJournal, bytes })
  }
}
