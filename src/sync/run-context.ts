import type { FetchedConversation } from '../domain/conversation'
import type { SyncPhase, SyncProgress } from '../domain/sync-run'
import type { IntercomApi } from '../intercom/api'
import type { Logger } from '../logger'
import type { Store } from '../storage/port'
import type { Timers } from './timers'

/** What every phase of one run works with. */
export interface RunContext {
  store: Store
  api: IntercomApi
  logger: Logger
  timers: Timers
  signal: AbortSignal
  progress: ProgressTracker
}

/** Counts what a run does and tells a listener after every page and every stored batch. */
export interface ProgressTracker {
  enter(phase: SyncPhase, total: number | null): void
  /** Sets the phase's total, known only after its first answer. */
  expect(total: number): void
  advance(done: number): void
  /** Counts what has become durable. */
  stored(kind: 'hits' | 'threads', conversations: readonly FetchedConversation[]): void
  snapshot(): SyncProgress
}

export interface ProgressOptions {
  requestsSent: () => number
  onProgress: (progress: SyncProgress) => void
}

/**
 * Tracks one run. A conversation is stored twice, as a hit and with its thread, and counts once: the larger of the
 * two numbers is what the run stored.
 */
export function createProgressTracker({ requestsSent, onProgress }: ProgressOptions): ProgressTracker {
  const sentBefore = requestsSent()
  const hits = { conversations: 0, messages: 0 }
  const threads = { conversations: 0, messages: 0 }
  const position: Pick<SyncProgress, 'phase' | 'done' | 'total'> = { phase: 'starting', done: 0, total: null }

  const snapshot = (): SyncProgress => ({
    ...position,
    conversations: Math.max(hits.conversations, threads.conversations),
    messages: Math.max(hits.messages, threads.messages),
    requests: requestsSent() - sentBefore,
  })
  return {
    enter(phase, total) {
      Object.assign(position, { phase, done: 0, total })
      onProgress(snapshot())
    },
    expect(total) {
      position.total = Math.max(total, position.done)
    },
    advance(done) {
      position.done += done
      if (position.total !== null) position.total = Math.max(position.total, position.done)
      onProgress(snapshot())
    },
    stored(kind, conversations) {
      const sum = kind === 'hits' ? hits : threads
      sum.conversations += conversations.length
      for (const { messages } of conversations) {
        sum.messages += messages.filter(({ text }) => text !== null).length
      }
    },
    snapshot,
  }
}
