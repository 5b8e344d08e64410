import type { FetchedConversation } from '../domain/conversation'
import { AppError, IntercomApiError, type IntercomErrorKind } from '../domain/errors'
import { isNotFound, judgeMissing } from './deletions'
import type { RunContext } from './run-context'
import { createThreadSource } from './thread-source'
import { settleVersion } from './thread-version'
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
  /** Left alone although they may be pending: this run has tried them. */
  skip: ReadonlySet<string>
  /** Failed in an earlier run: when they fail again, that is no news. Those that fail now are added. */
  stubborn: Set<string>
  /** Told of each thread as it arrives, and of the second on the API's clock in which it was asked for. */
  onFetched: (fetched: FetchedConversation, askedAt: number) => void
}

/**
 * Fetches the threads that are pending, newest first, and stores them as they arrive. When it resolves, all of them
 * are durable but those that it returns; when it rejects, those that had arrived are. Returned is what is neither
 * stored nor known to be deleted, and has to be asked for again by the next run. A thread that fails makes the phase
 * fail, once: a conversation that Intercom cannot tell must not keep all others from being vouched for.
 */
export async function fetchThreads(
  context: RunContext,
  options: ThreadPhaseOptions,
): Promise<ReadonlySet<string>> {
  const { api, store, timers, progress } = context
  const { updatedSince, refetch, skip, stubborn } = options
  const source = createThreadSource({ store, updatedSince, refetch, skip })
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
  const missing = new Set<string>()
  const failures = new Map<string, unknown>()

  const fetchOne = async (id: string, signal: AbortSignal): Promise<void> => {
    try {
      const askedAt = Math.floor(api.now())
      const fetched = await api.fetchConversation(id, { signal })
      options.onFetched(fetched, askedAt)
      await writer.add(settleVersion(fetched, source.versionOf(id), askedAt))
    } catch (error) {
      if (isNotFound(error)) {
        const tombstone = await judgeMissing(store, id, Math.floor(api.now()))
        if (tombstone) await writer.addDeleted(tombstone)
        else missing.add(id)
      } else if (isIsolated(error) && (stubborn.has(id) || failures.size < maxIsolatedFailures)) {
        context.logger.warn('A thread could not be fetched', { conversation_id: id, code: codeOf(error) })
        missing.add(id)
        if (!stubborn.has(id)) failures.set(id, error)
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
      for (const id of failures.keys()) stubborn.add(id)
      // What has arrived is kept; a failure to write it is the lesser news.
      await writer.finish().catch(() => {})
      throw error
    },
  )
  for (const id of failures.keys()) stubborn.add(id)
  if (failures.size > 0) throw [...failures.values()][0]
  return missing
}

function isIsolated(error: unknown): boolean {
  return error instanceof IntercomApiError && isolatedKinds.has(error.kind)
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'unknown'
}
