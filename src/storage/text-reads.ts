import { sql } from 'kysely'
import { sourceMessageId } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, firstKeyOf, keyBehind, keyBehindOf, maxMessages } from './message-keys'
import type { SpokenText } from './port'
import type { RecentTexts } from './recent-texts'
import { listQuery, readAll, readLists } from './statements'

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

interface ThreadHead {
  ref: number
  id: string
  title: string | null
  subject: string | null
}

const threadHeads = listQuery(({ db, list, jsonArray }, conversationIds: readonly string[]) =>
  db
    .selectFrom('conversations as c')
    .select((eb) => [
      jsonArray(eb.ref('c.ref')).as('ref'),
      jsonArray(eb.ref('c.id')).as('id'),
      jsonArray(eb.ref('c.title')).as('title'),
      jsonArray(eb.ref('c.subject')).as('subject'),
    ])
    .where('c.id', 'in', list(conversationIds))
    .compile(),
)

interface ThreadMessage {
  key: number
  text: string
}

// All threads in one row, as a row for each takes twice as long. Cross joined, so that SQLite looks up each thread.
const threadMessages = listQuery(({ db, list, jsonArray }, refs: readonly number[]) =>
  sql<{ key: string; text: string }>`
    select ${jsonArray(sql.ref('m.key'))} as key, ${jsonArray(sql.ref('m.text'))} as text
    from ${list(refs)} as c cross join messages as m
    where m.key >= ${firstKeyOf(sql.ref('c.value'))} and m.key < ${keyBehindOf(sql.ref('c.value'))}
      and m.text is not null`.compile(db),
)

/** What is written in each conversation, without who said it and when; its title and subject first. */
export async function readThreadTexts(
  reader: SqlReader,
  dialect: Dialect,
  conversationIds: readonly string[],
): Promise<Map<string, ThreadTexts>> {
  if (conversationIds.length === 0) return new Map()
  const heads = await readLists<ThreadHead>(reader, threadHeads(dialect, conversationIds))
  const messages = await readLists<ThreadMessage>(reader, threadMessages(dialect, heads.ref))
  const threads = byConversation(messages.key, messages.text)
  return new Map(
    heads.ref.map((ref, place) => {
      const headings = [heads.title[place] ?? null, heads.subject[place] ?? null].filter(
        (text) => text !== null,
      )
      return [heads.id[place] ?? '', { headings, ...inOrder(threads.get(ref) ?? { keys: [], messages: [] }) }]
    }),
  )
}

type ThreadMessages = Pick<ThreadTexts, 'keys' | 'messages'>

function byConversation(keys: readonly number[], texts: readonly string[]): Map<number, ThreadMessages> {
  const threads = new Map<number, ThreadMessages>()
  let keyBehind = 0
  let thread: ThreadMessages = { keys: [], messages: [] }
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place]!
    if (key >= keyBehind || key < keyBehind - maxMessages) {
      const ref = Math.floor(key / maxMessages)
      keyBehind = (ref + 1) * maxMessages
      thread = threads.get(ref) ?? { keys: [], messages: [] }
      threads.set(ref, thread)
    }
    thread.keys.push(key)
    thread.messages.push(texts[place] ?? '')
  }
  return threads
}

// An aggregate promises no order.
function inOrder({ keys, messages }: ThreadMessages): ThreadMessages {
  const isSorted = keys.every((key, place) => place === 0 || key > keys[place - 1]!)
  if (isSorted) return { keys, messages }
  const order = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!)
  return { keys: order.map((place) => keys[place]!), messages: order.map((place) => messages[place]!) }
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

interface HeadRow {
  key: number
  id: string | null
  created_at: number
  type: string | null
  author_id: string | null
  name: string | null
}

const headLists = listQuery(({ db, list, jsonArray }, keys: readonly number[]) =>
  db
    .selectFrom('messages as m')
    .leftJoin('authors as w', 'w.ref', 'm.author_ref')
    .select((eb) => [
      jsonArray(eb.ref('m.key')).as('key'),
      jsonArray(eb.ref('m.id')).as('id'),
      jsonArray(eb.ref('m.created_at')).as('created_at'),
      jsonArray(eb.ref('w.type')).as('type'),
      jsonArray(eb.ref('w.id')).as('author_id'),
      jsonArray(eb.ref('w.name')).as('name'),
    ])
    .where('m.key', 'in', list(keys))
    .compile(),
)

async function readHeads(
  reader: SqlReader,
  dialect: Dialect,
  keys: readonly number[],
): Promise<Map<number, Head>> {
  if (keys.length === 0) return new Map()
  const lists = await readLists<HeadRow>(reader, headLists(dialect, keys))
  return new Map(
    lists.key.map((key, place) => [
      key,
      {
        id: lists.id[place] ?? null,
        createdAt: lists.created_at[place] ?? 0,
        author: {
          type: lists.type[place] ?? 'user',
          id: lists.author_id[place] || null,
          name: lists.name[place] || null,
        },
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
