import { sourceMessageId } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind } from './message-keys'
import type { SpokenText } from './port'
import { readAll } from './statements'

/**
 * The messages with text of each conversation, oldest first. Each conversation is one row: rows cost more than what is
 * in them, and a page of a search needs a thousand messages.
 */
export async function readTexts(
  reader: SqlReader,
  { db, list, jsonArray }: Dialect,
  conversationIds: readonly string[],
): Promise<Map<string, SpokenText[]>> {
  if (conversationIds.length === 0) return new Map()
  const query = db
    .selectFrom('conversations as c')
    .innerJoin('messages as m', (join) => join.on('m.key', '>=', firstKey).on('m.key', '<', keyBehind))
    .leftJoin('authors as w', 'w.ref', 'm.author_ref')
    .select((eb) => [
      'c.id as conversation_id',
      jsonArray(eb.ref('m.key')).as('keys'),
      jsonArray(eb.ref('m.id')).as('ids'),
      jsonArray(eb.ref('m.created_at')).as('times'),
      jsonArray(eb.ref('m.text')).as('texts'),
      jsonArray(eb.ref('w.type')).as('author_types'),
      jsonArray(eb.ref('w.id')).as('author_ids'),
      jsonArray(eb.ref('w.name')).as('author_names'),
    ])
    .where('c.id', 'in', list(conversationIds))
    .where('m.text', 'is not', null)
    .groupBy('c.id')
  const rows = await readAll(reader, query.compile())
  return new Map(rows.map((row) => [row.conversation_id, toTexts(row)]))
}

interface ThreadRow {
  conversation_id: string
  keys: string
  ids: string
  times: string
  texts: string
  author_types: string
  author_ids: string
  author_names: string
}

function toTexts(row: ThreadRow): SpokenText[] {
  const keys = JSON.parse(row.keys) as number[]
  const ids = JSON.parse(row.ids) as (string | null)[]
  const times = JSON.parse(row.times) as number[]
  const texts = JSON.parse(row.texts) as string[]
  const types = JSON.parse(row.author_types) as (string | null)[]
  const authorIds = JSON.parse(row.author_ids) as (string | null)[]
  const names = JSON.parse(row.author_names) as (string | null)[]
  // An aggregate promises no order.
  const order = keys.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
  return order.map((index) => ({
    id: ids[index] ?? sourceMessageId(row.conversation_id),
    createdAt: times[index] ?? 0,
    text: texts[index] ?? null,
    author: { type: types[index] ?? 'user', id: authorIds[index] || null, name: names[index] || null },
  }))
}
