/**
 * The tables as kysely sees them. Times are epoch seconds, booleans 0 or 1, JSON is text; null is "absent". The
 * statements that create them are in `schema-v1.ts` and later ones, their meaning for a reader of the file in `docs/data.md`.
 */
export interface Database {
  store_meta: StoreMetaTable
  workspace: WorkspaceTable
  conversations: ConversationsTable
  conversation_details: ConversationDetailsTable
  conversation_contacts: ConversationContactsTable
  conversation_tags: ConversationTagsTable
  messages: MessagesTable
  authors: AuthorsTable
  contacts: ContactsTable
  admins: AdminsTable
  teams: TeamsTable
  tags: TagsTable
  sync_metadata: SyncMetadataTable
  sync_state: SyncStateTable
  coverage: CoverageTable
  text_figures: TextFiguresTable
  tombstones: TombstonesTable
  owed_threads: OwedThreadsTable
  search_documents_a: SearchDocumentsTable
  search_documents_b: SearchDocumentsTable
}

interface StoreMetaTable {
  key: string
  value: string
}

interface WorkspaceTable {
  id: string
  name: string
  timezone: string | null
  region: string | null
  created_at: number | null
}

/** What lists, filters and sorts need, kept narrow so that a scan of all rows reads few pages. */
export interface ConversationsTable {
  /** Short key of this store; messages and index entries refer to it. */
  ref: number
  id: string
  title: string | null
  subject: string | null
  created_at: number
  updated_at: number
  state: string
  read: number
  priority: string
  waiting_since: number | null
  snoozed_until: number | null
  assignee_id: string | null
  team_id: string | null
  /** The first contact. */
  customer_id: string | null
  rating_score: number | null
  source_type: string | null
  delivered_as: string | null
  /** Messages with text. */
  message_count: number
  /** Intercom's number of parts; null until the thread is stored. */
  parts_total: number | null
  /** updated_at when the thread was last stored; null when only a search hit has been. */
  thread_updated_at: number | null
  /** 1 when the thread is missing or older than the row. */
  thread_pending: number
  /** 1 when Intercom cut the thread and the older parts are not stored. */
  truncated: number
  /** Of the row as fetched, and of its messages: equal ones are not written again. */
  row_fingerprint: string
  messages_fingerprint: string
  /** 1 when the customer was asked for a rating; 1 when he left a remark with it. */
  rating_asked: number
  rating_remarked: number
  /** From Intercom's statistics; see `ConversationStatistics`. */
  first_contact_at: number | null
  first_admin_reply_at: number | null
  first_close_at: number | null
  last_close_at: number | null
  reopens: number | null
  office_response_seconds: number | null
  office_first_close_seconds: number | null
  office_last_close_seconds: number | null
  /** From the thread, null until it is stored; see `ThreadFigures`. */
  thread_customer_at: number | null
  thread_reply_at: number | null
  admin_replies: number | null
  closings: string | null
}

/** The wide columns, read only for the conversations of an answer. */
export interface ConversationDetailsTable {
  conversation_ref: number
  source_url: string | null
  rating: string | null
  statistics: string | null
  custom_attributes: string
  sla: string | null
  ai_agent: string | null
}

/** What the customers' texts say, by `textRulesVersion`; no row: not judged yet. See `text-figures.ts`. */
export interface TextFiguresTable {
  conversation_ref: number
  rules_version: number
  /** Ten-thousandths; null when nothing could be judged. */
  score: number | null
  first_score: number | null
  last_score: number | null
  /** 1 when more than one message could be judged. */
  has_several: number
  /** Codes of four bytes each, lowest byte first. */
  terms: Uint8Array
}

interface ConversationContactsTable {
  conversation_ref: number
  position: number
  contact_id: string
}

interface ConversationTagsTable {
  conversation_ref: number
  position: number
  tag_id: string
}

export interface MessagesTable {
  /** Conversation and position in one number, see `messageKey`: half a column's size less for every message. */
  key: number
  /** Null for the opening message, whose id follows from its conversation's. */
  id: string | null
  /** Null for `comment`, which most are. */
  part_type: string | null
  created_at: number
  /** Null when equal to created_at. */
  updated_at: number | null
  author_ref: number
  attachments: string | null
  redacted: number
  details: string | null
  text: string | null
}

/** Every author once as he appeared in a message; '' is "absent", so that rows can be compared. */
export interface AuthorsTable {
  ref: number
  type: string
  id: string
  name: string
  email: string
  from_ai_agent: number
}

export interface ContactsTable {
  id: string
  role: string | null
  name: string | null
  email: string | null
  created_at: number | null
  signed_up_at: number | null
  last_seen_at: number | null
  custom_attributes: string
  tags: string
  merged_into: string | null
}

export interface AdminsTable {
  id: string
  name: string | null
  email: string | null
}

interface TeamsTable {
  id: string
  name: string | null
}

interface TagsTable {
  id: string
  name: string
}

/** Times of this table are ISO 8601 text in UTC: people read it. */
export interface SyncMetadataTable {
  id: string
  sync_started_at: string
  sync_completed_at: string | null
  sync_status: string
  coverage_start_date: string | null
  coverage_end_date: string | null
  total_conversations: number
  total_messages: number
  sync_type: string
  error_message: string | null
  created_at: string
}

/** One row with id 1. */
interface SyncStateTable {
  id: number
  as_of: number | null
  unbroken_since: number | null
}

interface CoverageTable {
  start_at: number
  end_at: number
}

interface TombstonesTable {
  conversation_id: string
  deleted_at: number
  /** 1 when a 404 is all that speaks for it, and not Intercom's list of deletions. */
  presumed: number
}

/** See `OwedThread`. */
export interface OwedThreadsTable {
  conversation_id: string
  reason: string
  code: string | null
  attempts: number
  updated_at: number
  tried_at: number
  next_at: number | null
  parts_expected: number | null
  parts_stored: number | null
}

/** Which document of a full-text index is which conversation's; what is not in here is dead. */
interface SearchDocumentsTable {
  docid: number
  conversation_ref: number
}
