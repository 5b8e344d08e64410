import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind, maxMessages } from './message-keys'
import { readAll } from './statements'

/** Conversations looked at by one statement: some milliseconds, after which answers get their turn. */
const refsPerSlice = 1_000

/**
 * What is wrong inside: first by the engine's own check, then by the rules that hold between the tables, a slice of
 * conversations at a time. Every statement stands alone, so a change committed in between shows no half of itself.
 */
export async function findDamage(
  reader: SqlReader,
  dialect: Dialect,
  signal?: AbortSignal,
): Promise<string[]> {
  const problems = await dialect.findDamage(reader, signal)
  const lastRef = await readLastRef(reader, dialect)
  const counts = { withoutDetails: 0, miscounted: 0, withoutConversation: 0, withoutAuthor: 0 }
  for (let from = 0; from <= lastRef; from += refsPerSlice) {
    signal?.throwIfAborted()
    await nextTurn()
    const slice = { reader, dialect, from, to: from + refsPerSlice }
    counts.withoutDetails += await countWithoutDetails(slice)
    counts.miscounted += await countMiscounted(slice)
    counts.withoutConversation += await countWithoutConversation(slice)
    counts.withoutAuthor += await countWithoutAuthor(slice)
  }
  const say = (count: number, words: string) => {
    if (count > 0) problems.push(`${count} ${words}`)
  }
  say(counts.withoutDetails, 'conversations lack the part of their row that holds statistics and attributes')
  say(counts.miscounted, 'conversations count another number of messages than they have')
  say(counts.withoutConversation, 'messages belong to no conversation')
  say(counts.withoutAuthor, 'messages have an author that is not stored')
  return problems
}

interface Slice {
  reader: SqlReader
  dialect: Dialect
  /** Refs, half-open. */
  from: number
  to: number
}

/** Of messages too: those of a conversation that is gone lie behind the last one. */
async function readLastRef(reader: SqlReader, { db }: Dialect): Promise<number> {
  const conversations = db
    .selectFrom('conversations')
    .select((eb) => eb.fn.max<number | null>('ref').as('last'))
  const messages = db.selectFrom('messages').select((eb) => eb.fn.max<number | null>('key').as('last'))
  const [conversation] = await readAll(reader, conversations.compile())
  const [message] = await readAll(reader, messages.compile())
  return Math.max(conversation?.last ?? -1, Math.floor((message?.last ?? -1) / maxMessages))
}

async function countWithoutDetails({ reader, dialect: { db }, from, to }: Slice): Promise<number> {
  const query = db
    .selectFrom('conversations as c')
    .leftJoin('conversation_details as d', 'd.conversation_ref', 'c.ref')
    .where('c.ref', '>=', from)
    .where('c.ref', '<', to)
    .where('d.conversation_ref', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, query.compile()))[0]?.total ?? 0
}

async function countMiscounted({ reader, dialect: { db }, from, to }: Slice): Promise<number> {
  const query = db
    .selectFrom('conversations as c')
    .where('c.ref', '>=', from)
    .where('c.ref', '<', to)
    .where(
      sql<boolean>`c.message_count <> (select count(*) from messages as m
        where m.key >= ${firstKey} and m.key < ${keyBehind} and m.text is not null)`,
    )
    .select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, query.compile()))[0]?.total ?? 0
}

async function countWithoutConversation({ reader, dialect: { db }, from, to }: Slice): Promise<number> {
  const query = db
    .selectFrom('messages as m')
    .where('m.key', '>=', from * maxMessages)
    .where('m.key', '<', to * maxMessages)
    .where(
      sql<boolean>`not exists (select 1 from conversations as c
        where c.ref = m.key / ${sql.lit(maxMessages)})`,
    )
    .select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, query.compile()))[0]?.total ?? 0
}

async function countWithoutAuthor({ reader, dialect: { db }, from, to }: Slice): Promise<number> {
  const query = db
    .selectFrom('messages as m')
    .leftJoin('authors as w', 'w.ref', 'm.author_ref')
    .where('m.key', '>=', from * maxMessages)
    .where('m.key', '<', to * maxMessages)
    .where('w.ref', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, query.compile()))[0]?.total ?? 0
}
