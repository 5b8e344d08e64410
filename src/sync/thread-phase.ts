import type { FetchedConversation } from '../domain/conversation'
import { IntercomApiError, type IntercomErrorKind } from '../domain/errors'
import type { OwedThread } from '../domain/owed-thread'
import { isCutThread } from '../domain/thread-parts'
import type { Store } from '../storage/port'
import { isNotFound, judgeMissing } from './deletions'
import type { OwedThreads } from './owed-threads'
import type { RunContext } from './run-context'
import { createThreadSource } from './thread-source'
import { settleVersion } from './thread-version'
import { createThreadWriter } from './thread-writer'
import { runWorkers } from './workers'

/**
 * Requests that ask for leave at once. The client's limiter says how many are under way; this only has to be as many
 * as it ever allows, for an API that takes most of a second to answer.
 */
const concurrency = 128
/** Failures that may concern one conversation alone, silence among them, which is `server`: the others go on. */
const isolatedKinds: ReadonlySet<IntercomErrorKind> = new Set([
  'server',
  'not_json',
  'bad_request',
  'missing_scope',
])
/** More that failed in no earlier run are a failure of the API, and end the run. */
const maxIsolatedFailures = 10

export interface ThreadPhaseOptions {
  /** Only threads of conversations updated at this second or later; null for every pending one. */
  updatedSince: number | null
  /** Fetched whether pending or not. */
  refetch: ReadonlySet<string>
  /** Left alone although they may be pending: this run has tried them, or it is not their time. */
  skip: ReadonlySet<string>
  /** What is known of threads asked for in vain; this phase adds to it. */
  owed: OwedThreads
  /** Told of each thread as it arrives, and of the second on the API's clock in which it was asked for. */
  onFetched: (fetched: FetchedConversation, askedAt: number) => void
}

interface InVain {
  reason: 'failed' | 'missing'
  error: IntercomApiError
}

/**
 * Fetches the threads that are pending, newest first, and stores them as they arrive. When it resolves, all of them
 * are durable but a few that Intercom could not tell: those are remembered in the store, like those that came short.
 * When it rejects, what had arrived is durable. Resolves to the ids of those that did not come.
 */
export async function fetchThreads(
  context: RunContext,
  options: ThreadPhaseOptions,
): Promise<ReadonlySet<string>> {
  const { api, store, timers, progress } = context
  const { updatedSince, refetch, skip, owed } = options
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
  const inVain = new Map<string, InVain>()
  let newFailures = 0

  const noteFailure = (id: string, error: unknown): void => {
    if (!isIsolated(error)) throw error
    // Tickets without the permission to read them say nothing of the other conversations, however many they are.
    const isTicket = error.kind === 'missing_scope' && api.missingPermissions().length > 0
    if (owed.get(id)?.reason !== 'failed' && !isTicket) newFailures += 1
    if (newFailures > maxIsolatedFailures) throw error
    context.logger.warn('A thread could not be fetched', { conversation_id: id, code: error.code })
    inVain.set(id, { reason: 'failed', error })
  }
  const noteMissing = async (id: string, error: IntercomApiError): Promise<void> => {
    const now = Math.floor(api.now())
    const deletion = await judgeMissing(store, owed, { id, now, code: error.code })
    if (deletion) await writer.addDeleted(deletion.tombstone, deletion.owed)
    else inVain.set(id, { reason: 'missing', error })
  }
  const fetchOne = async (id: string, signal: AbortSignal): Promise<void> => {
    try {
      const askedAt = Math.floor(api.now())
      const fetched = await api.fetchConversation(id, { signal })
      options.onFetched(fetched, askedAt)
      const thread = settleVersion(fetched, source.versionOf(id), askedAt)
      await writer.add(thread, await judgeThread(store, owed, thread, askedAt))
    } catch (error) {
      if (isNotFound(error)) await noteMissing(id, error)
      else noteFailure(id, error)
    }
  }
  const work = async (signal: AbortSignal): Promise<void> => {
    for (let id = await source.next(); id !== null; id = await source.next()) {
      signal.throwIfAborted()
      await fetchOne(id, signal)
    }
  }
  try {
    await runWorkers(concurrency, context.signal, work)
    await writer.finish()
  } catch (error) {
    // What has arrived is kept; a failure to write it is the lesser news.
    await writer.finish().catch(() => {})
    await remember(context, owed, inVain, { wait: false }).catch(() => {})
    throw error
  }
  await remember(context, owed, inVain, { wait: true })
  return new Set(inVain.keys())
}

/** What is owed of a thread that came; null when it is whole. */
export async function judgeThread(
  store: Pick<Store, 'getMessages'>,
  owed: OwedThreads,
  thread: FetchedConversation,
  askedAt: number,
): Promise<OwedThread | null> {
  const { id } = thread.conversation
  const stored = isCutThread(thread) ? (await store.getMessages([id])).get(id) : []
  return owed.judge(thread, stored ?? [], askedAt)
}

async function remember(
  { api, store }: RunContext,
  owed: OwedThreads,
  inVain: Map<string, InVain>,
  { wait }: { wait: boolean },
): Promise<void> {
  if (inVain.size === 0) return
  const now = Math.floor(api.now())
  const versions = await store.getVersions([...inVain.keys()])
  const owedThreads = [...inVain].flatMap(([conversationId, { reason, error }]) => {
    // What is not stored (any more) is owed to nobody, but for the second look at what is presumed to be deleted.
    const version = versions.get(conversationId)
    const secondLook = owed.get(conversationId)
    if (!version && secondLook?.reason !== 'missing') return []
    const { updatedAt } = version ?? (secondLook as OwedThread)
    const attempt = { conversationId, code: error.code, now, wait }
    return owed.fail({ ...attempt, reason: version ? reason : 'missing', updatedAt }) ?? []
  })
  if (owedThreads.length > 0) await store.apply({ owedThreads })
}

function isIsolated(error: unknown): error is IntercomApiError {
  return error instanceof IntercomApiError && isolatedKinds.has(error.kind)
}
