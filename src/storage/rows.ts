import {
  type Admin,
  type Attachment,
  type Contact,
  type Conversation,
  type ConversationState,
  type JsonObject,
  type Message,
  type Priority,
  type Rating,
  sourceMessageId,
  type TagRef,
} from '../domain/conversation'
import type { OwedReason, OwedThread } from '../domain/owed-thread'
import { readStatistics } from '../domain/statistics'
import type { SyncRun, SyncStatus, SyncType } from '../domain/sync-run'
import { readThreadFigures } from '../domain/thread-figures'
import { messageKey } from './message-keys'
import type {
  AdminsTable,
  AuthorsTable,
  ContactsTable,
  ConversationDetailsTable,
  ConversationsTable,
  MessagesTable,
  OwedThreadsTable,
  SyncMetadataTable,
} from './schema'

/** Text as every engine can hold it: half of a surrogate pair and NUL become U+FFFD. */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** JSON as text, null for null. It needs no cleaning: what could not be stored is escaped in it. */
function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

function optional(text: string | null): string | null {
  return text === null ? null : toStorableText(text)
}

/** The columns of a conversation that come from Intercom; those that this store keeps about it are not among them. */
export type ConversationColumns = Omit<
  ConversationsTable,
  | 'ref'
  | 'message_count'
  | 'parts_total'
  | 'thread_updated_at'
  | 'thread_pending'
  | 'truncated'
  | 'row_fingerprint'
  | 'messages_fingerprint'
  | keyof ThreadFigureColumns
>

type ThreadFigureColumns = Pick<
  ConversationsTable,
  'thread_customer_at' | 'thread_reply_at' | 'admin_replies' | 'closings'
>

/** The narrow columns of a conversation. */
export function conversationToColumns(conversation: Conversation): ConversationColumns {
  const statistics = readStatistics(conversation.statistics)
  return {
    id: conversation.id,
    title: optional(conversation.title),
    subject: optional(conversation.subject),
    created_at: conversation.createdAt,
    updated_at: conversation.updatedAt,
    state: conversation.state,
    read: conversation.read ? 1 : 0,
    priority: conversation.priority,
    waiting_since: conversation.waitingSince,
    snoozed_until: conversation.snoozedUntil,
    assignee_id: conversation.assigneeId,
    team_id: conversation.teamId,
    customer_id: conversation.contactIds[0] ?? null,
    rating_score: conversation.rating?.score ?? null,
    source_type: optional(conversation.sourceType),
    delivered_as: optional(conversation.deliveredAs),
    rating_asked: conversation.rating === null ? 0 : 1,
    rating_remarked: conversation.rating?.remark == null ? 0 : 1,
    first_contact_at: statistics.firstContactAt,
    first_admin_reply_at: statistics.firstAdminReplyAt,
    first_close_at: statistics.firstCloseAt,
    last_close_at: statistics.lastCloseAt,
    reopens: statistics.reopens,
    office_response_seconds: statistics.officeResponseSeconds,
    office_first_close_seconds: statistics.officeFirstCloseSeconds,
    office_last_close_seconds: statistics.officeLastCloseSeconds,
  }
}

/** The columns that a stored thread gives its conversation. */
export function threadToColumns(messages: readonly Message[]): ThreadFigureColumns {
  const { customerAt, replyAt, adminReplies, closings } = readThreadFigures(messages)
  return {
    thread_customer_at: customerAt,
    thread_reply_at: replyAt,
    admin_replies: adminReplies,
    closings,
  }
}

/** The wide columns of a conversation. */
export function conversationToDetails(ref: number, conversation: Conversation): ConversationDetailsTable {
  return {
    conversation_ref: ref,
    source_url: optional(conversation.sourceUrl),
    rating: toJson(conversation.rating),
    statistics: toJson(conversation.statistics),
    custom_attributes: toJson(conversation.customAttributes) ?? '{}',
    sla: toJson(conversation.sla),
    ai_agent: toJson(conversation.aiAgent),
  }
}

/** A conversation from its two rows and what the other tables say of it. */
export function rowToConversation(
  row: ConversationsTable & Omit<ConversationDetailsTable, 'conversation_ref'>,
  contactIds: string[],
  tags: TagRef[],
): Conversation {
  return {
    id: row.id,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    // Written by conversationToColumns only.
    state: row.state as ConversationState,
    read: row.read === 1,
    priority: row.priority as Priority,
    waitingSince: row.waiting_since,
    snoozedUntil: row.snoozed_until,
    assigneeId: row.assignee_id,
    teamId: row.team_id,
    contactIds,
    tags,
    rating: fromJson<Rating>(row.rating),
    sourceType: row.source_type,
    deliveredAs: row.delivered_as,
    subject: row.subject,
    sourceUrl: row.source_url,
    statistics: fromJson<JsonObject>(row.statistics),
    customAttributes: fromJson<JsonObject>(row.custom_attributes) ?? {},
    sla: fromJson<JsonObject>(row.sla),
    aiAgent: fromJson<JsonObject>(row.ai_agent),
  }
}

/** A message's row; the author's is elsewhere. */
export function messageToRow(message: Message, ref: number, position: number, author: number): MessagesTable {
  return {
    key: messageKey(ref, position),
    id: message.id === sourceMessageId(message.conversationId) ? null : message.id,
    part_type: message.partType === 'comment' ? null : message.partType,
    created_at: message.createdAt,
    updated_at: message.updatedAt === message.createdAt ? null : message.updatedAt,
    author_ref: author,
    attachments: message.attachments.length === 0 ? null : toJson(message.attachments),
    redacted: message.redacted ? 1 : 0,
    details: toJson(message.details),
    text: optional(message.text),
  }
}

/** A message's row joined with its author's and the id of its conversation. */
export type MessageRow = Omit<MessagesTable, 'author_ref' | 'key'> & {
  conversation_id: string
  author_type: string
  author_id: string
  author_name: string
  author_email: string
  from_ai_agent: number
}

/** The message that `messageToRow` wrote. */
export function rowToMessage(row: MessageRow): Message {
  return {
    id: row.id ?? sourceMessageId(row.conversation_id),
    conversationId: row.conversation_id,
    partType: row.part_type ?? 'comment',
    createdAt: row.created_at,
    updatedAt: row.updated_at ?? row.created_at,
    author: {
      type: row.author_type,
      id: row.author_id || null,
      name: row.author_name || null,
      email: row.author_email || null,
      fromAiAgent: row.from_ai_agent === 1,
    },
    text: row.text,
    attachments: fromJson<Attachment[]>(row.attachments) ?? [],
    redacted: row.redacted === 1,
    details: fromJson<JsonObject>(row.details),
  }
}

/** An author as a row without its key. */
export function authorToColumns(author: Message['author']): Omit<AuthorsTable, 'ref'> {
  return {
    type: toStorableText(author.type),
    id: toStorableText(author.id ?? ''),
    name: toStorableText(author.name ?? ''),
    email: toStorableText(author.email ?? ''),
    from_ai_agent: author.fromAiAgent ? 1 : 0,
  }
}

/** A contact's row; it is nobody's duplicate until a merge says so. */
export function contactToRow(contact: Contact): ContactsTable {
  return {
    id: contact.id,
    role: optional(contact.role),
    name: optional(contact.name),
    email: optional(contact.email),
    created_at: contact.createdAt,
    signed_up_at: contact.signedUpAt,
    last_seen_at: contact.lastSeenAt,
    custom_attributes: toJson(contact.customAttributes) ?? '{}',
    tags: toJson(contact.tags) ?? '[]',
    merged_into: null,
  }
}

/** The contact that `contactToRow` wrote. */
export function rowToContact(row: ContactsTable): Contact {
  return {
    id: row.id,
    role: row.role,
    name: row.name,
    email: row.email,
    createdAt: row.created_at,
    signedUpAt: row.signed_up_at,
    lastSeenAt: row.last_seen_at,
    customAttributes: fromJson<JsonObject>(row.custom_attributes) ?? {},
    tags: fromJson<TagRef[]>(row.tags) ?? [],
  }
}

/** An admin's row. */
export function adminToRow(admin: Admin): AdminsTable {
  return { id: admin.id, name: optional(admin.name), email: optional(admin.email) }
}

/** A run as people read it. */
export function syncRunToRow(run: SyncRun): SyncMetadataTable {
  return {
    id: run.id,
    sync_started_at: toIso(run.startedAt),
    sync_completed_at: run.completedAt === null ? null : toIso(run.completedAt),
    sync_status: run.status,
    coverage_start_date: run.coverageStart === null ? null : toIso(run.coverageStart),
    coverage_end_date: run.coverageEnd === null ? null : toIso(run.coverageEnd),
    total_conversations: run.conversations,
    total_messages: run.messages,
    sync_type: run.type,
    error_message: optional(run.errorMessage),
    created_at: toIso(run.startedAt),
  }
}

/** The run that `syncRunToRow` wrote. */
export function rowToSyncRun(row: SyncMetadataTable): SyncRun {
  return {
    id: row.id,
    startedAt: fromIso(row.sync_started_at),
    completedAt: row.sync_completed_at === null ? null : fromIso(row.sync_completed_at),
    // Held by CHECK constraints.
    status: row.sync_status as SyncStatus,
    type: row.sync_type as SyncType,
    coverageStart: row.coverage_start_date === null ? null : fromIso(row.coverage_start_date),
    coverageEnd: row.coverage_end_date === null ? null : fromIso(row.coverage_end_date),
    conversations: row.total_conversations,
    messages: row.total_messages,
    errorMessage: row.error_message,
  }
}

/** What is owed of a thread, as a row. */
export function owedThreadToRow(owed: OwedThread): OwedThreadsTable {
  return {
    conversation_id: owed.conversationId,
    reason: owed.reason,
    code: owed.code,
    attempts: owed.attempts,
    updated_at: owed.updatedAt,
    tried_at: owed.triedAt,
    next_at: owed.nextAt,
    parts_expected: owed.partsExpected,
    parts_stored: owed.partsStored,
  }
}

/** What `owedThreadToRow` wrote. */
export function rowToOwedThread(row: OwedThreadsTable): OwedThread {
  return {
    conversationId: row.conversation_id,
    // Held by a CHECK constraint.
    reason: row.reason as OwedReason,
    code: row.code,
    attempts: row.attempts,
    updatedAt: row.updated_at,
    triedAt: row.tried_at,
    nextAt: row.next_at,
    partsExpected: row.parts_expected,
    partsStored: row.parts_stored,
  }
}

/** Epoch seconds as `2026-03-01T09:30:00Z`; a fraction of a second is kept as milliseconds. */
function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function fromIso(text: string): number {
  return Date.parse(text) / 1000
}

function fromJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T)
}
