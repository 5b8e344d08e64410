import type { Tombstone } from '../domain/conversation'
import { IntercomApiError, type IntercomErrorKind } from '../domain/errors'
import type { StoreChange } from '../storage/port'
import type { RunContext } from './run-context'

const namesMaxAgeMs = 60 * 60 * 1000
/** What a token or an API version may not be allowed to read, without the conversations being worth less. */
const refusedKinds: ReadonlySet<IntercomErrorKind> = new Set([
  'missing_scope',
  'plan',
  'not_found',
  'bad_request',
])

export interface SideData {
  /** Names of admins, teams and tags, at most once an hour. */
  refreshNames(context: RunContext): Promise<void>
  /** Removes stored conversations that were deleted at `since` or later. */
  pollDeleted(context: RunContext, since: number): Promise<void>
}

/** What a run fetches besides conversations; remembers between runs what need not be asked again. */
export function createSideData(): SideData {
  let namesAtMs: number | null = null
  let deletedIsOffered = true
  return {
    async refreshNames(context) {
      const now = context.timers.nowMs()
      if (namesAtMs !== null && Math.abs(now - namesAtMs) < namesMaxAgeMs) return
      const change = await fetchNames(context)
      await context.store.apply(change)
      namesAtMs = now
    },
    async pollDeleted(context, since) {
      if (!deletedIsOffered) return
      try {
        await removeDeleted(context, since)
      } catch (error) {
        if (!isRefused(error)) throw error
        deletedIsOffered = false
        context.logger.debug('Deleted conversations are not listed by this API version', { code: error.code })
      }
    },
  }
}

async function fetchNames({ api, logger, signal }: RunContext): Promise<StoreChange> {
  const unlessRefused = async <Named>(what: string, list: () => Promise<Named[]>): Promise<Named[]> => {
    try {
      return await list()
    } catch (error) {
      if (!isRefused(error)) throw error
      logger.warn(`Names of ${what} could not be read`, { code: error.code })
      return []
    }
  }
  const [admins, teams, tags] = await Promise.all([
    unlessRefused('admins', () => api.listAdmins({ signal })),
    unlessRefused('teams', () => api.listTeams({ signal })),
    unlessRefused('tags', () => api.listTags({ signal })),
  ])
  return { admins, teams, tags }
}

async function removeDeleted({ api, store, signal }: RunContext, since: number): Promise<void> {
  for await (const page of api.listDeleted({ signal })) {
    const recent = page.filter(({ deletedAt }) => deletedAt >= since)
    const stored = await store.getVersions(recent.map(({ conversationId }) => conversationId))
    const tombstones: Tombstone[] = recent.filter(({ conversationId }) => stored.has(conversationId))
    if (tombstones.length > 0) await store.apply({ tombstones })
    // Latest first: after an older one nothing newer follows.
    if (recent.length < page.length) return
  }
}

function isRefused(error: unknown): error is IntercomApiError {
  return error instanceof IntercomApiError && refusedKinds.has(error.kind)
}
