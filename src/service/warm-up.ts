import { setTimeout as wait } from 'node:timers/promises'
import type { SearchRequest } from '../domain/answers'
import { searchConversations } from '../queries/search'
import { createSearchCursors } from '../queries/search-cursors'
import { groupSearch } from '../queries/search-groups'
import type { Store } from '../storage/port'

/** Conversations that are asked about: few, because what is to be made ready is the code. */
const askedAbout = 60

/** Where there are fewer, the first question about all of them is quick enough. */
const manyConversations = 5_000

/** Questions in the meantime do not wait for more than one of these. */
const pauseMs = 20

/** A client's first requests, and the sync that begins with a server, come first. */
const restMs = 2_000

export interface WarmUpOptions {
  signal: AbortSignal
  /** Epoch seconds. */
  now: () => number
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const sleepFor = (ms: number, signal: AbortSignal): Promise<unknown> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => {})

/** Warms up a while after now, unless it is stopped; stopping resolves when nothing of it goes on. */
export function warmUpSoon(
  store: Store,
  { now, onError }: Pick<WarmUpOptions, 'now'> & { onError(error: unknown): void },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  const warming = sleepFor(restMs, signal)
    .then(() => warmUp(store, { signal, now }))
    .catch(onError)
  return {
    async stop() {
      stopping.abort()
      await warming
    },
  }
}

/**
 * Searches and groups the newest conversations, for nothing but to have the engine compiled for it: the first real
 * question about everything otherwise takes three times as long as the second. Some 2 ms to 0.2 s each, with pauses.
 * Analyses are left out: they come in time by what they share with grouping, and would take 7 MB more. Ends early when
 * the signal is aborted, and does nothing for a small store.
 */
export async function warmUp(store: Store, options: WarmUpOptions): Promise<void> {
  const { signal, sleep = sleepFor } = options
  if (signal.aborted) return
  const timeframe = await findTimeframe(store)
  if (timeframe === null) return
  const workspace = await store.getWorkspace()
  const now = options.now()
  const context = { now, timezone: workspace?.timezone ?? null }
  const cursors = createSearchCursors()
  const searches: SearchRequest[] = [
    { query: 'thank you', timeframe, limit: 20 },
    { query: 'how do I change my booking', timeframe, limit: 20 },
    { timeframe, limit: 20 },
  ]
  const group = (group_by: NonNullable<SearchRequest['aggregation']>['group_by']) => () =>
    groupSearch(store, { timeframe, aggregation: { group_by, metrics } }, context, 'all_terms')
  const steps: (() => Promise<unknown>)[] = [
    ...searches.map((request) => () => searchConversations(store, request, { ...context, cursors })),
    ...repeat(3, [group('assignee'), group('tag'), group('day'), group('hour')]),
  ]
  for (const step of steps) {
    if (signal.aborted) return
    await step()
    await sleep(pauseMs, signal)
  }
}

const metrics: NonNullable<SearchRequest['aggregation']>['metrics'] = [
  ...(['count', 'avg_response_time', 'median_response_time', 'p90_response_time'] as const),
  ...(['resolution_rate', 'avg_rating'] as const),
]

function repeat<Step>(times: number, steps: Step[]): Step[] {
  return Array.from({ length: times }, () => steps).flat()
}

/** From the day of one of the newest conversations on, in words; null for a store without many. */
async function findTimeframe(store: Store): Promise<string | null> {
  if ((await store.getCounts()).conversations < manyConversations) return null
  const { ids } = await store.searchConversations({
    ...{ query: null, timeframe: null, timeField: 'created_at', filters: {} },
    ...{ sort: 'newest', maxIds: askedAbout },
  })
  const [oldest] = await store.getHits(ids.slice(-1))
  return oldest === undefined ? null : `since ${new Date(oldest.createdAt * 1000).toISOString().slice(0, 10)}`
}
