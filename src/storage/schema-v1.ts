import { tokenizerVersion } from '../text/tokenizer'
import type { Dialect } from './dialect'
import { maxMessages } from './message-keys'

/**
 * Statements of the first schema. What belongs to one conversation lies on neighbouring pages: its messages have
 * consecutive keys, the other tables are clustered by (conversation_ref, …).
 */
export function firstSchema({ ddl, index }: Dialect): string[] {
  return [
    ...peopleTables(ddl),
    ...conversationTables(ddl),
    ...syncTables(),
    ...indexTables(index),
    ...views(ddl),
  ]
}

type Ddl = Dialect['ddl']

function peopleTables({ clusteredTable }: Ddl): string[] {
  return [
    `CREATE TABLE workspace (
      id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, timezone TEXT, region TEXT, created_at BIGINT
    )${clusteredTable}`,
    `CREATE TABLE admins (id TEXT NOT NULL PRIMARY KEY, name TEXT, email TEXT)${clusteredTable}`,
    `CREATE TABLE teams (id TEXT NOT NULL PRIMARY KEY, name TEXT)${clusteredTable}`,
    `CREATE TABLE tags (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL)${clusteredTable}`,
    `CREATE TABLE contacts (
      id TEXT NOT NULL PRIMARY KEY, role TEXT, name TEXT, email TEXT, created_at BIGINT, signed_up_at BIGINT,
      last_seen_at BIGINT, custom_attributes TEXT NOT NULL, tags TEXT NOT NULL, merged_into TEXT
    )${clusteredTable}`,
    'CREATE INDEX contacts_by_email ON contacts (lower(email))',
    'CREATE INDEX contacts_by_merge ON contacts (merged_into) WHERE merged_into IS NOT NULL',
    // Not unique on all columns: writes never overlap, and the wide index would double the table.
    `CREATE TABLE authors (
      ref INTEGER NOT NULL PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
      email TEXT NOT NULL, from_ai_agent INTEGER NOT NULL
    )`,
    'CREATE INDEX authors_by_id ON authors (id)',
  ]
}

function conversationTables({ clusteredTable, wholeKey }: Ddl): string[] {
  return [
    `CREATE TABLE conversations (
      ref INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT, subject TEXT,
      created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, state TEXT NOT NULL, read INTEGER NOT NULL,
      priority TEXT NOT NULL, waiting_since BIGINT, snoozed_until BIGINT, assignee_id TEXT, team_id TEXT,
      customer_id TEXT, rating_score INTEGER, source_type TEXT, delivered_as TEXT, message_count INTEGER NOT NULL,
      parts_total INTEGER, thread_updated_at BIGINT, thread_pending INTEGER NOT NULL, truncated INTEGER NOT NULL,
      row_fingerprint TEXT NOT NULL, messages_fingerprint TEXT NOT NULL
    )`,
    'CREATE INDEX conversations_by_created_at ON conversations (created_at)',
    'CREATE INDEX conversations_by_updated_at ON conversations (updated_at)',
    'CREATE INDEX conversations_by_customer ON conversations (customer_id)',
    'CREATE INDEX conversations_pending ON conversations (updated_at) WHERE thread_pending = 1',
    `CREATE TABLE conversation_details (
      conversation_ref INTEGER NOT NULL PRIMARY KEY, source_url TEXT, rating TEXT, statistics TEXT,
      custom_attributes TEXT NOT NULL, sla TEXT, ai_agent TEXT
    )`,
    `CREATE TABLE conversation_contacts (
      conversation_ref INTEGER NOT NULL, position INTEGER NOT NULL, contact_id TEXT NOT NULL,
      PRIMARY KEY (conversation_ref, position)
    )${clusteredTable}`,
    `CREATE TABLE conversation_tags (
      conversation_ref INTEGER NOT NULL, position INTEGER NOT NULL, tag_id TEXT NOT NULL,
      PRIMARY KEY (conversation_ref, position)
    )${clusteredTable}`,
    'CREATE INDEX conversation_tags_by_tag ON conversation_tags (tag_id, conversation_ref)',
    `CREATE TABLE messages (
      key ${wholeKey} PRIMARY KEY, id TEXT, part_type TEXT, created_at BIGINT NOT NULL, updated_at BIGINT,
      author_ref INTEGER NOT NULL, attachments TEXT, redacted INTEGER NOT NULL, details TEXT, text TEXT
    )`,
    'CREATE TABLE tombstones (conversation_id TEXT NOT NULL PRIMARY KEY, deleted_at BIGINT NOT NULL)',
  ]
}

function syncTables(): string[] {
  return [
    `CREATE TABLE sync_metadata (
      id TEXT NOT NULL PRIMARY KEY, sync_started_at TEXT NOT NULL, sync_completed_at TEXT,
      sync_status TEXT NOT NULL CHECK (sync_status IN ('in_progress', 'completed', 'failed')),
      coverage_start_date TEXT, coverage_end_date TEXT, total_conversations INTEGER NOT NULL,
      total_messages INTEGER NOT NULL,
      sync_type TEXT NOT NULL CHECK (sync_type IN ('full', 'incremental', 'background', 'migration')),
      error_message TEXT, created_at TEXT NOT NULL
    )`,
    'CREATE INDEX sync_metadata_by_completion ON sync_metadata (sync_completed_at DESC)',
    `CREATE TABLE sync_state (id INTEGER NOT NULL PRIMARY KEY, as_of BIGINT, unbroken_since BIGINT)`,
    'CREATE TABLE coverage (start_at BIGINT NOT NULL PRIMARY KEY, end_at BIGINT NOT NULL)',
  ]
}

function indexTables(index: Dialect['index']): string[] {
  return [
    ...index.create('a'),
    `INSERT INTO store_meta (key, value) VALUES
      ('search_active', 'a'), ('search_next_docid_a', '1'), ('tokenizer_version', '${tokenizerVersion}')`,
  ]
}

/** For people who open the file with sqlite3 or Datasette: names joined, times readable. */
function views({ isoTime, isoDay, joinTexts }: Ddl): string[] {
  const time = (column: string, as: string): string => `${isoTime(column)} AS ${as}`
  return [
    `CREATE VIEW v_conversations AS SELECT
      c.id, ${time('c.created_at', 'created_at')}, ${time('c.updated_at', 'updated_at')}, c.state, c.priority,
      c.title, c.customer_id, p.name AS customer_name, p.email AS customer_email,
      c.assignee_id, a.name AS assignee_name, c.team_id, t.name AS team_name,
      (SELECT ${joinTexts('g.name')} FROM conversation_tags ct JOIN tags g ON g.id = ct.tag_id
        WHERE ct.conversation_ref = c.ref) AS tags,
      c.rating_score, ${time('c.waiting_since', 'waiting_since')}, ${time('c.snoozed_until', 'snoozed_until')},
      c.source_type, c.delivered_as, c.message_count, c.parts_total, c.truncated, c.thread_pending,
      d.rating, d.statistics, d.custom_attributes, d.sla, d.ai_agent, d.source_url
    FROM conversations c
    LEFT JOIN conversation_details d ON d.conversation_ref = c.ref
    LEFT JOIN contacts p ON p.id = c.customer_id
    LEFT JOIN admins a ON a.id = c.assignee_id
    LEFT JOIN teams t ON t.id = c.team_id`,
    `CREATE VIEW v_messages AS SELECT
      c.id AS conversation_id, m.key % ${maxMessages} AS position,
      coalesce(m.id, 'source_' || c.id) AS id, coalesce(m.part_type, 'comment') AS part_type, ${time('m.created_at', 'created_at')},
      w.type AS author_type, nullif(w.id, '') AS author_id, nullif(w.name, '') AS author_name,
      nullif(w.email, '') AS author_email, w.from_ai_agent, m.text, m.redacted, m.attachments, m.details
    FROM conversations c
    JOIN messages m ON m.key >= c.ref * ${maxMessages} AND m.key < (c.ref + 1) * ${maxMessages}
    JOIN authors w ON w.ref = m.author_ref`,
    `CREATE VIEW v_daily AS SELECT
      ${isoDay('created_at')} AS day, count(*) AS conversations,
      sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END) AS open_now,
      sum(CASE WHEN state = 'snoozed' THEN 1 ELSE 0 END) AS snoozed_now,
      sum(CASE WHEN state = 'closed' THEN 1 ELSE 0 END) AS closed_now,
      sum(message_count) AS messages, count(rating_score) AS rated, avg(rating_score) AS mean_rating
    FROM conversations GROUP BY ${isoDay('created_at')}`,
  ]
}
