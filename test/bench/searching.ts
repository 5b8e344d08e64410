import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { measureRelevance } from './relevance'
import type { Section } from './rows'
import { measureSearch } from './search-speed'
import { createSearchWorld, openSearchStore } from './search-store'

/** Conversations among which sentences are looked for. */
const relevanceSize = 12_000

const rounds = 11

/** How fast searches are answered, and how well. */
export async function measureSearching(
  { corpus, folder, say }: { corpus: string | null; folder: string; say(line: string): void },
  size: number,
): Promise<Section[]> {
  const withStore = async <Result>(
    count: number,
    measure: (store: Awaited<ReturnType<typeof openSearchStore>>, file: string) => Promise<Result>,
  ): Promise<Result> => {
    const file = join(folder, `search-${count}.db`)
    const store = await openSearchStore(file, await createSearchWorld(count, corpus))
    try {
      return await measure(store, file)
    } finally {
      await store.close()
      rmSync(file, { force: true, maxRetries: 5 })
    }
  }
  say(`Searching ${size.toLocaleString('en')} conversations`)
  const speed = await withStore(size, (store, file) => measureSearch(store, { file, folder, rounds, say }))
  say(`Looking for sentences among ${relevanceSize.toLocaleString('en')} conversations`)
  const world = await createSearchWorld(relevanceSize, corpus)
  return [...speed, await withStore(relevanceSize, (store) => measureRelevance(store, world))]
}
