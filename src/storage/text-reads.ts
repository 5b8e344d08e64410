import { sql } from 'kysely'
import { sourceMessageId } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, firstKeyOf, keyBehind, keyBehindOf, maxMessages } from './message-keys'
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

const threadHeads = listQuery(({ db, list, jsonArray }, conversationIds: readonly string[]) =>
  db
    .selectFrom('conversations as c')
    .select((eb) => [
      jsonArray(eb.ref('c.ref')).as('refs'),
      jsonArray(eb.ref('c.id')).as('ids'),
      jsonArray(eb.ref('c.title')).as('titles'),
      jsonArray(eb.ref('c.subject')).as('subjects'),
    ])
    .where('c.id', 'in', list(conversationIds))
    .compile(),
)

// All threads in one row, as a row for each takes twice as long. Cross joined, so that SQLite looks up each thread.
const threadMessages = listQuery(({ db, list, jsonArray }, refs: readonly number[]) =>
  sql<{ keys: string; texts: string }>`
    select ${jsonArray(sql.ref('m.key'))} as keys, ${jsonArray(sql.ref('m.text'))} as texts
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
  const [heads] = await readAll(reader, threadHeads(dialect, conversationIds))
  const refs = JSON.parse(heads?.refs ?? '[]') as number[]
  const ids = JSON.parse(heads?.ids ?? '[]') as string[]
  const titles = JSON.parse(heads?.titles ?? '[]') as (string | null)[]
  const subjects = JSON.parse(heads?.subjects ?? '[]') as (string | null)[]
  const [messages] = await readAll(reader, threadMessages(dialect, refs))
  const keys = JSON.parse(messages?.keys ?? '[]') as number[]
  const threads = byConversation(keys, JSON.parse(messages?.texts ?? '[]') as string[])
  return new Map(
    refs.map((ref, place) => {
      const headings = [titles[place] ?? null, subjects[place] ?? null].filter((heading) => heading !== null)
      const thread = threads.get(ref) ?? { keys: [], messages: [] }
      return [ids[place] ?? '', { headings, ...inOrder(thread) }]
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
