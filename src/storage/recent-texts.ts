import type { Dialect } from './dialect'
import type { SqlDriver } from './driver'
import { readThreadTexts, type ThreadTexts } from './text-reads'

/** So many threads are kept: those that a question is ranked by, and a page of other ones. */
const maxThreads = 200

/**
 * Reads the texts of threads and keeps the last ones for as long as nothing changes: those that a question was ranked
 * by are those whose passages are shown next.
 */
export interface RecentTexts {
  read(conversationIds: readonly string[]): Promise<Map<string, ThreadTexts>>
}

/** Nothing is kept before the first read. */
export function createRecentTexts(
  driver: Pick<SqlDriver, 'all' | 'generation'>,
  dialect: Dialect,
): RecentTexts {
  let kept = new Map<string, ThreadTexts>()
  let generation = driver.generation
  return {
    async read(conversationIds) {
      const now = driver.generation
      if (generation !== now) kept = new Map()
      generation = now
      const known = new Map<string, ThreadTexts>()
      for (const id of conversationIds) {
        const texts = kept.get(id)
        if (texts !== undefined) known.set(id, texts)
      }
      const missing = conversationIds.filter((id) => !known.has(id))
      const read = await readThreadTexts(driver, dialect, missing)
      for (const [id, texts] of read) known.set(id, texts)
      // What was read on either side of a change may be of two versions; what is more than the bound is not kept at all.
      if (driver.generation === now && generation === now && read.size <= maxThreads) {
        if (kept.size + read.size > maxThreads) kept = new Map()
        for (const [id, texts] of read) kept.set(id, texts)
      }
      return known
    },
  }
}
