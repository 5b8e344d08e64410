import { sourceMessageId } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind } from './message-keys'
import type { SpokenText } from './port'
import type { RecentTexts } from './recent-texts'
import { listQuery, readAll } from './statements'

/** What is written in a conversation. */
export interface ThreadTexts {
  /** Title and subject, those that there are. */
  headings: string[]
  /** Of the messages with text, oldest first. */
  messages: string[]
  /** The keys that the engine has them under. */
  keys: number[]
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

const threadTexts = listQuery(({ db, list, jsonArray }, conversationIds: readonly string[]) =>
  db
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
    .compile(),
)

/** What is written in each conversation, without who said it and when; its title and subject first. */
export async function readThreadTexts(
  reader: SqlReader,
  dialect: Dialect,
  conversationIds: readonly string[],
): Promise<Map<string, ThreadTexts>> {
  if (conversationIds.length === 0) return new Map()
  const rows = await readAll(reader, threadTexts(dialect, conversationIds))
  return new Map(
    rows.map(({ id, title, subject, ...messages }) => {
      const keys = JSON.parse(messages.keys) as (number | null)[]
      const texts = JSON.parse(messages.texts) as (string | null)[]
      const headings = [title, subject].filter((heading) => heading !== null)
      return [id, { headings, ...inOrder(keys, texts) }]
    }),
  )
}

// An aggregate promises no order. A conversation without a text is one row of nothing.
function inOrder(
  keys: readonly (number | null)[],
  texts: readonly (string | null)[],
): Pick<ThreadTexts, 'keys' | 'messages'> {
  const isSorted = keys.every((key, index) => key !== null && key > (keys[index - 1] ?? -1))
  if (isSorted) return { keys: keys as number[], messages: texts as string[] }
  const order = [...keys.keys()]
    .filter((index) => keys[index] !== null)
    .sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
  return { keys: order.map((index) => keys[index] ?? 0), messages: order.map((index) => texts[index] ?? '') }
}

/** See `Store.pickMessages`. */
export async function readPickedMessages(
  reader: SqlReader,
  dialect: Dialect,
  texts: RecentTexts,
  { ids, pick }: { ids: readonly string[]; pick: (texts: readonly string[]) => number[] },
): Promise<Map<string, SpokenText[]>> {
  const threads = await texts.read(ids)
  const picked = [...threads].map(([id, { keys, messages }]) => ({
    id,
    messages: pick(messages).map((place) => ({ key: keys[place] ?? 0, text: messages[place] ?? '' })),
  }))
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

const messageHeads = listQuery(({ db, list }, keys: readonly number[]) =>
  db
    .selectFrom('messages as m')
    .leftJoin('authors as w', 'w.ref', 'm.author_ref')
    .select(['m.key', 'm.id', 'm.created_at', 'w.type', 'w.id as author_id', 'w.name'])
    .where('m.key', 'in', list(keys))
    .compile(),
)

async function readHeads(
  reader: SqlReader,
  dialect: Dialect,
  keys: readonly number[],
): Promise<Map<number, Head>> {
  if (keys.length === 0) return new Map()
  const rows = await readAll(reader, messageHeads(dialect, keys))
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
