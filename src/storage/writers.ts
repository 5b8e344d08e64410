import type { Kysely } from 'kysely'
import type { ConversationColumns } from './rows'
import type { ConversationsTable, Database } from './schema'
import { deleteFrom, insertInto, updateColumns, upsertInto } from './statements'

/** Every write of the store, compiled once. Which rows are run with them is decided elsewhere. */
export type Writers = ReturnType<typeof createWriters>

/** Compiles the writes. */
export function createWriters(db: Kysely<Database>) {
  return {
    meta: upsertInto(db, 'store_meta', ['key', 'value'], ['key']),
    deleteMeta: deleteFrom(db, 'store_meta', 'key'),
    workspace: upsertInto(db, 'workspace', ['id', 'name', 'timezone', 'region', 'created_at'], ['id']),
    ...conversationWriters(db),
    ...peopleWriters(db),
    ...syncWriters(db),
    documents: {
      a: insertInto(db, 'search_documents_a', ['docid', 'conversation_ref']),
      b: insertInto(db, 'search_documents_b', ['docid', 'conversation_ref']),
    },
    deleteDocument: {
      a: deleteFrom(db, 'search_documents_a', 'conversation_ref'),
      b: deleteFrom(db, 'search_documents_b', 'conversation_ref'),
    },
  }
}

const statisticsColumns = [
  ...(['rating_asked', 'rating_remarked', 'first_contact_at', 'first_admin_reply_at'] as const),
  ...(['first_close_at', 'last_close_at', 'reopens', 'office_response_seconds'] as const),
  ...(['office_first_close_seconds', 'office_last_close_seconds'] as const),
] as const

const threadFigureColumns = ['thread_customer_at', 'thread_reply_at', 'admin_replies', 'closings'] as const

type KeptColumn = Exclude<keyof ConversationsTable, keyof ConversationColumns | 'ref' | 'row_fingerprint'>

/** What the store keeps about a conversation besides what Intercom says of it. An object, so that none is left out. */
const keptColumns = Object.keys({
  ...{ message_count: true, parts_total: true, thread_updated_at: true, thread_pending: true },
  ...{ truncated: true, messages_fingerprint: true },
  ...{ thread_customer_at: true, thread_reply_at: true, admin_replies: true, closings: true },
} satisfies Record<KeptColumn, true>) as KeptColumn[]

function conversationWriters(db: Kysely<Database>) {
  return {
    conversation: upsertInto(
      db,
      'conversations',
      [
        ...([
          'ref',
          'id',
          'title',
          'subject',
          'created_at',
          'updated_at',
          'state',
          'read',
          'priority',
        ] as const),
        ...([
          'waiting_since',
          'snoozed_until',
          'assignee_id',
          'team_id',
          'customer_id',
          'rating_score',
        ] as const),
        ...(['source_type', 'delivered_as', 'message_count', 'parts_total', 'thread_updated_at'] as const),
        ...(['thread_pending', 'truncated', 'row_fingerprint', 'messages_fingerprint'] as const),
        ...statisticsColumns,
        ...threadFigureColumns,
      ],
      ['ref'],
    ),
    /** For a stored conversation of which Intercom says nothing new: mostly its thread has come. */
    conversationThread: updateColumns(db, 'conversations', keptColumns, 'ref'),
    details: upsertInto(
      db,
      'conversation_details',
      ['conversation_ref', 'source_url', 'rating', 'statistics', 'custom_attributes', 'sla', 'ai_agent'],
      ['conversation_ref'],
    ),
    conversationContact: insertInto(db, 'conversation_contacts', [
      'conversation_ref',
      'position',
      'contact_id',
    ]),
    conversationTag: insertInto(db, 'conversation_tags', ['conversation_ref', 'position', 'tag_id']),
    message: insertInto(db, 'messages', [
      ...(['key', 'id', 'part_type', 'created_at', 'updated_at'] as const),
      ...(['author_ref', 'attachments', 'redacted', 'details', 'text'] as const),
    ]),
    textFigures: upsertInto(
      db,
      'text_figures',
      [
        ...(['conversation_ref', 'rules_version', 'score', 'first_score', 'last_score'] as const),
        ...(['has_several', 'terms'] as const),
      ],
      ['conversation_ref'],
    ),
    deleteTextFigures: deleteFrom(db, 'text_figures', 'conversation_ref'),
    deleteConversation: deleteFrom(db, 'conversations', 'ref'),
    deleteDetails: deleteFrom(db, 'conversation_details', 'conversation_ref'),
    deleteContacts: deleteFrom(db, 'conversation_contacts', 'conversation_ref'),
    deleteTags: deleteFrom(db, 'conversation_tags', 'conversation_ref'),
    /** Takes the first and the last key. */
    deleteMessages: db.deleteFrom('messages').where('key', '>=', 0).where('key', '<=', 0).compile().sql,
    tombstone: upsertInto(
      db,
      'tombstones',
      ['conversation_id', 'deleted_at', 'presumed'],
      ['conversation_id'],
    ),
    deleteTombstone: deleteFrom(db, 'tombstones', 'conversation_id'),
  }
}

function peopleWriters(db: Kysely<Database>) {
  return {
    author: insertInto(db, 'authors', ['ref', 'type', 'id', 'name', 'email', 'from_ai_agent']),
    contact: upsertInto(
      db,
      'contacts',
      [
        ...(['id', 'role', 'name', 'email', 'created_at', 'signed_up_at', 'last_seen_at'] as const),
        ...(['custom_attributes', 'tags', 'merged_into'] as const),
      ],
      ['id'],
    ),
    admin: upsertInto(db, 'admins', ['id', 'name', 'email'], ['id']),
    team: upsertInto(db, 'teams', ['id', 'name'], ['id']),
    tag: upsertInto(db, 'tags', ['id', 'name'], ['id']),
  }
}

function syncWriters(db: Kysely<Database>) {
  return {
    syncRun: upsertInto(
      db,
      'sync_metadata',
      [
        ...(['id', 'sync_started_at', 'sync_completed_at', 'sync_status', 'coverage_start_date'] as const),
        ...(['coverage_end_date', 'total_conversations', 'total_messages', 'sync_type'] as const),
        ...(['error_message', 'created_at'] as const),
      ],
      ['id'],
    ),
    syncState: upsertInto(db, 'sync_state', ['id', 'as_of', 'unbroken_since'], ['id']),
    owedThread: upsertInto(
      db,
      'owed_threads',
      [
        ...(['conversation_id', 'reason', 'code', 'attempts', 'updated_at', 'tried_at'] as const),
        ...(['next_at', 'parts_expected', 'parts_stored'] as const),
      ],
      ['conversation_id'],
    ),
    deleteOwedThread: deleteFrom(db, 'owed_threads', 'conversation_id'),
    coverage: insertInto(db, 'coverage', ['start_at', 'end_at']),
    deleteCoverage: db.deleteFrom('coverage').compile().sql,
  }
}
