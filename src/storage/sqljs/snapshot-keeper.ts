import type { StoreFilesRequest } from './open-store'
import { type SnapshotHost, SnapshotMaker, type SnapshotMakerOptions } from './snapshot-maker'
import { planSnapshot, type SnapshotPolicy } from './snapshot-policy'

export interface SnapshotKeeperOptions extends SnapshotMakerOptions {
  policy: SnapshotPolicy
  /** How long nothing must have been written before a snapshot that can wait. */
  idleMs: number
}

/** Sees to it that snapshots are taken one at a time: when asked, when the journal has grown, and on closing. */
export class SnapshotKeeper {
  readonly #host: SnapshotHost
  readonly #request: StoreFilesRequest
  readonly #options: SnapshotKeeperOptions
  readonly #maker: SnapshotMaker
  /** The last of the jobs, or null when there is none. It never rejects. */
  #jobs: Promise<void> | null = null
  #idleTimer: NodeJS.Timeout | undefined
  /** An automatic snapshot is under way or waits for its turn. */
  #isPlanned = false
  #isStopping = false
  /** After a failed automatic snapshot: size of the journal below which it is not tried again. */
  #retryAbove = 0

  constructor(host: SnapshotHost, request: StoreFilesRequest, options: SnapshotKeeperOptions) {
    this.#host = host
    this.#request = request
    this.#options = options
    this.#maker = new SnapshotMaker(host, request, options)
  }

  /** To be called with the record of every commit once it counts. */
  committed(record: Uint8Array): void {
    this.#maker.committed(record)
    this.#schedule()
  }

  /** Brings the file up to date. Rejects with StorageError; the old pair then goes on. */
  writeSnapshot(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#maker.takeSnapshot(() => true)
      this.#retryAbove = 0
    })
  }

  /** Writes what is committed now into a file of its own. */
  writeCopy(file: string): Promise<{ path: string; bytes: number }> {
    return this.#enqueue(() => this.#maker.takeCopy(file))
  }

  /**
   * Waits for what is under way. What another thread is making is ended there, and made on this one if somebody asked
   * for it; an automatic snapshot is left to `snapshotAtClose`.
   */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#idleTimer)
    await this.#maker.stayHere()
    await this.#jobs
  }

  /** Spares the next start a long replay. To be called after `stop`, in a turn. Never throws. */
  snapshotAtClose(): void {
    if (this.#host.store().journal.bytes <= this.#options.policy.atCloseAbove) return
    try {
      this.#maker.snapshotHere()
    } catch (error) {
      this.#reportFailure(error)
    }
  }

  // At once when there is no other, so that no later write comes before it.
  #enqueue<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#jobs === null ? job() : this.#jobs.then(job)
    const settled = result
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (this.#jobs === settled) this.#jobs = null
        this.#schedule()
      })
    this.#jobs = settled
    return result
  }

  #schedule(): void {
    clearTimeout(this.#idleTimer)
    if (this.#isStopping || this.#isPlanned) return
    const plan = this.#plan()
    if (plan === 'now') this.#enqueueAutomatic()
    if (plan === 'when_idle') {
      this.#idleTimer = setTimeout(() => this.#enqueueAutomatic(), this.#options.idleMs)
      this.#idleTimer.unref()
    }
  }

  #enqueueAutomatic(): void {
    if (this.#isStopping || this.#isPlanned) return
    this.#isPlanned = true
    void this.#enqueue(async () => {
      try {
        // Others may have come first.
        await this.#maker.takeSnapshot(() => !this.#isStopping && this.#plan() !== 'not_yet')
        this.#retryAbove = 0
      } catch (error) {
        this.#reportFailure(error)
      } finally {
        this.#isPlanned = false
      }
    })
  }

  // A snapshot that fails changes nothing: every commit is in the journal.
  #reportFailure(error: unknown): void {
    this.#retryAbove = this.#host.store().journal.bytes + this.#options.policy.whenIdleAbove
    this.#request.logger?.warn('A snapshot could not be written; it will be tried again', {
      error: error instanceof Error ? error.message : String(error),
    })
  }

  #plan(): 'now' | 'when_idle' | 'not_yet' {
    const { journal, sequence, snapshotSequence, snapshotBytes } = this.#host.store()
    if (sequence === snapshotSequence || journal.bytes < this.#retryAbove) return 'not_yet'
    return planSnapshot(this.#options.policy, { journalBytes: journal.bytes, snapshotBytes })
  }
}
