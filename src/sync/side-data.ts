import type { Tombstone } from '../domain/conversation'
import { IntercomApiError, type IntercomErrorKind } from '../domain/errors'
import type { StoreChange } from '../storage/port'
import type { RunContext } from './run-context'

const namesMaxAgeMs = 60 * 60 * 1000
/** A refusal may be a passing one (a permission that was just changed), so it is not believed for ever. */
const refusalHoldsMs = 10 * 60 * 1000
const firstLookSeconds = 7 * 86_400
/** What a token or an API version may not be allowed to read, without the conversations being worth less. */
const refusedKinds: ReadonlySet<IntercomErrorKind> = new Set([
  'missing_scope',
  'plan',
  'not_found',
  'bad_request',
])

/** What may concern one list alone: the next run asks for it again. */
const failedKinds: ReadonlySet<IntercomErrorKind> = new Set(['server', 'not_json'])

export interface SideData {
  /**
   * Names of admins, teams and tags, and whether the token may read tickets: at most once an hour when all of the
   * names could be read.
   */
  refreshNames(context: RunContext): Promise<void>
  /**
   * Removes stored conversations that were deleted at `since` or later, or since the list was last read. Where it is
   * refused, it is asked for every ten minutes; when it fails, by the next run. Its first reading goes back a week
   * further, because what earlier processes could not read of it is not known.
   */
  pollDeleted(context: RunContext, since: number): Promise<void>
}

/** What a run fetches besides conversations; remembers between runs what need not be asked again. */
export function createSideData(): SideData {
  let namesAtMs: number | null = null
  let refusedAtMs: number | null = null
  /** From when on deletions are unknown, because the list could not be read; null before the first attempt. */
  let unknownSince: number | null = null
  return {
    async refreshNames(context) {
      const now = context.timers.nowMs()
      if (namesAtMs !== null && Math.abs(now - namesAtMs) < namesMaxAgeMs) return
      const { change, isWhole } = await fetchNames(context)
      await context.store.apply(change)
      if (isWhole) namesAtMs = now
    },
    async pollDeleted(context, since) {
      const atMs = context.timers.nowMs()
      if (refusedAtMs !== null && Math.abs(atMs - refusedAtMs) < refusalHoldsMs) return
      unknownSince = Math.min(since, unknownSince ?? since - firstLookSeconds)
      try {
        await removeDeleted(context, unknownSince)
        refusedAtMs = null
        unknownSince = Number.POSITIVE_INFINITY
      } catch (error) {
        // Not worth the freshness of everything else: an unread list only leaves too much stored for a while.
        if (isOfKind(error, failedKinds)) {
          context.logger.warn('Deleted conversations could not be read', { code: error.code })
          return
        }
        if (!isOfKind(error, refusedKinds)) throw error
        refusedAtMs = atMs
        context.logger.debug('Deleted conversations are not listed by this API version', { code: error.code })
      }
    },
  }
}

/** Without the lists that are refused or fail; when all of them fail it is the API that does. */
async function fetchNames({
  api,
  logger,
  signal,
}: RunContext): Promise<{ change: StoreChange; isWhole: boolean }> {
  const failures: unknown[] = []
  const ifPossible = async <Named>(what: string, list: () => Promise<Named[]>): Promise<Named[]> => {
    try {
      return await list()
    } catch (error) {
      if (isOfKind(error, failedKinds)) failures.push(error)
      else if (!isOfKind(error, refusedKinds)) throw error
      logger.warn(`Names of ${what} could not be read`, { code: error.code })
      return []
    }
  }
  const [admins, teams, tags] = await Promise.all([
    ifPossible('admins', () => api.listAdmins({ signal })),
    ifPossible('teams', () => api.listTeams({ signal })),
    ifPossible('tags', () => api.listTags({ signal })),
    api.checkTicketPermission({ signal }),
  ])
  if (failures.length === 3) throw failures[0]
  return { change: { admins, teams, tags }, isWhole: failures.length === 0 }
}

async function removeDeleted({ api, store, logger, signal }: RunContext, since: number): Promise<void> {
  let isSorted = true
  let last = Number.POSITIVE_INFINITY
  for await (const page of api.listDeleted({ signal })) {
    const recent = page.filter(({ deletedAt }) => deletedAt >= since)
    const stored = await store.getVersions(recent.map(({ conversationId }) => conversationId))
    const tombstones: Tombstone[] = recent.filter(({ conversationId }) => stored.has(conversationId))
    if (tombstones.length > 0) await store.apply({ tombstones })
    const wasSorted = isSorted
    for (const { deletedAt } of page) {
      isSorted &&= deletedAt <= last
      last = deletedAt
    }
    if (wasSorted && !isSorted)
      logger.warn('The list of deleted conversations is not sorted; all of it is read')
    // Latest first: after an older one nothing newer follows.
    if (isSorted && recent.length < page.length) return
  }
}

/** Whether Intercom refuses this question for good, while the conversations are worth no less. */
export function isRefusedByIntercom(error: unknown): error is IntercomApiError {
  return isOfKind(error, refusedKinds)
}

function isOfKind(error: unknown, kinds: ReadonlySet<IntercomErrorKind>): error is IntercomApiError {
  return error instanceof IntercomApiError && kinds.has(error.kind)
}
