import type { FetchedConversation } from '../domain/conversation'
import type { SyncState } from '../domain/coverage'
import { IntercomApiError, UserInputError } from '../domain/errors'
import type { SyncProgress } from '../domain/sync-run'
import {
  type ConversationDifference,
  mostSampled,
  type VerifyAnswer,
  type VerifyRequest,
} from '../domain/verification'
import type { IntercomApi } from '../intercom/api'
import { isoTimeOrNull } from '../queries/iso-time'
import type { Store, StoredConversation } from '../storage/port'
import { runWorkers } from '../sync/workers'
import { findDifferences, type StoredThread } from './conversation-differences'
import type { CallOptions } from './service'
import { listLateDeletions } from './verify-deletions'
import { countIntervals, settleSeconds } from './verify-intervals'
import { drawSample } from './verify-sample'

/** What a comparison asks of Intercom. */
export type VerifyApi = Pick<
  IntercomApi,
  'fetchConversation' | 'countConversations' | 'searchConversations' | 'listDeleted' | 'requestCounts'
>

/** Enough to see a pattern; every one of a thousand conversations could differ in everything. */
const differencesShown = 200
/** The limiter decides how fast they go; this many may wait for answers at once. */
const atOnce = 8

type Outcome =
  | { kind: 'compared'; messages: number; withoutThread: boolean; differences: ConversationDifference[] }
  | { kind: 'newer' | 'not_found' | 'refused' | 'gone_here' }

/**
 * Compares a sample of the stored conversations with Intercom, field by field, and counts the covered timeframes on
 * both sides. Writes nothing; requests go through the same limiter as those of a sync. Rejects with UserInputError,
 * or with the IntercomApiError that leaves nothing to compare with.
 */
export async function verifySample(
  { store, api }: { store: Store; api: VerifyApi },
  request: VerifyRequest,
  call: CallOptions,
): Promise<VerifyAnswer> {
  checkRequest(request)
  const { signal = new AbortController().signal, onProgress } = call
  const startedAtMs = performance.now()
  const sentBefore = api.requestCounts().sent
  const requests = () => api.requestCounts().sent - sentBefore
  // Read first: what a sync stores meanwhile is newer than what is promised here.
  const state = await store.getSyncState()
  const { ids, strata } = await drawSample(store, request)
  const outcomes = await compareAll({ store, api, state, signal }, ids, (progress) =>
    onProgress?.({ ...progress, requests: requests() }),
  )
  const deletions = await listLateDeletions({ store, api, state, signal })
  const intervals = await countIntervals({ store, api, state, signal, deletedLately: deletions.storedAt })
  return {
    seed: request.seed,
    as_of: isoTimeOrNull(state.asOf),
    sampled: ids.length,
    strata,
    ...summarize(ids, outcomes, deletions.ids),
    intervals,
    requests: requests(),
    duration_seconds: Math.round((performance.now() - startedAtMs) / 100) / 10,
  }
}

async function compareAll(
  sources: Sources,
  ids: readonly string[],
  onProgress: (progress: Omit<SyncProgress, 'requests'>) => void,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const rest = ids.values()
  let messages = 0
  await runWorkers(atOnce, sources.signal, async (signal) => {
    for (const id of rest) {
      const outcome = await verifyOne({ ...sources, signal }, id)
      outcomes.set(id, outcome)
      if (outcome.kind === 'compared') messages += outcome.messages
      const done = outcomes.size
      onProgress({ phase: 'threads', done, total: ids.length, conversations: done, messages })
    }
  })
  return outcomes
}

/** In the order of the sample, whichever answer came first. */
function summarize(
  ids: readonly string[],
  outcomes: Map<string, Outcome>,
  deletedLately: ReadonlySet<string>,
) {
  const idsOf = (kind: Outcome['kind']) => ids.filter((id) => outcomes.get(id)?.kind === kind)
  const compared = ids.flatMap((id) => {
    const outcome = outcomes.get(id)
    return outcome?.kind === 'compared' ? [{ id, ...outcome }] : []
  })
  const differences = compared.flatMap((outcome) => outcome.differences)
  return {
    compared: compared.length,
    messages_compared: compared.reduce((sum, { messages }) => sum + messages, 0),
    newer_at_intercom: idsOf('newer'),
    deleted_lately: idsOf('not_found').filter((id) => deletedLately.has(id)),
    not_found_at_intercom: idsOf('not_found').filter((id) => !deletedLately.has(id)),
    refused: idsOf('refused'),
    without_thread: compared.filter(({ withoutThread }) => withoutThread).map(({ id }) => id),
    differences: differences.slice(0, differencesShown),
    differences_total: differences.length,
  }
}

function checkRequest({ sample, seed }: VerifyRequest): void {
  if (!Number.isInteger(sample) || sample < 1 || sample > mostSampled) {
    throw new UserInputError('That many conversations cannot be compared.', {
      hint: `Allowed: a whole number from 1 to ${mostSampled}.`,
    })
  }
  if (typeof seed !== 'string' || seed === '') throw new UserInputError('The seed of a sample is some text.')
}

interface Sources {
  store: Store
  api: VerifyApi
  state: SyncState
  signal: AbortSignal
}

async function verifyOne({ store, api, state, signal }: Sources, id: string): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const fetched = await fetchOrRefusal(api, id, signal)
    if (typeof fetched === 'string') return { kind: fetched }
    const stored = await readWhole(store, id)
    if (stored === null) return { kind: 'gone_here' }
    const [ours, theirs] = [stored.conversation.updatedAt, fetched.conversation.updatedAt]
    // A sync may have stored a newer version between the answer and the look at the store.
    if (ours > theirs && attempt === 1) continue
    if (ours < theirs && !wasPromised(state, theirs)) return { kind: 'newer' }
    if (ours !== theirs) return compared(stored, 0, onlyVersion(findDifferences(stored, fetched)))
    const messages = stored.messages === null ? 0 : fetched.messages.length
    const aliases = await readAliases(store, stored, fetched)
    return compared(stored, messages, findDifferences(stored, fetched, aliases))
  }
}

function compared(stored: StoredThread, messages: number, differences: ConversationDifference[]): Outcome {
  return { kind: 'compared', messages, withoutThread: stored.messages === null, differences }
}

/** Of two versions everything may differ; that they are two is what is to be told. */
function onlyVersion(differences: ConversationDifference[]): ConversationDifference[] {
  return differences.filter(({ field }) => field === 'updated_at')
}

/** An update at a time of which the store says that it has seen all, and to which no later run will look back. */
function wasPromised({ asOf, unbrokenSince }: SyncState, updatedAt: number): boolean {
  return asOf !== null && updatedAt >= (unbrokenSince ?? asOf) && updatedAt < asOf - settleSeconds
}

async function fetchOrRefusal(
  api: VerifyApi,
  id: string,
  signal: AbortSignal,
): Promise<FetchedConversation | 'not_found' | 'refused'> {
  try {
    return await api.fetchConversation(id, { signal })
  } catch (error) {
    if (!(error instanceof IntercomApiError)) throw error
    if (error.kind === 'not_found') return 'not_found'
    if (error.kind === 'missing_scope') return 'refused'
    throw error
  }
}

/** Row and messages of one and the same moment; null when it is not stored any more. */
async function readWhole(
  store: Store,
  id: string,
): Promise<(StoredThread & { conversation: StoredConversation }) | null> {
  for (;;) {
    const { generation } = store
    const [conversation] = await store.getConversations([id])
    if (conversation === undefined) return null
    const messages = (await store.getMessages([id])).get(id) ?? []
    if (store.generation !== generation) continue
    const hasThread = (conversation.threadUpdatedAt ?? -1) >= conversation.updatedAt
    return { conversation, messages: hasThread ? messages : null }
  }
}

/** Contacts that were merged are the same person; looked up only where the two sides name others. */
async function readAliases(
  store: Store,
  { conversation }: StoredThread,
  fetched: FetchedConversation,
): Promise<(id: string) => string> {
  const [ours, theirs] = [conversation.contactIds, fetched.conversation.contactIds]
  if (ours.join() === theirs.join()) return (id) => id
  const aliases = new Map<string, string>()
  for (const id of [...ours, ...theirs]) aliases.set(id, (await store.getContact(id))?.id ?? id)
  return (id) => aliases.get(id) ?? id
}
