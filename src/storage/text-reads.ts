import { sourceMessageId } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind } from './message-keys'
import type { SpokenText } from './port'
import type { RecentTexts } from './recent-texts'
import { readAll } from './statements'

/** What is written in a conversation. */
export interface ThreadTexts {
  /** Title and subject, those that there are. */
  headings: string[]
  /** Those with text, oldest first, by the keys that the engine has them under. */
  messages: { key: number; text: string }[]
}

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

/** What is written in each conversation, without who said it and when; its title and subject first. */
export async function readThreadTexts(
  reader: SqlReader,
  { db, list, jsonArray }: Dialect,
  conversationIds: readonly string[],
): Promise<Map<string, ThreadTexts>> {
  if (conversationIds.length === 0) return new Map()
  const query = db
    .selectFrom('conversations as c')
    .leftJoin('messages as m', (join) =>
      join.on('m.key', '>=', firstKey).on('m.key', '<', keyBehind).on('m.text', 'is not', null),
    )
    .select((eb) => [
      'c.id',
      'c.title',
      'c.subject',
      jsonArray(eb.ref('m.key')).as('keys'),
      jsonArray(eb.ref('m.text')).as('texts'),
    ])
    .where('c.id', 'in', list(conversationIds))
    .groupBy('c.id')
  const rows = await readAll(reader, query.compile())
  return new Map(
    rows.map(({ id, title, subject, ...messages }) => {
      const keys = JSON.parse(messages.keys) as (number | null)[]
      const texts = JSON.parse(messages.texts) as (string | null)[]
      const headings = [title, subject].filter((heading) => heading !== null)
      return [id, { headings, messages: inOrder(keys, texts) }]
    }),
  )
}

// An aggregate promises no order. A conversation without a text is one row of nothing.
function inOrder(
  keys: readonly (number | null)[],
  texts: readonly (string | null)[],
): ThreadTexts['messages'] {
  const messages: { key: number; text: string }[] = []
  let isSorted = true
  for (const [index, key] of keys.entries()) {
    const text = texts[index]
    if (key === null || text === null || text === undefined) continue
    if (key < (messages.at(-1)?.key ?? 0)) isSorted = false
    messages.push({ key, text })
  }
  return isSorted ? messages : messages.sort((a, b) => a.key - b.key)
}

/** See `Store.pickMessages`. */
export async function readPickedMessages(
  reader: SqlReader,
  dialect: Dialect,
  texts: RecentTexts,
  { ids, pick }: { ids: readonly string[]; pick: (texts: readonly string[]) => number[] },
): Promise<Map<string, SpokenText[]>> {
  const threads = await texts.read(ids)
  const picked = [...threads].map(([id, { messages }]) => {
    const places = pick(messages.map(({ text }) => text))
    return { id, messages: places.flatMap((place) => messages[place] ?? []) }
  })
  const keys = picked.flatMap(({ messages }) => messages.map(({ key }) => key))
  const heads = await readHeads(reader, dialect, keys)
  return new Map(
    picked.map(({ id, messages }) => [
      id,
      messages.flatMap(({ key, text }) => {
        const head = heads.get(key)
        return head === undefined ? [] : { ...head, id: head.id ?? sourceMessageId(id), text }
      }),
    ]),
  )
}

type Head = Omit<SpokenText, 'id' | 'text'> & { id: string | null }

async function readHeads(
  reader: SqlReader,
  { db, list }: Dialect,
  keys: readonly number[],
): Promise<Map<number, Head>> {
  if (keys.length === 0) return new Map()
  const query = db
    .selectFrom('messages as m')
    .leftJoin('authors as w', 'w.ref', 'm.author_ref')
    .select(['m.key', 'm.id', 'm.created_at', 'w.type', 'w.id as author_id', 'w.name'])
    .where('m.key', 'in', list(keys))
  const rows = await readAll(reader, query.compile())
  return new Map(
    rows.map(({ key, id, created_at, type, author_id, name }) => [
      key,
      {
        id,
        createdAt: created_at,
        author: { type: type ?? 'user', id: author_id || null, name: name || null },
      },
    ]),
  )
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
