import type { FetchedConversation } from '../domain/conversation'
import type { SyncState } from '../domain/coverage'
import type { Store, StoredVersion } from '../storage/port'

/** How many of the latest runs are looked at for the beginning of a first sync that never got to its end. */
const recentRuns = 20

/**
 * Threads fetched within the second of their updated_at: another change in the same second would leave updated_at
 * as it is, so the next run fetches them again. One second more, because the API's clock is known to a second only.
 */
export interface Doubts {
  /** Judges a thread by the second in which it was asked for. */
  note(fetched: FetchedConversation, askedAt: number): void
  /**
   * The same for a thread fetched outside of a run. It settles no doubt: what a run fetched before, and has not
   * written yet, will be written over it.
   */
  noteBeside(fetched: FetchedConversation, askedAt: number): void
  /** To be called when a run begins: what an earlier process fetched and doubted is known by its time alone. */
  inherit(store: Pick<Store, 'listSyncRuns'>, state: SyncState): Promise<void>
  /** To be called when a run that has read what is new is over: what was inherited has been fetched again. */
  settleInherited(): void
  /** Whether the stored thread may lack something although its updated_at is the latest. */
  has(id: string, version: StoredVersion | undefined): boolean
}

/** Nothing is doubted yet but what an earlier process may have left. */
export function createDoubts(): Doubts {
  const ids = new Set<string>()
  /** Stored threads of this version or later are doubted; null before it is known. */
  let inheritedSince: number | null = null
  const isDoubtful = ({ conversation }: FetchedConversation, askedAt: number): boolean =>
    conversation.updatedAt >= askedAt - 1
  return {
    note(fetched, askedAt) {
      if (isDoubtful(fetched, askedAt)) ids.add(fetched.conversation.id)
      else ids.delete(fetched.conversation.id)
    },
    noteBeside(fetched, askedAt) {
      if (isDoubtful(fetched, askedAt)) ids.add(fetched.conversation.id)
    },
    async inherit(store, state) {
      inheritedSince ??= (state.asOf ?? (await firstStart(store))) - 1
    },
    settleInherited() {
      inheritedSince = Number.POSITIVE_INFINITY
    },
    has(id, version) {
      const stored = version?.threadUpdatedAt ?? null
      return ids.has(id) || (stored !== null && inheritedSince !== null && stored >= inheritedSince)
    },
  }
}

/** No thread is fetched before the run that stores it; as_of, where there is one, comes before the threads too. */
async function firstStart(store: Pick<Store, 'listSyncRuns'>): Promise<number> {
  const runs = await store.listSyncRuns(recentRuns)
  return runs.length === 0 ? 0 : Math.min(...runs.map(({ startedAt }) => startedAt))
}
