export type SyncStatus = 'in_progress' | 'completed' | 'failed'
export type SyncType = 'full' | 'incremental' | 'background' | 'migration'

/** One row of `sync_metadata`. Times are epoch seconds. */
export interface SyncRun {
  id: string
  startedAt: number
  completedAt: number | null
  status: SyncStatus
  type: SyncType
  coverageStart: number | null
  coverageEnd: number | null
  /** Conversations and messages that this run stored. */
  conversations: number
  messages: number
  /** Why it failed; of a completed run what Intercom kept from it: threads that failed or came short. */
  errorMessage: string | null
}

export type SyncPhase = 'starting' | 'conversations' | 'threads' | 'finishing'

/** How far a run is. `total` is null until it has been counted; requests are those sent so far. */
export interface SyncProgress {
  phase: SyncPhase
  done: number
  total: number | null
  conversations: number
  messages: number
  requests: number
}
