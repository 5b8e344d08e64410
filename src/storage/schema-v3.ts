import { reopeningTypes } from '../domain/thread-figures'
import type { Dialect } from './dialect'
import { maxMessages } from './message-keys'

/**
 * What figures are made of, worked out when a conversation is stored, because neither the statistics' JSON nor the
 * messages of 40,000 conversations can be read within the time of an answer. Behind the other columns, so that lists
 * and filters read no further than before. What is stored already is worked out here; `domain/statistics.ts` and
 * `domain/thread-figures.ts` say what each column means.
 */
export function figuresSchema({ ddl }: Dialect): string[] {
  return [...addColumns(), fillFromStatistics(ddl), ...fillFromThreads(ddl)]
}

type Ddl = Dialect['ddl']

const columns = [
  ...['rating_asked', 'rating_remarked', 'first_contact_at', 'first_admin_reply_at', 'first_close_at'],
  ...['last_close_at', 'reopens', 'office_response_seconds', 'office_first_close_seconds'],
  ...['office_last_close_seconds', 'thread_customer_at', 'thread_reply_at', 'admin_replies'],
]

function addColumns(): string[] {
  return [
    ...columns.map((column) => `ALTER TABLE conversations ADD COLUMN ${column} BIGINT`),
    'ALTER TABLE conversations ADD COLUMN closings TEXT',
  ]
}

function fillFromStatistics({ jsonNumber, jsonText }: Ddl): string {
  const statistic = (column: string, name: string): string =>
    `${column} = (SELECT ${jsonNumber('d.statistics', name)} ${details})`
  const details = 'FROM conversation_details d WHERE d.conversation_ref = conversations.ref'
  return `UPDATE conversations SET
    rating_asked = (SELECT CASE WHEN d.rating IS NULL THEN 0 ELSE 1 END ${details}),
    rating_remarked = (SELECT CASE WHEN ${jsonText('d.rating', 'remark')} IS NULL THEN 0 ELSE 1 END ${details}),
    ${statistic('first_contact_at', 'first_contact_reply_at')},
    ${statistic('first_admin_reply_at', 'first_admin_reply_at')},
    ${statistic('first_close_at', 'first_close_at')},
    ${statistic('last_close_at', 'last_close_at')},
    ${statistic('reopens', 'count_reopens')},
    ${statistic('office_response_seconds', 'time_to_admin_reply')},
    ${statistic('office_first_close_seconds', 'time_to_first_close')},
    ${statistic('office_last_close_seconds', 'time_to_last_close')}`
}

function fillFromThreads({ joinInOrder }: Ddl): string[] {
  const messages = `FROM messages m JOIN authors w ON w.ref = m.author_ref
    WHERE m.key >= conversations.ref * ${maxMessages} AND m.key < (conversations.ref + 1) * ${maxMessages}`
  const isCustomers = `w.type IN ('user', 'lead', 'contact') AND (m.text IS NOT NULL OR m.attachments IS NOT NULL)
    AND coalesce(m.part_type, '') NOT LIKE 'conversation_rating%'`
  const isReply = `w.type = 'admin' AND w.from_ai_agent = 0 AND m.text IS NOT NULL
    AND coalesce(m.part_type, '') NOT LIKE 'note%'`
  const reopens = reopeningTypes.map((type) => `'${type}'`).join(', ')
  // Of several closes in a row the first counts, and so of openings: those that follow something else.
  const turns = `SELECT m.key, m.created_at, m.part_type = 'close' AS closes,
      lag(m.part_type = 'close', 1, 1 = 0) OVER (ORDER BY m.key) AS closed_before
    ${messages} AND m.part_type IN ('close', ${reopens})`
  return [
    `UPDATE conversations SET
      admin_replies = (SELECT count(*) ${messages} AND ${isReply}),
      closings = (SELECT ${joinInOrder('t.created_at', 't.key')} FROM (${turns}) t WHERE t.closes <> t.closed_before)
    WHERE thread_updated_at IS NOT NULL`,
    `UPDATE conversations SET thread_customer_at = (
      SELECT m.created_at ${messages} AND ${isCustomers} ORDER BY m.key LIMIT 1
    ) WHERE thread_updated_at IS NOT NULL`,
    `UPDATE conversations SET thread_reply_at = (
      SELECT m.created_at ${messages} AND ${isReply} AND m.key > (
        SELECT min(m.key) ${messages} AND ${isCustomers}
      ) ORDER BY m.key LIMIT 1
    ) WHERE thread_customer_at IS NOT NULL`,
  ]
}
