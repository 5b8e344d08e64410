import type { Freshness } from '../domain/answers'
import type { SyncState, TimeField } from '../domain/coverage'
import type { Timeframe } from '../domain/timeframe'
import { composeFreshness, judgeFreshness, toRefreshError } from '../queries/freshness'
import type { Store } from '../storage/port'
import type { RefreshTicket } from '../sync/refresh-ticket'
import type { Scheduler } from '../sync/scheduler'

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
  const { store, scheduler, now, maxSyncAgeMinutes, backfillLimit, readOnly } = options
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
        matches,
        readOnly,
        notes: [...notes, ...beyondLimitNotes(ticket.beyondLimit), ...(await firstNotes(store, state))],
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

function beyondLimitNotes(count: number | null): string[] {
  if (count === null) return []
  return [
    `About ${count} more conversations of the timeframe are too many for a question to fetch: sync_conversations or "npx fast-intercom-mcp sync --days N" does.`,
  ]
}
