import type {
  Admin,
  Contact,
  FetchedConversation,
  Tag,
  Team,
  Tombstone,
  Workspace,
} from '../domain/conversation'
import type { TimeField } from '../domain/coverage'
import type { Timeframe } from '../domain/timeframe'

/**
 * What the sync needs of Intercom, already in the words of `domain/`. Every method rejects with IntercomApiError
 * after its own retries, or with the signal's reason as soon as that aborts. Nothing here writes to a workspace.
 */
export interface IntercomApi {
  /** Checks the token and names the workspace. */
  fetchMe(options?: RequestOptions): Promise<Me>

  /**
   * Pages of hits whose `field` lies in the half-open timeframe, sorted by it. The generator ends after the last
   * page, and also when a cursor repeats.
   */
  searchConversations(window: SearchWindow, options?: RequestOptions): AsyncGenerator<SearchPage>

  /** Pages of conversations that are open or snoozed now, whatever their age. Ends as `searchConversations` does. */
  searchOpenConversations(options?: RequestOptions): AsyncGenerator<SearchPage>

  /** Number of conversations in a window: one request of one row. */
  countConversations(
    window: Pick<SearchWindow, 'timeframe' | 'field'>,
    options?: RequestOptions,
  ): Promise<number>

  /** The whole thread. Rejects with kind `not_found` when it was deleted. */
  fetchConversation(id: string, options?: RequestOptions): Promise<FetchedConversation>

  /** Deleted conversations, latest first, a page at a time. */
  listDeleted(options?: RequestOptions): AsyncGenerator<Tombstone[]>

  /** One contact; a merged one resolves to the contact it was merged into. */
  fetchContact(id: string, options?: RequestOptions): Promise<Contact>
  /** Those of `ids` that exist, in batches; merged and deleted ones are left out. */
  fetchContacts(ids: readonly string[], options?: RequestOptions): Promise<Contact[]>

  listAdmins(options?: RequestOptions): Promise<Admin[]>
  listTeams(options?: RequestOptions): Promise<Team[]>
  listTags(options?: RequestOptions): Promise<Tag[]>

  /**
   * Finds out whether the token may read tickets: without that permission no request fails, but conversations that
   * are tickets are left out of every search. Told by `missingPermissions`.
   */
  checkTicketPermission(options?: RequestOptions): Promise<void>

  /** Permissions that the token was found to lack and that conversations are missing for, in Intercom's words. */
  missingPermissions(): readonly string[]

  /** Epoch seconds on the API's clock (its `Date` header carried forward), the local clock before any answer. */
  now(): number

  /** What the rate-limit headers last said; null before any answer. */
  rateLimit(): RateLimit | null

  /** Requests sent since creation, retries included, and those answered 429. */
  requestCounts(): { sent: number; rateLimited: number }
}

export interface RequestOptions {
  signal?: AbortSignal
  /** Somebody waits for this one: it goes before the requests of a sync that wait for the rate limit. */
  urgent?: boolean
}

export interface Me {
  adminName: string | null
  workspace: Workspace
}

export interface SearchWindow {
  timeframe: Timeframe
  field: TimeField
  order: 'ascending' | 'descending'
  /** 1 to 150. */
  pageSize: number
}

export interface SearchPage {
  conversations: FetchedConversation[]
  /** Hits that came and are not among `conversations`: outside of the window by a second, or unreadable. */
  leftOut: number
  /** Intercom's count for the whole window, recomputed on every page: good for progress, never for deciding when to stop. */
  total: number
  /** Whether Intercom names a page after this one. The last page of a search that had to be broken off says so. */
  goesOn: boolean
}

export interface RateLimit {
  limit: number
  remaining: number
  /** Epoch seconds at which the window of `limit` starts anew. */
  resetAt: number
}
