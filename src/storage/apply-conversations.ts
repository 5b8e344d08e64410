import type { FetchedConversation, Message, Tombstone } from '../domain/conversation'
import { isCutThread } from '../domain/thread-parts'
import { readCustomerWords } from '../text/customer-words'
import { judgeWords } from '../text/text-figures'
import { findAuthorRefs } from './author-refs'
import { createBreather } from './breather'
import { type ConversationPlan, planFetched, planStored } from './conversation-plan'
import { readMessages } from './conversation-reads'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import {
  addDocuments,
  countDeadOpenings,
  documentTexts,
  readMessageTexts,
  removeDocuments,
} from './index-documents'
import type { IndexState } from './index-state'
import { maxMessages, messageKey } from './message-keys'
import type { AppliedChange } from './port'
import { conversationToDetails, messageToRow, toStorableText } from './rows'
import { readAll, type StatementBatch } from './statements'
import { textFiguresToRow } from './text-figures'
import type { Writers } from './writers'

export interface ConversationChange {
  conversations: readonly FetchedConversation[]
  tombstones: readonly Tombstone[]
}

export interface ApplyContext {
  reader: SqlReader
  dialect: Dialect
  writers: Writers
  state: IndexState
}

export interface PlannedConversations {
  applied: AppliedChange
  /** Conversations whose rows or documents are written or removed. */
  changedRefs: number[]
  /** Whether `text_figures` lacks some of them now. */
  leavesUnjudged: boolean
}

/** Adds the writes for hits, threads and deletions, and says how much they are and whose. */
export async function applyConversations(
  context: ApplyContext,
  batch: StatementBatch,
  { conversations, tombstones }: ConversationChange,
): Promise<PlannedConversations> {
  if (conversations.length === 0 && tombstones.length === 0) {
    return { applied: { conversations: 0, messages: 0 }, changedRefs: [], leavesUnjudged: false }
  }
  const { writers } = context
  const deletedNow = new Set(tombstones.map(({ conversationId }) => conversationId))
  const plans = await planConversations(context, batch, conversations, deletedNow)
  const removedRefs: number[] = []
  for (const id of deletedNow) {
    const plan = plans.get(id)
    if (plan?.isStored) {
      removeConversation(context, batch, plan.row.ref)
      removedRefs.push(plan.row.ref)
    }
    plans.delete(id)
  }
  for (const { conversationId, deletedAt, presumed } of tombstones) {
    batch.write(writers.tombstone, {
      conversation_id: conversationId,
      deleted_at: deletedAt,
      presumed: presumed ? 1 : 0,
    })
  }
  const changed = [...plans.values()].filter((plan) => plan.rowChanged || plan.messages !== null)
  removeReplaced(context, batch, changed)
  writeRows(context, batch, changed)
  const messages = await writeMessages(context, batch, changed)
  await writeDocuments(context, batch, changed)
  const leavesUnjudged = await writeTextFigures(context, batch, changed)
  return {
    applied: { conversations: changed.length, messages },
    changedRefs: [...removedRefs, ...changed.map(({ row }) => row.ref)],
    leavesUnjudged,
  }
}

/**
 * Plans by conversation id, also for stored ones that are to be deleted. Deleted ones stay deleted; of those that were
 * only presumed to be, the tombstone goes.
 */
async function planConversations(
  { reader, dialect, writers }: ApplyContext,
  batch: StatementBatch,
  conversations: readonly FetchedConversation[],
  deletedNow: ReadonlySet<string>,
): Promise<Map<string, ConversationPlan>> {
  const { db, list } = dialect
  const ids = [...new Set([...conversations.map((each) => each.conversation.id), ...deletedNow])]
  const inIds = list(ids)
  const rows = await readAll(
    reader,
    db.selectFrom('conversations').selectAll().where('id', 'in', inIds).compile(),
  )
  const deleted = await readAll(
    reader,
    db
      .selectFrom('tombstones')
      .select(['conversation_id', 'presumed'])
      .where('conversation_id', 'in', inIds)
      .compile(),
  )
  const gone = new Set<string>()
  for (const { conversation_id: id, presumed } of deleted) {
    if (presumed === 0) gone.add(id)
    else if (!deletedNow.has(id)) batch.add(writers.deleteTombstone, [id])
  }
  const plans = new Map(rows.map((row) => [row.id, planStored(row)]))
  const cut = conversations.filter(isCutThread).map((each) => each.conversation.id)
  const stored = await readMessages(
    reader,
    dialect,
    cut.filter((id) => plans.has(id)),
  )
  const newRef = await refCounter(reader, dialect)
  const breathe = createBreather()
  for (const fetched of conversations) {
    const { id } = fetched.conversation
    await breathe()
    if (gone.has(id) || deletedNow.has(id)) continue
    plans.set(id, planFetched(plans.get(id) ?? null, fetched, newRef, stored.get(id) ?? []))
  }
  return plans
}

async function refCounter(reader: SqlReader, { db }: Dialect): Promise<() => number> {
  const query = db.selectFrom('conversations').select((eb) => eb.fn.max('ref').as('ref'))
  let last = (await readAll(reader, query.compile()))[0]?.ref ?? 0
  return () => ++last
}

function removeConversation({ writers, state }: ApplyContext, batch: StatementBatch, ref: number): void {
  batch.add(writers.deleteConversation, [ref])
  batch.add(writers.deleteDetails, [ref])
  batch.add(writers.deleteContacts, [ref])
  batch.add(writers.deleteTags, [ref])
  batch.add(writers.deleteTextFigures, [ref])
  removeMessages(batch, writers, ref)
  removeDocuments(batch, writers, state, ref)
}

function removeMessages(batch: StatementBatch, writers: Writers, ref: number): void {
  batch.add(writers.deleteMessages, [messageKey(ref, 0), messageKey(ref, maxMessages - 1)])
}

/** Statements run in the order of their first row, so all removals are added before any of the new rows. */
function removeReplaced(
  { writers, state }: ApplyContext,
  batch: StatementBatch,
  plans: ConversationPlan[],
): void {
  let openings = 0
  for (const { row, isStored, hadThread, fetched, messages, documentChanged, textsChanged } of plans) {
    if (!isStored) continue
    if (messages !== null) removeMessages(batch, writers, row.ref)
    if (textsChanged) batch.add(writers.deleteTextFigures, [row.ref])
    if (fetched !== null) {
      batch.add(writers.deleteContacts, [row.ref])
      batch.add(writers.deleteTags, [row.ref])
    }
    if (!documentChanged) continue
    removeDocuments(batch, writers, state, row.ref)
    if (!hadThread) openings += 1
  }
  if (openings > 0) countDeadOpenings(batch, writers, state, openings)
}

function writeRows({ writers }: ApplyContext, batch: StatementBatch, plans: ConversationPlan[]): void {
  for (const { row, fetched, isStored } of plans) {
    // A thread follows its hit, whose columns are mostly the same: most of a row is then not written again.
    batch.write(isStored && fetched === null ? writers.conversationThread : writers.conversation, row)
    if (fetched === null) continue
    const { ref } = row
    batch.write(writers.details, conversationToDetails(ref, fetched))
    for (const [position, contactId] of fetched.contactIds.entries()) {
      batch.write(writers.conversationContact, { conversation_ref: ref, position, contact_id: contactId })
    }
    for (const [position, tag] of fetched.tags.entries()) {
      batch.write(writers.conversationTag, { conversation_ref: ref, position, tag_id: tag.id })
    }
  }
}

async function writeMessages(
  { reader, dialect, writers }: ApplyContext,
  batch: StatementBatch,
  plans: ConversationPlan[],
): Promise<number> {
  const all: Message[] = plans.flatMap((plan) => plan.messages ?? [])
  const authors = await findAuthorRefs(reader, dialect, all)
  for (const author of authors.added) batch.write(writers.author, author)
  for (const { row, messages } of plans) {
    for (const [position, message] of (messages ?? []).entries()) {
      batch.write(writers.message, messageToRow(message, row.ref, position, authors.refOf(message.author)))
    }
  }
  return all.filter((message) => message.text !== null).length
}

async function writeDocuments(
  { reader, dialect, writers, state }: ApplyContext,
  batch: StatementBatch,
  plans: ConversationPlan[],
): Promise<void> {
  const changed = plans.filter((plan) => plan.documentChanged)
  const unread = changed.filter((plan) => plan.isStored && plan.messages === null).map((plan) => plan.row.ref)
  const stored = await readMessageTexts(reader, dialect, unread)
  await addDocuments(
    batch,
    { dialect, writers, state },
    changed.map(({ row, messages }) => ({
      ref: row.ref,
      texts: documentTexts(row, messages?.map((message) => message.text) ?? stored.get(row.ref) ?? []),
    })),
  )
}

/** So many conversations are judged within a change: some milliseconds. A first sync's changes are larger. */
const mostJudgedAtOnce = 20

/** What it leaves out is judged in the background, see `text-upkeep.ts`. Resolves to whether there is any. */
async function writeTextFigures(
  { writers }: ApplyContext,
  batch: StatementBatch,
  plans: ConversationPlan[],
): Promise<boolean> {
  const changed = plans.filter((plan) => plan.textsChanged)
  if (changed.length > mostJudgedAtOnce) return true
  const breathe = createBreather()
  for (const { row, messages } of changed) {
    if (messages === null) continue
    const written = messages.map(({ author, text }) => ({
      author: { type: toStorableText(author.type) },
      text: text === null ? null : toStorableText(text),
    }))
    batch.write(
      writers.textFigures,
      textFiguresToRow(row.ref, judgeWords(readCustomerWords(row.subject, written))),
    )
    await breathe()
  }
  return changed.some(({ messages }) => messages === null)
}
