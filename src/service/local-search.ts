import type { SearchAnswer, SearchRequest } from '../domain/answers'
import type { AnswerCache } from '../queries/answer-cache'
import { searchConversations } from '../queries/search'
import type { SearchCursors } from '../queries/search-cursors'
import { groupSearch, makeRoomForGroups } from '../queries/search-groups'
import { readSearchQuestion } from '../queries/search-question'
import type { StoredTimes } from '../queries/stored-times'
import type { Store } from '../storage/port'
import type { FreshnessJudge } from './answer-freshness'
import type { CallOptions } from './service'

export interface SearchSources {
  store: Store
  cursors: SearchCursors
  cache: AnswerCache
  times: StoredTimes
  freshness: FreshnessJudge
  /** Epoch seconds. */
  now: () => number
}

/**
 * Answers a search from what is stored, and has refreshed what is stale or missing behind it. With `wait_seconds` it
 * is answered anew when that is done.
 */
export async function answerSearch(
  sources: SearchSources,
  request: SearchRequest,
  { signal }: CallOptions,
): Promise<SearchAnswer> {
  const { done, ...answer } = await searchOnce(sources, request)
  const isRefreshing = answer.freshness.refresh === 'started' || answer.freshness.refresh === 'running'
  if (!isRefreshing || !request.wait_seconds) return answer
  await waitAtMost(done, request.wait_seconds * 1000, signal)
  const { done: _later, ...renewed } = await searchOnce(sources, request)
  return renewed
}

async function searchOnce(
  sources: SearchSources,
  request: SearchRequest,
): Promise<SearchAnswer & { done: Promise<void> }> {
  const { freshness } = sources
  // Before any row, kept or not: an answer must not take credit for a later sync.
  const known = await freshness.known()
  const { timeframe, timeField, notes, groups, ...found } = await findAnswer(sources, request)
  const ticket = await freshness.refresh({ timeframe, timeField })
  const about = { known, matches: found.total, notes }
  const stated = await freshness.state({ timeframe, timeField }, ticket, about)
  return { ...found, ...(groups && { groups }), freshness: stated, done: ticket.done }
}

/** Everything of an answer but its freshness, which is judged for each. */
async function findAnswer({ store, cursors, cache, times, now }: SearchSources, request: SearchRequest) {
  const moment = now()
  // Read each time: the cache has to know the state of the data that everything was read from.
  const readContext = async () => ({ now: moment, timezone: (await store.getWorkspace())?.timezone ?? null })
  return cache.answer({
    read: async () => readSearchQuestion(request, await readContext(), times),
    async compute() {
      const context = await readContext()
      const asked = makeRoomForGroups(request)
      const { notes, ...page } = await searchConversations(store, asked, { ...context, cursors })
      const grouped = await groupSearch(store, request, context, page.matched)
      return { ...page, groups: grouped?.groups, notes: [...notes, ...(grouped?.notes ?? [])] }
    },
    renew: (found, { timeframe }) => ({ ...found, timeframe }),
    isUsable: ({ next_cursor: next }) => next === null || isAlive(cursors, next),
  })
}

/** Whether a cursor still leads on; asking keeps it for as long again as a new one. */
function isAlive(cursors: SearchCursors, cursor: string): boolean {
  try {
    return cursors.read(cursor).position > 0
  } catch {
    return false
  }
}

async function waitAtMost(done: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const timeOver = new Promise<void>((resolve, reject) => {
    timer = setTimeout(resolve, ms)
    onAbort = () => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  try {
    signal?.throwIfAborted()
    await Promise.race([done, timeOver])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}
