import { describe, expect, it } from 'vitest'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed } from '../../src/sync/need'
import { createSource } from '../helpers/source-in-memory'
import { createMemoryStore } from '../helpers/store-in-memory'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'

const start = 1_700_000_000
const settings = { initialSyncDays: 30, syncDays: 7, backfillLimit: 100, overlapSeconds: 600 }

/** Syncs a workspace of conversations created at these times; resolves to the pages that each search took. */
async function syncAll(times: readonly number[]) {
  const { api, source } = createSource({ now: start })
  for (const [index, at] of times.entries()) source.create(`c${index}`, at)
  const pagesOfSearches: number[] = []
  const search = api.searchConversations
  api.searchConversations = async function* (window, options) {
    const mine = pagesOfSearches.push(0) - 1
    for await (const page of search(window, options)) {
      pagesOfSearches[mine] = (pagesOfSearches[mine] ?? 0) + 1
      yield page
    }
  }
  const { store, rows } = createMemoryStore()
  const engine = createSyncEngine({ store, api, settings, logger: quietLogger, timers: createTestTimers() })
  const { signal } = new AbortController()
  await engine.run({ id: 'run', need: aNeed(), signal, onProgress: () => {} })
  return { stored: rows.size, pagesOfSearches }
}

const hour = 3_600
const tenDaysAgo = start - 10 * 24 * hour

describe('a day that holds most of a month', () => {
  it('is cut until no search has more than twenty pages', async () => {
    const times = Array.from({ length: 6_000 }, (_, n) => tenDaysAgo + Math.floor((n / 6_000) * hour))
    const { stored, pagesOfSearches } = await syncAll(times)
    expect(stored).toBe(6_000)
    expect(Math.max(...pagesOfSearches)).toBeLessThanOrEqual(20)
  })

  it('is read in one search where all of it happened in one second', async () => {
    const { stored, pagesOfSearches } = await syncAll(Array.from({ length: 3_600 }, () => tenDaysAgo))
    expect(stored).toBe(3_600)
    expect(Math.max(...pagesOfSearches)).toBe(24)
  })
})
