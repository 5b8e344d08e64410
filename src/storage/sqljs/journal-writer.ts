import { dirname } from 'node:path'
import { StorageError } from '../../domain/errors'
import type { FileLayer } from './file-layer'
import type { HeldLock } from './lock'

/** Appends to one journal. After a failure it takes back what it wrote, or says that only the files know. */
export class JournalWriter {
  readonly path: string
  readonly #files: FileLayer
  readonly #lock: HeldLock
  readonly #handle: number
  #bytes: number
  #uncertain = false

  /** The file must exist, hold exactly `bytes` bytes, and be durable together with its name. */
  constructor(options: { files: FileLayer; lock: HeldLock; path: string; bytes: number }) {
    this.#files = options.files
    this.#lock = options.lock
    this.path = options.path
    this.#bytes = options.bytes
    this.#handle = options.files.openAppend(options.path)
  }

  /** Size without anything that was not acknowledged. */
  get bytes(): number {
    return this.#bytes
  }

  /** True when the file may hold more, or less, than `bytes`: it must be read again before the next append. */
  get uncertain(): boolean {
    return this.#uncertain || this.#files.size(this.path) !== this.#bytes
  }

  /** Durable when it returns. When it throws, nothing of `record` counts, or `uncertain` is true. */
  append(record: Uint8Array): void {
    try {
      this.#files.append(this.#handle, record)
    } catch (error) {
      this.#uncertain = !this.#cut()
      throw error
    }
    try {
      this.#files.syncData(this.#handle)
      if (this.#files.size(this.path) !== this.#bytes + record.length) {
        throw new StorageError('io', `Another program has written to ${this.path}.`, {
          hint: 'Try again; if it happens again, see which program uses the data folder.',
        })
      }
    } catch (error) {
      this.takeBack()
      throw error
    }
    this.#bytes += record.length
  }

  /** Undoes the last append when it must not count after all (`record` is its length once it had succeeded). */
  takeBack(record = 0): void {
    this.#bytes -= record
    // After a failed sync nobody knows what is on the disk, even if the cut succeeds.
    this.#uncertain = true
    this.#cut()
  }

  /** Never throws: whatever counts has been synced. */
  close(): void {
    try {
      this.#files.close(this.#handle)
    } catch {}
  }

  // Never in a journal that may already belong to another owner.
  #cut(): boolean {
    try {
      if (!this.#lock.isHeld()) return false
      this.#files.truncate(this.path, this.#bytes)
      return true
    } catch {
      return false
    }
  }
}

/** Creates a journal with its header, durable together with its name. EEXIST when there is one. */
export function createJournal(files: FileLayer, path: string, header: Uint8Array): void {
  files.create(path, header)
  files.sync(path)
  files.syncFolder(dirname(path))
}
