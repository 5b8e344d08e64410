import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { measureRelevance } from './relevance'
import type { Section } from './rows'
import { measureSearch } from './search-speed'
import { createSearchWorld, fillSearchFile, openSearchStore } from './search-store'

/** Conversations among which sentences are looked for. */
const relevanceSize = 12_000

const rounds = 11

/** How fast searches are answered, and how well. */
export async function measureSearching(
  { corpus, folder, say }: { corpus: string | null; folder: string; say(line: string): void },
  size: number,
): Promise<Section[]> {
  const inFile = async <Result>(count: number, measure: (file: string) => Promise<Result>) => {
    const file = join(folder, `search-${count}.db`)
    try {
      return await measure(file)
    } finally {
      rmSync(file, { force: true, maxRetries: 5 })
    }
  }
  say(`Searching ${size.toLocaleString('en')} conversations`)
  const speed = await inFile(size, async (file) => {
    await fillSearchFile(file, await createSearchWorld(size, corpus))
    return measureSearch({ file, folder, rounds, say })
  })
  say(`Looking for sentences among ${relevanceSize.toLocaleString('en')} conversations`)
  const found = await inFile(relevanceSize, async (file) => {
    const world = await createSearchWorld(relevanceSize, corpus)
    const store = await openSearchStore(file, world)
    try {
      return await measureRelevance(store, world)
    } finally {
      await store.close()
    }
  })
  return [...speed, found]
}
