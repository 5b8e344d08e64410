import type { FetchedConversation } from '../domain/conversation'
import { AppError, IntercomApiError, type IntercomErrorKind } from '../domain/errors'
import { isNotFound, judgeMissing } from './deletions'
import type { RunContext } from './run-context'
import { createThreadSource } from './thread-source'
import { createThreadWriter } from './thread-writer'
import { runWorkers } from './workers'

/**
 * Requests under way at once. The client's limiter sets the pace; this only has to be more than the pace times the
 * latency: 166 requests a second (10,000 a minute) answered in 250 ms are 42.
 */
const concurrency = 48
/** Failures that concern one conversation and not the connection: the other threads are fetched all the same. */
const isolatedKinds: ReadonlySet<IntercomErrorKind> = new Set(['server', 'not_json', 'bad_request'])
const maxIsolatedFailures = 10

export interface ThreadPhaseOptions {
  /** Only threads of conversations updated at this second or later; null for every pending one. */
  updatedSince: number | null
  /** Fetched whether pending or not. */
  refetch: ReadonlySet<string>
  /** Told of each thread as it arrives, and of the second on the API's clock in which it was asked for. */
  onFetched: (fetched: FetchedConversation, askedAt: number) => void
}

/**
 * Fetches the threads that are pending, newest first, and stores them as they arrive. When it resolves, all of them
 * are durable; when it rejects, those that had arrived are. One that has been deleted meanwhile is no failure.
 */
export async function fetchThreads(context: RunContext, options: ThreadPhaseOptions): Promise<void> {
  const { api, store, timers, progress } = context
  const { updatedSince, refetch } = options
  const source = createThreadSource({ store, updatedSince, refetch })
  const writer = createThreadWriter({
    apply: (change) => store.apply(change),
    timers,
    onStored: (batch) => {
      for (const { conversation } of batch.conversations) source.settle(conversation.id)
      for (const { conversationId } of batch.tombstones) source.settle(conversationId)
      progress.stored('threads', batch.conversations)
      progress.advance(batch.conversations.length + batch.tombstones.length)
    },
  })
  const failures: unknown[] = []

  const fetchOne = async (id: string, signal: AbortSignal): Promise<void> => {
    try {
      const askedAt = Math.floor(api.now())
      const fetched = await api.fetchConversation(id, { signal })
      options.onFetched(fetched, askedAt)
      await writer.add(fetched)
    } catch (error) {
      if (isNotFound(error)) {
        const tombstone = await judgeMissing(store, id, Math.floor(api.now()))
        if (tombstone) await writer.addDeleted(tombstone)
      } else if (isIsolated(error) && failures.length < maxIsolatedFailures) {
        context.logger.warn('A thread could not be fetched', { conversation_id: id, code: codeOf(error) })
        failures.push(error)
      } else {
        throw error
      }
    }
  }
  const work = async (signal: AbortSignal): Promise<void> => {
    for (let id = await source.next(); id !== null; id = await source.next()) {
      signal.throwIfAborted()
      await fetchOne(id, signal)
    }
  }
  await runWorkers(concurrency, context.signal, work).then(
    () => writer.finish(),
    async (error: unknown) => {
      // What has arrived is kept; a failure to write it is the lesser news.
      await writer.finish().catch(() => {})
      throw error
    },
  )
  if (failures.length > 0) throw failures[0]
}

function isIsolated(error: unknown): boolean {
  return error instanceof IntercomApiError && isolatedKinds.has(error.kind)
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'unknown'
}
