import type { AnalysisAnswer, AnalysisRequest } from '../domain/analysis-answers'
import type {
  ConversationAnswer,
  ConversationRequest,
  CoverageAnswer,
  CoverageRequest,
  DataInfoAnswer,
  ForceSyncAnswer,
  ForceSyncRequest,
  SearchAnswer,
  SearchRequest,
  ServerStatusAnswer,
  SuggestAnswer,
  SuggestRequest,
  SyncRequest,
  SyncStartedAnswer,
  SyncStatusAnswer,
} from '../domain/answers'
import type { SyncProgress } from '../domain/sync-run'
import type { IntegrityAnswer, VerifyAnswer, VerifyRequest } from '../domain/verification'

/**
 * The one typed interface that every door (MCP, terminal, local socket, later HTTP) calls. Requests and answers are
 * plain JSON in the words of the MCP tools, so that the same call works in this process and over the socket. Times
 * are ISO 8601 in UTC, ids are strings, what is absent is null. Rejections are AppErrors.
 */
export interface Service {
  searchConversations(request: SearchRequest, call?: CallOptions): Promise<SearchAnswer>
  /** Figures over all conversations of a time. */
  analyzeConversations(request: AnalysisRequest, call?: CallOptions): Promise<AnalysisAnswer>
  getConversation(request: ConversationRequest, call?: CallOptions): Promise<ConversationAnswer>
  /** Names, addresses or ids that begin with what was typed, out of the store alone and at once: nothing is refreshed. */
  suggest(request: SuggestRequest, call?: CallOptions): Promise<SuggestAnswer>
  /** Starts or joins a sync run and returns at once. */
  syncConversations(request: SyncRequest, call?: CallOptions): Promise<SyncStartedAnswer>
  /** Runs a sync now and waits for it at most `wait_seconds` (null: until it ends). Aborting the call ends the waiting and the run it started. */
  forceSync(request: ForceSyncRequest, call?: CallOptions): Promise<ForceSyncAnswer>
  /** How far the sync under way is; without one, what the last failed with. */
  getSyncStatus(request: Record<string, never>, call?: CallOptions): Promise<SyncStatusAnswer>
  /** Whether what was created between two dates is stored. Fetches nothing. */
  checkCoverage(request: CoverageRequest, call?: CallOptions): Promise<CoverageAnswer>
  getDataInfo(request: Record<string, never>, call?: CallOptions): Promise<DataInfoAnswer>
  getServerStatus(request: Record<string, never>, call?: CallOptions): Promise<ServerStatusAnswer>
  /** Brings data.db up to date, or writes a copy to the absolute path `file`. */
  writeSnapshot(
    request: { file: string | null },
    call?: CallOptions,
  ): Promise<{ path: string; bytes: number }>
  /** Looks for damage inside the store. Changes nothing. */
  checkIntegrity(request: Record<string, never>, call?: CallOptions): Promise<IntegrityAnswer>
  /** Compares a sample of what is stored with Intercom, field by field. Changes nothing. */
  verifySample(request: VerifyRequest, call?: CallOptions): Promise<VerifyAnswer>
}

export interface CallOptions {
  signal?: AbortSignal
  onProgress?: (progress: SyncProgress) => void
  /** When the caller takes data for stale; by default the setting of the process that has the data. */
  maxSyncAgeMinutes?: number
  /** Most conversations that the call alone may cause to be fetched; by default as set there too. */
  backfillLimit?: number
}
