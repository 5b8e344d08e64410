import type { SyncState } from '../domain/coverage'
import { IntercomApiError } from '../domain/errors'
import type { IntercomApi } from '../intercom/api'
import type { Store } from '../storage/port'
import { settleSeconds } from './verify-intervals'

export interface LateDeletions {
  /** Deleted at Intercom after the last sync could know of it. */
  ids: ReadonlySet<string>
  /** When those of them were created that are still stored. */
  storedAt: readonly number[]
}

/** Sixty deletions are on a page; a workspace that is being emptied need not be followed to its end. */
const mostPages = 20

/**
 * What Intercom lists as deleted since shortly before the last sync. Nothing where this token or API version may not
 * read the list: then a conversation that is gone is only known to be gone.
 */
export async function listLateDeletions(sources: {
  store: Store
  api: Pick<IntercomApi, 'listDeleted'>
  state: SyncState
  signal: AbortSignal
}): Promise<LateDeletions> {
  const { store, api, state, signal } = sources
  if (state.asOf === null) return { ids: new Set(), storedAt: [] }
  const since = state.asOf - settleSeconds
  const ids = new Set<string>()
  try {
    let pages = 0
    for await (const page of api.listDeleted({ signal })) {
      const late = page.filter(({ deletedAt }) => deletedAt >= since)
      for (const { conversationId } of late) ids.add(conversationId)
      pages += 1
      // Latest first: after an older one nothing newer follows.
      if (late.length < page.length || pages >= mostPages) break
    }
  } catch (error) {
    if (!(error instanceof IntercomApiError) || !mayBeRefused.has(error.kind)) throw error
  }
  const stored = await store.getConversations([...ids])
  return { ids, storedAt: stored.map(({ createdAt }) => createdAt) }
}

const mayBeRefused = new Set(['missing_scope', 'plan', 'not_found', 'bad_request'])
