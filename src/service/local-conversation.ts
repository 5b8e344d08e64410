import type { ConversationAnswer, ConversationRequest, Freshness } from '../domain/answers'
import type { SyncState } from '../domain/coverage'
import { type AppError, ConfigurationError, IntercomApiError, NotFoundError } from '../domain/errors'
import { getConversation, type StoredConversationAnswer } from '../queries/conversation'
import { parseConversationId } from '../queries/conversation-id'
import { toRefreshError } from '../queries/freshness'
import { isoTime } from '../queries/iso-time'
import type { Store } from '../storage/port'
import type { Scheduler } from '../sync/scheduler'
import type { FreshnessJudge } from './answer-freshness'
import type { CallOptions } from './service'

export interface ConversationReader {
  store: Store
  scheduler: Scheduler | null
  freshness: FreshnessJudge
  /** Epoch seconds on the API's clock. */
  now: () => number
  /** The bound of a live fetch; a person waits. */
  liveTimeoutMs?: number
}

const defaultLiveTimeoutMs = 5_000

/**
 * One conversation: from the store when its thread is there in its present version, else fetched now. When that
 * fails, what is stored is answered with a clear mark; when nothing is, the reason is told.
 */
export async function readConversation(
  reader: ConversationReader,
  request: ConversationRequest,
  call: CallOptions,
): Promise<ConversationAnswer> {
  const id = parseConversationId(request.conversation_id)
  const version = (await reader.store.getVersions([id])).get(id)
  const hasThread = version !== undefined && (version.threadUpdatedAt ?? -1) >= version.updatedAt
  const isEnough = hasThread || (version !== undefined && request.include_messages === false)
  // A cursor continues what was answered before, so that pages fit together.
  if (isEnough || (version !== undefined && request.cursor !== undefined)) {
    return answerFromStore(reader, request, 'cache')
  }
  const failure = await fetchLive(reader, id, call)
  if (failure === null) return answerFromStore(reader, request, 'live')
  if (failure instanceof IntercomApiError && failure.kind === 'not_found') throw notFound(id)
  if (version === undefined) throw notFetched(id, failure)
  // An older version of the thread is better than its opening message alone.
  const source = version.threadUpdatedAt === null ? 'opening_only' : 'cache'
  return answerFromStore(reader, request, source, failure)
}

/** Fetches and stores the conversation; null when it worked, else why it did not. Rejects when the caller aborts. */
async function fetchLive(
  { scheduler, liveTimeoutMs = defaultLiveTimeoutMs }: ConversationReader,
  id: string,
  { signal }: CallOptions,
): Promise<AppError | null> {
  if (scheduler === null) return new ConfigurationError('This process only reads the stored data.')
  const bound = AbortSignal.timeout(liveTimeoutMs)
  try {
    await scheduler.fetchConversation(id, { signal: signal ? AbortSignal.any([signal, bound]) : bound })
    return null
  } catch (error) {
    signal?.throwIfAborted()
    if (bound.aborted) {
      return new IntercomApiError(
        'network',
        `Intercom did not answer within ${liveTimeoutMs / 1000} seconds.`,
      )
    }
    if (error instanceof IntercomApiError || error instanceof ConfigurationError) return error
    throw error
  }
}

async function answerFromStore(
  reader: ConversationReader,
  request: ConversationRequest,
  source: ConversationAnswer['source'],
  failure: AppError | null = null,
): Promise<ConversationAnswer> {
  const known = await reader.freshness.known()
  const found = await getConversation(reader.store, request)
  if (found === null) throw notFound(request.conversation_id)
  const freshness =
    source === 'live'
      ? justFetched(reader.now())
      : await storedFreshness(reader, found, { known, source, failure })
  return { ...found, source, freshness }
}

interface StoredGround {
  known: SyncState
  source: ConversationAnswer['source']
  failure: AppError | null
}

async function storedFreshness(
  { freshness }: ConversationReader,
  { conversation }: StoredConversationAnswer,
  { known, source, failure }: StoredGround,
): Promise<Freshness> {
  const createdAt = Math.floor(Date.parse(conversation.created_at) / 1000)
  // Its coverage is that of the second it was created in; only what is new since as_of needs fetching.
  const ground = { timeframe: { start: createdAt, end: createdAt + 1 }, timeField: 'created_at' as const }
  const ticket = await freshness.refresh({ timeframe: null, timeField: 'created_at' })
  const notes = failure === null ? [] : [describeFallback(source)]
  const stated = await freshness.state(ground, ticket, { known, notes })
  return failure === null
    ? stated
    : { ...stated, refresh_error: stated.refresh_error ?? toRefreshError(failure) }
}

function describeFallback(source: ConversationAnswer['source']): string {
  return source === 'opening_only'
    ? 'Only the opening message is stored; the replies could not be fetched now.'
    : 'The stored thread is older than the conversation; its latest replies could not be fetched now.'
}

function justFetched(now: number): Freshness {
  return {
    as_of: isoTime(now),
    age_seconds: 0,
    stale: false,
    coverage: 'full',
    gaps: [],
    refresh: 'none',
    refresh_error: null,
    message: 'Fetched from Intercom just now.',
  }
}

function notFound(id: string): NotFoundError {
  return new NotFoundError(`There is no conversation ${id}.`, {
    hint: 'Look the id up with search_conversations; a deleted conversation cannot be read any more.',
  })
}

/** The failure with what it means here; its kind stays, because callers act on it. */
function notFetched(id: string, failure: AppError): AppError {
  const message = `Conversation ${id} is not stored, and it could not be fetched: ${failure.message}`
  const details = { cause: failure, ...(failure.hint === undefined ? {} : { hint: failure.hint }) }
  if (failure instanceof IntercomApiError) return new IntercomApiError(failure.kind, message, details)
  return new ConfigurationError(message, details)
}
