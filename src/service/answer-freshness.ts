import type { Freshness } from '../domain/answers'
import type { SyncState, TimeField } from '../domain/coverage'
import { describeEstimate, estimateFetch } from '../domain/sync-estimate'
import type { Timeframe } from '../domain/timeframe'
import { composeFreshness, judgeFreshness, toRefreshError } from '../queries/freshness'
import type { Store } from '../storage/port'
import type { RefreshTicket } from '../sync/refresh-ticket'
import type { Scheduler } from '../sync/scheduler'
import { toLocalDays } from '../text/iso-dates'

/** What an answer is about. */
interface Ground {
  /** null: everything stored. */
  timeframe: Timeframe | null
  timeField: TimeField
}

export interface FreshnessJudge {
  /** Asks for what is stale or missing behind a ground to be fetched, and returns at once. */
  refresh(ground: Ground): Promise<RefreshTicket>
  /** What the store knows of itself: to be read before the rows that an answer then speaks of. */
  known(): Promise<SyncState>
  /**
   * States how old and how complete the data behind a ground is, with what came of the refresh. `known` is from
   * before the rows were read, lest an answer take credit for a sync that ended after that; absent: as of now.
   */
  state(
    ground: Ground,
    ticket: RefreshTicket,
    about?: { known?: SyncState; matches?: number; notes?: readonly string[] },
  ): Promise<Freshness>
}

export interface FreshnessJudgeOptions {
  store: Store
  /** null when this process only reads. */
  scheduler: Scheduler | null
  /** Epoch seconds on the API's clock. */
  now: () => number
  maxSyncAgeMinutes: number
  /** Most conversations that the answer alone may cause to be fetched; absent: as the scheduler is set. */
  backfillLimit?: number
  /** Requests that Intercom allows in a window, as last seen; null before any answer. */
  rateLimit: () => number | null
  /** Why nothing is refreshed by this process, which only reads. */
  readOnly?: string
}

const unavailable: RefreshTicket = {
  refresh: 'unavailable',
  error: null,
  beyondLimit: null,
  done: Promise.resolve(),
}

/** Joins what the store says of itself with what the scheduler does about it. */
export function createFreshnessJudge(options: FreshnessJudgeOptions): FreshnessJudge {
  const { store, scheduler, now, maxSyncAgeMinutes, backfillLimit, rateLimit, readOnly } = options
  const callers = { maxSyncAgeMinutes, backfillLimit }
  return {
    refresh: async (ground) => (await scheduler?.refresh({ ...ground, ...callers })) ?? unavailable,
    known: () => store.getSyncState(),
    async state({ timeframe, timeField }, ticket, { known, matches, notes = [] } = {}) {
      const [state, workspace] = await Promise.all([known ?? store.getSyncState(), store.getWorkspace()])
      const bounds = { now: now(), workspaceCreatedAt: workspace?.createdAt ?? null }
      const judgement = judgeFreshness(state, timeframe, timeField, {
        ...bounds,
        maxAgeMinutes: maxSyncAgeMinutes,
      })
      // Without a timeframe history is never fetched by a question, so its gaps ask for nothing.
      const isNeeded = judgement.stale || (timeframe !== null && judgement.coverage !== 'full')
      const isIdle = ticket.refresh === 'unavailable' && !isNeeded
      return composeFreshness(judgement, {
        refresh: isIdle ? 'none' : ticket.refresh,
        refresh_error: isIdle ? null : toRefreshError(ticket.error),
        wholeHistory: timeframe === null,
        timezone: workspace?.timezone ?? null,
        matches,
        readOnly,
        notes: [
          ...notes,
          ...beyondLimitNotes(ticket.beyondLimit, {
            ...{ timeframe, timeField, now: bounds.now },
            ...{ timezone: workspace?.timezone ?? null, rateLimit: rateLimit() },
          }),
          ...(await firstNotes(store, state)),
        ],
      })
    },
  }
}

/** A first answer has nothing to show, so it says what became of data that was there before. */
async function firstNotes(store: Store, { asOf }: SyncState): Promise<string[]> {
  if (asOf !== null) return []
  const { warnings, damagedFile } = await store.describe()
  if (damagedFile === null) return warnings
  return [`A damaged file was set aside as ${damagedFile}; its data is fetched anew.`, ...warnings]
}

/** What fetching the rest would take, and what does it. */
function beyondLimitNotes(
  conversations: number | null,
  ground: Ground & { now: number; timezone: string | null; rateLimit: number | null },
): string[] {
  const { timeframe, timeField, now, timezone, rateLimit } = ground
  if (conversations === null || timeframe === null) return []
  const rest = describeEstimate(estimateFetch(conversations, rateLimit))
  const tooMany = `The rest of the timeframe is too much for a question to fetch: ${rest}.`
  if (timeField === 'updated_at') {
    // An order of dates is by created_at; only a run that reaches back without a break can vouch for updates.
    const days = Math.ceil((now - timeframe.start) / 86_400)
    return [`${tooMany} "npx fast-intercom-mcp sync --days ${days} --force" fetches it.`]
  }
  const { start_date: first, end_date: last } = toLocalDays(timeframe, timezone)
  const command = `npx fast-intercom-mcp sync --start-date ${first} --end-date ${last}`
  return [`${tooMany} sync_conversations with timeframe "${first} to ${last}" fetches it, or "${command}".`]
}
