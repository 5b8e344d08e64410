import { LRUCache } from 'lru-cache'
import type { Store } from '../../storage/port'

/** More than one workspace's year; a few hundred bytes each with their key. */
const keptConversations = 60_000

/** Threads read at once: some 20 ms, after which other calls have their turn. */
const batchSize = 50

interface Kept<Found> {
  version: string
  found: Found
}

export interface TextFinder<Found> {
  /** What the customer wrote in each conversation, oldest first. */
  readTexts(ids: readonly string[]): Promise<Map<string, string[]>>
  /** Pure: the same texts always give the same. */
  find(texts: string[]): Found
}

/**
 * Finds something in what customers wrote and keeps it in memory. A conversation is read anew when another version of
 * it is stored; versions are looked up once per change of the store. Those that are not stored are left out.
 */
export function keepByVersion<Found>(
  store: Pick<Store, 'getVersions' | 'generation'>,
  { readTexts, find }: TextFinder<Found>,
): (ids: readonly string[]) => Promise<Map<string, Found>> {
  const kept = new LRUCache<string, Kept<Found>>({ max: keptConversations })
  let versions = { generation: store.generation, byId: new Map<string, string>() }

  async function readVersions(ids: readonly string[]): Promise<Map<string, string>> {
    const { generation } = store
    if (versions.generation !== generation) versions = { generation, byId: new Map() }
    const { byId } = versions
    const unknown = ids.filter((id) => !byId.has(id))
    if (unknown.length === 0) return byId
    for (const [id, { updatedAt, threadUpdatedAt }] of await store.getVersions(unknown)) {
      byId.set(id, `${updatedAt} ${threadUpdatedAt}`)
    }
    return byId
  }

  return async (ids) => {
    const byId = await readVersions(ids)
    const all = new Map<string, Found>()
    const missing: string[] = []
    for (const id of ids) {
      const version = byId.get(id)
      const known = kept.get(id)
      if (version !== undefined && known?.version === version) all.set(id, known.found)
      else if (version !== undefined) missing.push(id)
    }
    for (let from = 0; from < missing.length; from += batchSize) {
      for (const [id, texts] of await readTexts(missing.slice(from, from + batchSize))) {
        const found = find(texts)
        all.set(id, found)
        kept.set(id, { version: byId.get(id) ?? '', found })
      }
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return all
  }
}

/** One source for each store, the same one as long as the store lives, so that what it keeps is there at the next call. */
export function onePerStore<Held extends object, Source>(
  create: (store: Held) => Source,
): (store: Held) => Source {
  const sources = new WeakMap<Held, Source>()
  return (store) => {
    const known = sources.get(store)
    if (known) return known
    const source = create(store)
    sources.set(store, source)
    return source
  }
}
