import { describe, expect, it } from 'vitest'
import type { PendingThread } from '../../src/storage/port'
import { createThreadSource } from '../../src/sync/thread-source'

/** A store in which what has been fetched stays pending: the hits were newer than the threads that came. */
function createStubbornStore(count: number) {
  const pending: PendingThread[] = Array.from({ length: count }, (_, n) => ({
    id: `c${n}`,
    createdAt: 1_000,
    updatedAt: 10_000 - n,
  }))
  let listings = 0
  return {
    listings: () => listings,
    listPendingThreads: async ({ limit }: { limit: number }) => {
      listings += 1
      return pending.slice(0, limit)
    },
  }
}

async function takeAll(source: ReturnType<typeof createThreadSource>): Promise<string[]> {
  const taken: string[] = []
  for (let id = await source.next(); id !== null; id = await source.next()) {
    taken.push(id)
    source.settle(id)
  }
  return taken
}

describe('the source of threads', () => {
  it('gets past any number of threads that are pending still after they were fetched', async () => {
    const store = createStubbornStore(3_500)
    const taken = await takeAll(createThreadSource({ store, updatedSince: null, refetch: [] }))
    expect(new Set(taken).size).toBe(3_500)
    expect(taken).toHaveLength(3_500)
  })

  it('does not list all older ones to find that none is new', async () => {
    const store = createStubbornStore(9_000)
    const taken = await takeAll(createThreadSource({ store, updatedSince: 9_990, refetch: [] }))
    expect(taken).toHaveLength(11)
    expect(store.listings()).toBe(2)
  })
})
