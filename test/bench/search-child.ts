import { createHash } from 'node:crypto'
import type { SearchRequest } from '../../src/domain/answers'
import { searchConversations } from '../../src/queries/search'
import { createSearchCursors } from '../../src/queries/search-cursors'
import { planSearch } from '../../src/queries/search-plan'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { anyTermQuery } from '../../src/text/query-parser'
import { type EngineAnswer, serveQuestions } from './search-engine'
import { ownLock, searchNow } from './search-store'

/** A process that answers searches with the program itself; its argument is the store's file. */
const { store } = await openSqljsStore({ path: process.argv[2] ?? '', lock: ownLock })

serveQuestions(async ({ request, hashed }): Promise<EngineAnswer> => {
  const startedMs = performance.now()
  const context = { now: searchNow, timezone: null, cursors: createSearchCursors() }
  const { total } = await searchConversations(store, request, context)
  const ms = performance.now() - startedMs
  return { ms, total, hash: hashed ? await hashMatches(request) : null }
})

/** Of the ids of all matches, sorted. */
async function hashMatches(request: SearchRequest): Promise<string> {
  const { parsed, timeframe, timeField, filters } = await planSearch(store, request, {
    now: searchNow,
    timezone: null,
  })
  const search = { timeframe, timeField, filters, sort: 'newest', maxIds: 1_000_000 } as const
  const strict = await store.searchConversations({ ...search, query: parsed?.query ?? null })
  const loose = parsed && strict.total === 0 ? anyTermQuery(parsed) : null
  const { ids } = loose ? await store.searchConversations({ ...search, query: loose }) : strict
  return createHash('sha256').update(ids.toSorted().join('\n')).digest('hex')
}
