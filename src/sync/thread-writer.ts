import type { FetchedConversation, Tombstone } from '../domain/conversation'
import type { OwedThread } from '../domain/owed-thread'
import type { StoreChange } from '../storage/port'
import { createChangeMeter, isFullChange } from './change-size'
import type { Timers } from './timers'

/** What has been fetched is on disk after this long at most, even when batches fill slowly. */
const flushAfterMs = 500
/** Batches that may wait for the store before fetching has to wait too. */
const maxWaitingBatches = 2

interface ThreadBatch {
  conversations: FetchedConversation[]
  tombstones: Tombstone[]
  owedThreads: OwedThread[]
}

export interface ThreadWriter {
  /**
   * Takes a thread and what is still owed of it; waits only when the store has fallen behind. Rejects when a write has
   * failed.
   */
  add(fetched: FetchedConversation, owed?: OwedThread | null): Promise<void>
  /** Takes the news that a conversation is gone. */
  addDeleted(tombstone: Tombstone, owed?: OwedThread | null): Promise<void>
  /** Writes what is left; resolves when all of it is durable. */
  finish(): Promise<void>
}

export interface ThreadWriterOptions {
  apply: (change: StoreChange) => Promise<unknown>
  onStored: (batch: ThreadBatch) => void
  timers: Pick<Timers, 'sleep'>
}

/** Groups threads into changes of the store and writes them one after another. */
export function createThreadWriter({ apply, onStored, timers }: ThreadWriterOptions): ThreadWriter {
  let batch = emptyBatch()
  let meter = createChangeMeter()
  let waiting = 0
  let written: Promise<void> = Promise.resolve()
  let stopTimer = new AbortController()

  const flush = (): void => {
    if (size(batch) === 0) return
    const full = batch
    batch = emptyBatch()
    meter = createChangeMeter()
    stopTimer.abort()
    waiting += 1
    written = written.then(async () => {
      await apply({ ...full })
      onStored(full)
    })
    // A failure is reported by the next `add` or by `finish`, which await the same promise.
    written.then(
      () => (waiting -= 1),
      () => {},
    )
  }

  const startTimer = (): void => {
    const timer = new AbortController()
    stopTimer = timer
    void timers.sleep(flushAfterMs, timer.signal).then(() => {
      if (!timer.signal.aborted) flush()
    })
  }

  const afterAdding = async (): Promise<void> => {
    if (size(batch) === 1) startTimer()
    if (isFullChange(size(batch))) flush()
    if (waiting > maxWaitingBatches) await written
  }

  return {
    async add(fetched, owed) {
      if (!meter.hasRoomFor(fetched)) flush()
      batch.conversations.push(fetched)
      if (owed) batch.owedThreads.push(owed)
      meter.add(fetched)
      await afterAdding()
    },
    async addDeleted(tombstone, owed) {
      batch.tombstones.push(tombstone)
      if (owed) batch.owedThreads.push(owed)
      await afterAdding()
    },
    async finish() {
      flush()
      stopTimer.abort()
      await written
    },
  }
}

function emptyBatch(): ThreadBatch {
  return { conversations: [], tombstones: [], owedThreads: [] }
}

function size({ conversations, tombstones }: ThreadBatch): number {
  return conversations.length + tombstones.length
}
