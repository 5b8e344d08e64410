import type {
  Admin,
  Contact,
  Conversation,
  ConversationState,
  FetchedConversation,
  Message,
  Priority,
  Tag,
  Team,
  Tombstone,
  Workspace,
} from '../domain/conversation'
import type { SyncState, TimeField } from '../domain/coverage'
import type { OwedThread } from '../domain/owed-thread'
import type { SyncRun } from '../domain/sync-run'
import type { Timeframe } from '../domain/timeframe'
import type { SearchQuery } from '../text/search-query'
import type { SentimentScores } from '../text/text-figures'
import type { TermCodes } from '../text/topic-terms'

/**
 * The contract of every storage engine. All methods reject with StorageError when the engine fails. Reads see whole
 * changes only, never half of one, and may run while a change is being applied.
 */
export interface Store {
  /**
   * Applies everything in `change` together or not at all. When the promise resolves the change is durable: it
   * survives `kill -9` at any later moment. Repeating a change is harmless. Changes are applied one at a time, in
   * the order of the calls.
   */
  apply(change: StoreChange): Promise<AppliedChange>

  /** The workspace whose data this is, or null for a new store. */
  getWorkspace(): Promise<Workspace | null>

  /** Keyed hash of the last token that Intercom accepted for this workspace; null before any. */
  getTokenHash(): Promise<string | null>

  /** What is covered and how fresh; `emptySyncState` for a new store. */
  getSyncState(): Promise<SyncState>

  /** The newest runs, latest start first. */
  listSyncRuns(limit: number): Promise<SyncRun[]>

  /** Every thread that is owed, latest attempt first, ties by id. */
  listOwedThreads(): Promise<OwedThread[]>

  /** Number of rows; a message counts when it has text. Deleted conversations do not count. */
  getCounts(): Promise<StoreCounts>

  /**
   * For those of `ids` that are stored: the version of the row and of its thread. `threadUpdatedAt` is the
   * conversation's updated_at when its thread was last stored, null when only a search hit has been.
   */
  getVersions(ids: readonly string[]): Promise<Map<string, StoredVersion>>

  /** Conversations whose thread is missing or older than their row, newest updated_at first. */
  listPendingThreads(request: { limit: number; timeframe?: Timeframe }): Promise<PendingThread[]>

  /** Number of conversations that `listPendingThreads` would return without a limit. */
  countPendingThreads(timeframe?: Timeframe): Promise<number>

  /**
   * Conversations that match, best first as `sort` says, ids up to `maxIds`; `total` is exact whatever `maxIds` is.
   * An empty query matches everything; with `relevance` and no query the order is newest first.
   */
  searchConversations(search: StoreSearch): Promise<StoreSearchResult>

  /**
   * How many conversations that match were created before the timeframe, yet active in it: updated in it, or with
   * a message in it.
   */
  countActiveOlder(search: ActiveOlderSearch): Promise<number>

  /**
   * The named figures of every conversation that matches, a column of each, all in the same order. Ask for few: each
   * takes some milliseconds of 40,000 conversations. Texts that have not been judged yet (of a large change, or by
   * other rules) are judged for `sentiment` and `terms`, which then take longer.
   */
  listFigures<Name extends FigureName>(
    conditions: FigureConditions,
    names: readonly Name[],
  ): Promise<Pick<Figures, Name>>

  /** What a line of a list shows of each conversation, in the order of `ids`; those not stored are left out. */
  getHits(ids: readonly string[]): Promise<StoredHit[]>

  /**
   * Of each conversation the messages that `pick` chooses, in its order: it is given the texts of those with text,
   * oldest first, and returns their places among them. It may be called more than once for a conversation.
   */
  pickMessages(
    conversationIds: readonly string[],
    pick: (texts: readonly string[]) => number[],
  ): Promise<Map<string, SpokenText[]>>

  /** In the order of `ids`; those not stored are left out. */
  getConversations(ids: readonly string[]): Promise<StoredConversation[]>

  /** The messages with text of each conversation, oldest first, with no more than who said it and when. */
  getTexts(conversationIds: readonly string[]): Promise<Map<string, SpokenText[]>>

  /** Messages of each conversation, oldest first, events without text included. */
  getMessages(conversationIds: readonly string[]): Promise<Map<string, Message[]>>

  /** Null when unknown. The id of a merged contact finds the one that it was merged into. */
  getContact(id: string): Promise<Contact | null>

  /**
   * Addresses (in lower case, each once) that begin with `prefix`, case ignored, at most `limit`: those of the
   * conversations updated last come first, then the others in their order. Quick however much is stored.
   */
  listCustomerEmails(request: PrefixRequest): Promise<string[]>

  /** Ids of conversations that begin with `prefix`, in the order and with the promise of `listCustomerEmails`. */
  listConversationIds(request: PrefixRequest): Promise<string[]>

  /** Ids of contacts that stored conversations name and of whom nothing is stored. */
  listUnknownContacts(): Promise<string[]>

  listAdmins(): Promise<Admin[]>
  listTeams(): Promise<Team[]>
  listTags(): Promise<Tag[]>

  /** Rises with every applied change; equal numbers mean equal data. */
  readonly generation: number

  /** Where it is kept and how large it is now. */
  describe(): Promise<StoreDescription>

  /**
   * Brings the engine's own file up to date, or writes a consistent copy to `file` (must not exist or be a file
   * that this product wrote). Resolves to the path and its size.
   */
  writeSnapshot(file?: string): Promise<{ path: string; bytes: number }>

  /**
   * What is wrong inside, by the engine's own check and by the rules between the tables, in words; empty when nothing
   * is. Reads everything once, and lets other calls have their turn meanwhile.
   */
  findDamage(signal?: AbortSignal): Promise<string[]>

  /** Finishes what is under way, releases files and locks. Idempotent; later calls reject. */
  close(): Promise<void>
}

export interface StoreChange {
  /** Once set, a different workspace id is refused with StorageError `other_workspace`. */
  workspace?: Workspace
  /** See `getTokenHash`. */
  tokenHash?: string
  /**
   * Search hits and whole threads. A hit never overwrites a newer row and never touches a stored thread. A thread
   * replaces the row and all messages of the conversation; when Intercom cut it (`partsTotal` above the number of
   * parts sent), older messages already stored are kept. The search index follows in the same change.
   */
  conversations?: FetchedConversation[]
  contacts?: Contact[]
  /** Contacts that Intercom has merged into another one. */
  contactMerges?: { contactId: string; mergedInto: string }[]
  /** Added or renamed; those that are not listed stay, because old conversations name them. */
  admins?: Admin[]
  teams?: Team[]
  tags?: Tag[]
  /**
   * Removes the conversation, its messages and index entries, and remembers that it was deleted: what is fetched of it
   * later is ignored, unless it was only presumed to be deleted; then the tombstone goes.
   */
  tombstones?: Tombstone[]
  /**
   * Inserted, or replaced when one is known of the conversation. A thread or a tombstone settles what was owed of its
   * conversation, unless the same change owes it.
   */
  owedThreads?: OwedThread[]
  syncState?: SyncState
  /** Inserted, or updated when the id is known. */
  syncRun?: SyncRun
}

export interface AppliedChange {
  /** Conversations and messages with text whose rows were written (an unchanged one may count). */
  conversations: number
  messages: number
}

export interface PrefixRequest {
  prefix: string
  limit: number
}

export interface StoreCounts {
  conversations: number
  messages: number
  contacts: number
  /** Conversations whose whole thread is stored in its present version. */
  threads: number
  oldestCreatedAt: number | null
  newestUpdatedAt: number | null
}

export interface StoredVersion {
  updatedAt: number
  threadUpdatedAt: number | null
}

export interface PendingThread {
  id: string
  createdAt: number
  updatedAt: number
}

export interface StoredConversation extends Conversation {
  customer: { id: string; name: string | null; email: string | null } | null
  assignee: { id: string; name: string | null } | null
  team: { id: string; name: string | null } | null
  /** Messages with text, the opening one included. */
  messageCount: number
  /** See StoredVersion. */
  threadUpdatedAt: number | null
  /** Intercom's true number of parts; null until the thread is stored. */
  partsTotal: number | null
  /** True when Intercom cut the thread and the older parts are not stored here. */
  truncated: boolean
}

export type StoredHit = Pick<
  StoredConversation,
  | ('id' | 'title' | 'subject' | 'createdAt' | 'updatedAt' | 'state' | 'priority' | 'tags')
  | ('customer' | 'assignee' | 'team' | 'messageCount')
> & { rating: { score: number } | null }

const sortOrders = ['relevance', 'newest', 'oldest', 'longest_waiting'] as const
export type SortOrder = (typeof sortOrders)[number]

/** Every list means any of its members; absent or empty means no condition. */
export interface ConversationFilters {
  state?: ConversationState[]
  priority?: Priority[]
  /** Admin ids; `null` in the list means unassigned. */
  assigneeIds?: (string | null)[]
  teamIds?: (string | null)[]
  customerId?: string
  /** Whole address, case ignored. */
  customerEmail?: string
  /** Tag names (case ignored) or ids. */
  tags?: string[]
  ratings?: number[]
  hasRating?: boolean
  /** Open, and the customer waits for a reply. */
  waiting?: boolean
}

export interface StoreSearch {
  query: SearchQuery | null
  timeframe: Timeframe | null
  timeField: TimeField
  filters: ConversationFilters
  /** `newest` and `oldest` order by `timeField`; ties by id. */
  sort: SortOrder
  maxIds: number
}

export type FigureConditions = Pick<StoreSearch, 'query' | 'timeframe' | 'timeField' | 'filters'>

/** What aggregates are made of, a column of each. Durations are seconds, times epoch seconds, flags 0 or 1. */
export interface Figures {
  id: string[]
  createdAt: number[]
  updatedAt: number[]
  state: ConversationState[]
  priority: Priority[]
  assigneeId: (string | null)[]
  teamId: (string | null)[]
  tagIds: string[][]
  rating: (number | null)[]
  ratingAsked: number[]
  ratingRemarked: number[]
  waitingSince: (number | null)[]
  /** Not opened by the customer. */
  isOutbound: number[]
  /** Whether a thread is stored, and not the opening message alone. */
  hasThread: number[]
  /** The customer's first message: by the statistics, else by the thread. */
  firstContactAt: (number | null)[]
  /**
   * From it to the first admin reply: by the statistics where they have both and in this order, else by the thread.
   */
  firstResponseSeconds: (number | null)[]
  /** As Intercom gives them, without closed hours. */
  officeResponseSeconds: (number | null)[]
  officeFirstCloseSeconds: (number | null)[]
  officeLastCloseSeconds: (number | null)[]
  /** By the statistics. */
  firstCloseAt: (number | null)[]
  lastCloseAt: (number | null)[]
  reopens: (number | null)[]
  /** By the thread; see `ThreadFigures`. */
  adminReplies: (number | null)[]
  closings: (string | null)[]
  /** By what the customer wrote; null when nothing of it could be judged. See `TextFigures`. */
  sentiment: (SentimentScores | null)[]
  terms: TermCodes[]
}

export type FigureName = keyof Figures

export interface ActiveOlderSearch {
  query: SearchQuery | null
  timeframe: Timeframe
  filters: ConversationFilters
}

export interface StoreSearchResult {
  total: number
  ids: string[]
  /** Score of each id in the same order; null when the order is not by relevance. */
  scores: number[] | null
  /**
   * What was ranked of a very broad query: `newest_matches`, or, where any term suffices, the matches with its
   * `rarest_words`. The others follow, newest first.
   */
  ranking: 'all_matches' | 'newest_matches' | 'rarest_words'
}

/** A message as far as a passage of it needs. */
export interface SpokenText extends Pick<Message, 'id' | 'createdAt' | 'text'> {
  author: Pick<Message['author'], 'type' | 'id' | 'name'>
}

export interface StoreDescription {
  engine: 'sqljs' | 'postgres'
  path: string
  storeId: string
  schemaVersion: number
  /** Bytes on disk: the snapshot and what was committed since. */
  snapshotBytes: number
  journalBytes: number
  /** The latest file that was found damaged and set aside; what it held has to be fetched anew. */
  damagedFile: string | null
  /** What a person should know of its state and its limits, each with what to do; mostly empty. */
  warnings: string[]
}
