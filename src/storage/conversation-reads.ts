import type { ConversationState, Message, Priority, TagRef } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind } from './message-keys'
import type { StoredConversation, StoredHit } from './port'
import { type MessageRow, rowToConversation, rowToMessage } from './rows'
import { listQuery, readAll, readLists } from './statements'

/** Conversations in the order of `ids`, with the names that belong to them; unknown ids are left out. */
export async function readConversations(
  reader: SqlReader,
  dialect: Dialect,
  ids: readonly string[],
): Promise<StoredConversation[]> {
  if (ids.length === 0) return []
  const rows = await readConversationRows(reader, dialect, ids)
  const refs = rows.map((row) => row.ref)
  const contacts = await readContactIds(reader, dialect, refs)
  const tags = await readTags(reader, dialect, refs)
  const found = new Map<string, StoredConversation>()
  for (const row of rows) {
    found.set(row.id, {
      ...rowToConversation(row, contacts.get(row.ref) ?? [], tags.get(row.ref) ?? []),
      ...toPeople(row),
      messageCount: row.message_count,
      threadUpdatedAt: row.thread_updated_at,
      partsTotal: row.parts_total,
      truncated: row.truncated === 1,
    })
  }
  return ids.map((id) => found.get(id)).filter((conversation) => conversation !== undefined)
}

/** Hits in the order of `ids`; unknown ids are left out. */
export async function readHits(
  reader: SqlReader,
  dialect: Dialect,
  ids: readonly string[],
): Promise<StoredHit[]> {
  if (ids.length === 0) return []
  const lists = await readLists<HitRow>(reader, hitLists(dialect, ids))
  const tags = await readTags(reader, dialect, lists.ref)
  const found = new Map<string, StoredHit>()
  for (const [place, ref] of lists.ref.entries()) {
    const id = lists.id[place] ?? ''
    const rating = lists.rating_score[place] ?? null
    found.set(id, {
      id,
      title: lists.title[place] ?? null,
      subject: lists.subject[place] ?? null,
      createdAt: lists.created_at[place] ?? 0,
      updatedAt: lists.updated_at[place] ?? 0,
      // Held by the mapper: nothing else is ever written.
      state: lists.state[place] as ConversationState,
      priority: lists.priority[place] as Priority,
      tags: tags.get(ref) ?? [],
      rating: rating === null ? null : { score: rating },
      messageCount: lists.message_count[place] ?? 0,
      ...toPeople({
        customer_id: lists.customer_id[place] ?? null,
        customer_name: lists.customer_name[place] ?? null,
        customer_email: lists.customer_email[place] ?? null,
        assignee_id: lists.assignee_id[place] ?? null,
        assignee_name: lists.assignee_name[place] ?? null,
        team_id: lists.team_id[place] ?? null,
        team_name: lists.team_name[place] ?? null,
      }),
    })
  }
  return ids.map((id) => found.get(id)).filter((hit) => hit !== undefined)
}

interface PeopleRow {
  customer_id: string | null
  customer_name: string | null
  customer_email: string | null
  assignee_id: string | null
  assignee_name: string | null
  team_id: string | null
  team_name: string | null
}

function toPeople(row: PeopleRow): Pick<StoredConversation, 'customer' | 'assignee' | 'team'> {
  const { customer_id, assignee_id, team_id } = row
  return {
    customer:
      customer_id === null ? null : { id: customer_id, name: row.customer_name, email: row.customer_email },
    assignee: assignee_id === null ? null : { id: assignee_id, name: row.assignee_name },
    team: team_id === null ? null : { id: team_id, name: row.team_name },
  }
}

interface HitRow extends PeopleRow {
  ref: number
  id: string
  title: string | null
  subject: string | null
  created_at: number
  updated_at: number
  state: string
  priority: string
  rating_score: number | null
  message_count: number
}

const hitLists = listQuery(({ db, list, jsonArray }, ids: readonly string[]) =>
  db
    .selectFrom('conversations as c')
    .leftJoin('contacts as p', 'p.id', 'c.customer_id')
    .leftJoin('admins as a', 'a.id', 'c.assignee_id')
    .leftJoin('teams as t', 't.id', 'c.team_id')
    .select((eb) => [
      jsonArray(eb.ref('c.ref')).as('ref'),
      jsonArray(eb.ref('c.id')).as('id'),
      jsonArray(eb.ref('c.title')).as('title'),
      jsonArray(eb.ref('c.subject')).as('subject'),
      jsonArray(eb.ref('c.created_at')).as('created_at'),
      jsonArray(eb.ref('c.updated_at')).as('updated_at'),
      jsonArray(eb.ref('c.state')).as('state'),
      jsonArray(eb.ref('c.priority')).as('priority'),
      jsonArray(eb.ref('c.rating_score')).as('rating_score'),
      jsonArray(eb.ref('c.message_count')).as('message_count'),
      jsonArray(eb.ref('c.customer_id')).as('customer_id'),
      jsonArray(eb.ref('p.name')).as('customer_name'),
      jsonArray(eb.ref('p.email')).as('customer_email'),
      jsonArray(eb.ref('c.assignee_id')).as('assignee_id'),
      jsonArray(eb.ref('a.name')).as('assignee_name'),
      jsonArray(eb.ref('c.team_id')).as('team_id'),
      jsonArray(eb.ref('t.name')).as('team_name'),
    ])
    .where('c.id', 'in', list(ids))
    .compile(),
)

function readConversationRows(reader: SqlReader, { db, list }: Dialect, ids: readonly string[]) {
  return readAll(
    reader,
    db
      .selectFrom('conversations as c')
      .innerJoin('conversation_details as d', 'd.conversation_ref', 'c.ref')
      .leftJoin('contacts as p', 'p.id', 'c.customer_id')
      .leftJoin('admins as a', 'a.id', 'c.assignee_id')
      .leftJoin('teams as t', 't.id', 'c.team_id')
      .selectAll('c')
      .select(['d.source_url', 'd.rating', 'd.statistics', 'd.custom_attributes', 'd.sla', 'd.ai_agent'])
      .select(['p.name as customer_name', 'p.email as customer_email'])
      .select(['a.name as assignee_name', 't.name as team_name'])
      .where('c.id', 'in', list(ids))
      .compile(),
  )
}

async function readContactIds(
  reader: SqlReader,
  { db, list }: Dialect,
  refs: readonly number[],
): Promise<Map<number, string[]>> {
  const query = db
    .selectFrom('conversation_contacts')
    .select(['conversation_ref', 'contact_id'])
    .where('conversation_ref', 'in', list(refs))
    .orderBy('conversation_ref')
    .orderBy('position')
  return groupByRef(await readAll(reader, query.compile()), (row) => row.contact_id)
}

const tagRows = listQuery(({ db, list }, refs: readonly number[]) =>
  db
    .selectFrom('conversation_tags as ct')
    .innerJoin('tags as t', 't.id', 'ct.tag_id')
    .select(['ct.conversation_ref', 't.id', 't.name'])
    .where('ct.conversation_ref', 'in', list(refs))
    .orderBy('ct.conversation_ref')
    .orderBy('ct.position')
    .compile(),
)

async function readTags(
  reader: SqlReader,
  dialect: Dialect,
  refs: readonly number[],
): Promise<Map<number, TagRef[]>> {
  return groupByRef(await readAll(reader, tagRows(dialect, refs)), ({ id, name }) => ({ id, name }))
}

/** Messages of each conversation, oldest first; a conversation that is not stored is not in the answer. */
export async function readMessages(
  reader: SqlReader,
  { db, list }: Dialect,
  conversationIds: readonly string[],
): Promise<Map<string, Message[]>> {
  const messages = new Map<string, Message[]>()
  if (conversationIds.length === 0) return messages
  const rows = await readAll(
    reader,
    db
      .selectFrom('conversations as c')
      .leftJoin('messages as m', (join) => join.on('m.key', '>=', firstKey).on('m.key', '<', keyBehind))
      .leftJoin('authors as w', 'w.ref', 'm.author_ref')
      .select(['c.id as conversation_id', 'm.key', 'm.id', 'm.part_type', 'm.created_at', 'm.updated_at'])
      .select(['m.attachments', 'm.redacted', 'm.details', 'm.text'])
      .select([
        'w.type as author_type',
        'w.id as author_id',
        'w.name as author_name',
        'w.email as author_email',
      ])
      .select('w.from_ai_agent')
      .where('c.id', 'in', list(conversationIds))
      .orderBy('m.key')
      .compile(),
  )
  for (const row of rows) {
    const thread = messages.get(row.conversation_id) ?? []
    messages.set(row.conversation_id, thread)
    // A conversation without messages is one row in which everything else is null.
    if (row.key !== null) thread.push(rowToMessage(row as MessageRow))
  }
  return messages
}

function groupByRef<Row extends { conversation_ref: number }, Value>(
  rows: readonly Row[],
  toValue: (row: Row) => Value,
): Map<number, Value[]> {
  const groups = new Map<number, Value[]>()
  for (const row of rows) {
    const group = groups.get(row.conversation_ref)
    if (group) group.push(toValue(row))
    else groups.set(row.conversation_ref, [toValue(row)])
  }
  return groups
}
