import type { Freshness } from '../domain/answers'
import type { TimeField } from '../domain/coverage'
import { type AppError, ConfigurationError } from '../domain/errors'
import type { Timeframe } from '../domain/timeframe'
import { composeFreshness, judgeFreshness, toRefreshError } from '../queries/freshness'
import type { Store } from '../storage/port'
import type { RefreshTicket, Scheduler } from '../sync/scheduler'

/** What an answer is about. */
interface Ground {
  /** null: everything stored. */
  timeframe: Timeframe | null
  timeField: TimeField
}

export interface FreshnessJudge {
  /** Asks for what is stale or missing behind a ground to be fetched, and returns at once. */
  refresh(ground: Ground): Promise<RefreshTicket>
  /** States how old and how complete the data behind a ground is, with what came of the refresh. */
  state(
    ground: Ground,
    ticket: RefreshTicket,
    about?: { matches?: number; notes?: readonly string[] },
  ): Promise<Freshness>
}

export interface FreshnessJudgeOptions {
  store: Store
  /** null when this process only reads. */
  scheduler: Scheduler | null
  /** Epoch seconds on the API's clock. */
  now: () => number
  maxSyncAgeMinutes: number
  /** Why nothing can be fetched; null when it can, or when this process only reads. */
  problem: AppError | null
}

const unavailable: RefreshTicket = {
  refresh: 'unavailable',
  error: null,
  beyondLimit: null,
  done: Promise.resolve(),
}

/** Joins what the store says of itself with what the scheduler does about it. */
export function createFreshnessJudge(options: FreshnessJudgeOptions): FreshnessJudge {
  const { store, scheduler, now, maxSyncAgeMinutes, problem } = options
  return {
    refresh: async (ground) => (await scheduler?.refresh(ground)) ?? unavailable,
    async state({ timeframe, timeField }, ticket, { matches, notes = [] } = {}) {
      const [state, workspace] = await Promise.all([store.getSyncState(), store.getWorkspace()])
      const bounds = { now: now(), workspaceCreatedAt: workspace?.createdAt ?? null }
      const judgement = judgeFreshness(state, timeframe, timeField, {
        ...bounds,
        maxAgeMinutes: maxSyncAgeMinutes,
      })
      // Without a timeframe history is never fetched by a question, so its gaps ask for nothing.
      const isNeeded = judgement.stale || (timeframe !== null && judgement.coverage !== 'full')
      const isIdle = ticket.refresh === 'unavailable' && !isNeeded
      const error =
        ticket.error ?? (ticket.refresh === 'unavailable' && scheduler ? (problem ?? noToken) : null)
      return composeFreshness(judgement, {
        refresh: isIdle ? 'none' : ticket.refresh,
        refresh_error: isIdle ? null : toRefreshError(error),
        matches,
        notes: [...notes, ...beyondLimitNotes(ticket.beyondLimit)],
      })
    },
  }
}

const noToken = new ConfigurationError('There is no Intercom access token.', {
  hint: 'Run "fast-intercom-mcp init", or set INTERCOM_ACCESS_TOKEN.',
})

function beyondLimitNotes(count: number | null): string[] {
  if (count === null) return []
  return [
    `About ${count} more conversations of the timeframe are too many for a question to fetch: sync_conversations or "fast-intercom-mcp sync --days N" does.`,
  ]
}
