import type { AggregationGroup, AggregationRequest } from './analysis-answers'
import type { OwedReason } from './owed-thread'
import type { SyncProgress } from './sync-run'

/**
 * What a service is asked and what it answers: plain JSON in the words of the MCP tools, the same in this process and
 * over the socket. Times are ISO 8601 in UTC, ids are strings, what is absent is null.
 */

export type RefreshState = 'none' | 'started' | 'running' | 'failed' | 'unavailable'

export interface Freshness {
  as_of: string | null
  age_seconds: number | null
  stale: boolean
  coverage: 'full' | 'partial' | 'none'
  gaps: [string, string][]
  refresh: RefreshState
  refresh_error: { code: 'unauthorised' | 'throttled' | 'offline' | 'server'; message: string } | null
  message: string
}

export interface SearchRequest {
  query?: string
  timeframe?: TimeframeRequest
  time_filter?: TimeframeRequest
  time_field?: 'created_at' | 'updated_at'
  customer_email?: string
  filters?: {
    state?: string[]
    priority?: string | string[]
    assignee_id?: string | string[]
    team_id?: string | string[]
    customer_id?: string
    tags?: string[]
    rating?: number | number[]
    has_rating?: boolean
    waiting?: boolean
  }
  aggregation?: AggregationRequest
  sort?: 'relevance' | 'newest' | 'oldest' | 'longest_waiting'
  limit?: number
  offset?: number
  cursor?: string
  detail?: 'concise' | 'detailed'
  wait_seconds?: number
}

/** Words such as "last week", or dates, or one of the fixed words of earlier clients. */
export type TimeframeRequest = string | { start_date?: string; end_date?: string; relative?: string }

interface PersonRef {
  id: string
  name: string | null
}

/** The optional fields come with `detail: detailed` only. */
export interface Snippet {
  message_id?: string
  author: { type: string; name: string | null }
  created_at?: string
  text: string
}

/** With `detail: concise` what is empty is left out, and the fields below the line too. */
export interface ConversationHit {
  id: string
  created_at: string
  state: string
  title?: string | null
  customer?: { id?: string; name: string | null; email?: string | null } | null
  assignee?: { id?: string; name: string | null } | null
  team?: { id?: string; name: string | null } | null
  tags?: string[]
  rating?: number | null
  message_count: number
  snippets: Snippet[]
  // -----
  url?: string | null
  updated_at?: string
  priority?: string
  score?: number | null
}

export interface SearchAnswer {
  total: number
  returned: number
  next_cursor: string | null
  ranking: 'all_matches' | 'newest_matches' | 'rarest_words'
  matched: 'all_terms' | 'any_term'
  active_older: number | null
  /** The address of each hit in Intercom, with `{id}` for its id (RFC 6570); null while the workspace is unknown. */
  url_template: string | null
  conversations: ConversationHit[]
  /** Present when figures were asked for, on the first page: over everything that matches. */
  groups?: AggregationGroup[]
  freshness: Freshness
}

export interface ConversationRequest {
  conversation_id: string
  include_messages?: boolean
  include_customer?: boolean
  max_messages?: number
  cursor?: string
}

export interface MessageAnswer {
  id: string
  created_at: string
  type: string
  author: { type: string; id: string | null; name: string | null; email: string | null }
  text: string | null
  attachments: { name: string; url: string | null; content_type: string | null; size_bytes: number | null }[]
}

export interface ConversationAnswer {
  conversation: {
    id: string
    url: string | null
    created_at: string
    updated_at: string
    state: string
    priority: string
    title: string | null
    customer: (PersonRef & { email: string | null }) | null
    assignee: PersonRef | null
    team: PersonRef | null
    tags: string[]
    rating: number | null
    message_count: number
    statistics: Record<string, unknown> | null
    custom_attributes: Record<string, unknown>
    messages: MessageAnswer[]
    /** True when older messages are missing because Intercom returns at most 500 parts. */
    truncated: boolean
    /** Cursor for the messages after the ones returned; null when these are the last. */
    next_cursor: string | null
  }
  customer: {
    id: string
    name: string | null
    email: string | null
    created_at: string | null
    signed_up_at: string | null
    last_seen_at: string | null
    custom_attributes: Record<string, unknown>
    tags: string[]
  } | null
  /** `live` when this call fetched it, `opening_only` when the thread could not be fetched. */
  source: 'cache' | 'live' | 'opening_only'
  freshness: Freshness
}

/** What values can be offered of while somebody types; see `SuggestRequest`. */
export type SuggestionKind = 'customer_email' | 'assignee' | 'team' | 'tag' | 'conversation'

export interface SuggestRequest {
  kind: SuggestionKind
  /** What has been typed so far; case is ignored. */
  prefix: string
  /** At most 100, which is also what an absent one means. */
  limit?: number
}

export interface SuggestAnswer {
  /** Those most likely meant first. */
  values: string[]
  /** null when there are more than were counted. */
  total: number | null
  has_more: boolean
}

export interface SyncRequest {
  force?: boolean
  /** Of created_at: fetched whole, however much it is. */
  timeframe?: TimeframeRequest
}

/** What is still to be fetched; `seconds` is null as long as Intercom's rate limit has not been seen. */
export interface SyncEstimate {
  conversations: number
  requests: number
  seconds: number | null
}

export interface SyncStartedAnswer {
  started: boolean
  run_id: string
  /** null until it has been counted; then in the sync status. */
  estimate: SyncEstimate | null
  message: string
  freshness: Freshness
}

export interface ForceSyncRequest {
  /** null: wait until it ends. */
  wait_seconds?: number | null
  /** Days of history to make sure of, counted back from now; absent: incremental, or the configured first sync. */
  days?: number
  /**
   * Days in the workspace's timezone (YYYY-MM-DD), both included, of which every conversation created in them is
   * fetched; the start alone means until now. Not together with `days`.
   */
  start_date?: string
  end_date?: string
  /** Fetch again even what is fresh. */
  force?: boolean
  /** What a turn of the background loop brings: besides what is new, what was asked lately and the days always kept. */
  background_turn?: boolean
}

export interface ForceSyncAnswer {
  success: boolean
  message: string
  conversations: number
  messages: number
  duration_seconds: number
}

/** The last failure, as long as no sync has ended well since. */
interface SyncFailure {
  at: string
  code: string
  message: string
}

export type SyncStatusAnswer = { last_error?: SyncFailure } & (
  | { is_syncing: false }
  | {
      is_syncing: true
      sync_started_at: string
      duration_minutes: number
      /** Hull of what the run reads; null until it has been planned. */
      coverage_dates: { start: string | null; end: string | null }
      progress: Pick<SyncProgress, 'done' | 'total' | 'phase'>
      estimate: SyncEstimate | null
    }
)

/** Dates or times; a bare end date includes that day, without one it is now. */
export interface CoverageRequest {
  start_date: string
  end_date?: string
}

export type CoverageAnswer = {
  has_coverage: boolean
  coverage_gaps: [string, string][]
  reason: string
} & (
  | {
      partial_coverage: boolean
      /** Hull of what is covered. */
      cached_range: { start: string; end: string } | null
      data_age_minutes: number
    }
  // Before the first sync.
  | { partial_coverage?: never; cached_range?: never; data_age_minutes?: never }
)

export type DataInfoAnswer =
  | {
      has_data: true
      last_sync: string
      data_age_minutes: number
      coverage_start: string | null
      coverage_end: string | null
      total_conversations: number
      total_messages: number
      sync_type: string
      database_size_mb: number
    }
  | { has_data: false; message: string }

/**
 * Threads that are not stored as Intercom has them, counted by reason; later syncs ask again, ever more rarely.
 * `uncounted` ones have fewer parts than the conversation's statistics count, which may count otherwise.
 */
export interface IncompleteThreads extends Record<OwedReason, number> {
  /** The first few: failed ones, then short ones, each latest attempt first. */
  shown: {
    conversation_id: string
    reason: OwedReason
    code: string | null
    attempts: number
    tried_at: string
    /** null when only a change of the conversation makes it asked for again. */
    next_at: string | null
    parts_expected: number | null
    parts_stored: number | null
  }[]
}

export interface ServerStatusAnswer {
  version: string
  uptime_seconds: number
  process: {
    /** Whose figures these are: of a door the owner's. */
    pid: number
    role: 'owner' | 'door' | 'read_only'
    /** The process that has the data, also when it does not answer; null when the folder cannot be written. */
    owner_pid: number | null
    owner_since: string | null
    /** Why this process only reads; null for an owner and a door. */
    read_only_reason: string | null
  }
  workspace: { id: string; name: string; timezone: string | null; region: string | null } | null
  counts: { conversations: number; messages: number; contacts: number; threads: number }
  incomplete_threads: IncompleteThreads
  coverage: [string, string][]
  freshness: Freshness
  sync: {
    is_syncing: boolean
    started_at: string | null
    progress: SyncProgress | null
    last_error: { at: string; code: string; message: string } | null
    recent_runs: {
      id: string
      started_at: string
      completed_at: string | null
      status: string
      type: string
      conversations: number
      messages: number
      error: string | null
    }[]
  }
  requests: {
    count: number
    latency_ms: { p50: number; p95: number } | null
    /** Searches and analyses that were answered from kept results, and those that were not. */
    result_cache: { hits: number; misses: number }
  }
  intercom: { rate_limit: number | null; remaining: number | null; requests_sent: number } | null
  store: {
    engine: string
    path: string
    size_mb: number
    journal_mb: number
    /** A damaged file that was set aside, as long as it is there; what it held is fetched anew. */
    recovered: string | null
    /** What a person should know of its state and its limits, each with what to do; mostly empty. */
    warnings: string[]
  }
  memory_mb: number
}
