import type { PendingThread, Store } from '../storage/port'

/** Pending threads are listed so many at a time: a first sync may have a hundred thousand. */
const chunkSize = 1_000

export interface ThreadSource {
  /** The next conversation whose thread is to be fetched, newest first; null when there is none left. */
  next(): Promise<string | null>
  /** Says that a thread is stored and no longer pending. */
  settle(id: string): void
  /** The updated_at that a search named for a pending thread; null when it is not known. */
  versionOf(id: string): number | null
}

export interface ThreadSourceOptions {
  store: Pick<Store, 'listPendingThreads'>
  /** Only threads of conversations updated at this second or later; null for all. */
  updatedSince: number | null
  /** Fetched first, whether pending or not. */
  refetch: Iterable<string>
  /** Not handed out, whether pending or not. */
  skip?: ReadonlySet<string>
}

/**
 * Hands out each pending thread once, to any number of takers. The store is asked for the next ones while earlier
 * ones are still under way, so that fetching never runs dry at the end of a chunk.
 */
export function createThreadSource({
  store,
  updatedSince,
  refetch,
  skip = new Set(),
}: ThreadSourceOptions): ThreadSource {
  const ids: string[] = [...refetch].filter((id) => !skip.has(id))
  const handedOut = new Set<string>([...ids, ...skip])
  /** Handed out and still pending in the store, so that they head its list. */
  const unsettled = new Set<string>(handedOut)
  const versions = new Map<string, number>()
  let position = 0
  let exhausted = false
  let refilling: Promise<void> | null = null

  const isWanted = ({ updatedAt }: PendingThread): boolean =>
    updatedSince === null || updatedAt >= updatedSince

  /** A thread that came older than its hit stays pending and heads the list too: then a longer list is asked for. */
  const listFresh = async (): Promise<PendingThread[]> => {
    for (let limit = chunkSize + unsettled.size; ; limit *= 2) {
      const listed = await store.listPendingThreads({ limit })
      const fresh = listed.filter((thread) => isWanted(thread) && !handedOut.has(thread.id))
      const last = listed.at(-1)
      const isAll = last === undefined || listed.length < limit || !isWanted(last)
      if (fresh.length > 0 || isAll) return fresh
    }
  }

  const refill = async (): Promise<void> => {
    const fresh = await listFresh()
    exhausted = fresh.length === 0
    ids.splice(0, position)
    position = 0
    for (const { id, updatedAt } of fresh) {
      ids.push(id)
      versions.set(id, updatedAt)
      handedOut.add(id)
      unsettled.add(id)
    }
  }

  return {
    async next() {
      for (;;) {
        const id = ids[position]
        if (id !== undefined) {
          position += 1
          return id
        }
        if (exhausted) return null
        refilling ??= refill().finally(() => {
          refilling = null
        })
        await refilling
      }
    },
    settle(id) {
      unsettled.delete(id)
      versions.delete(id)
    },
    versionOf: (id) => versions.get(id) ?? null,
  }
}
