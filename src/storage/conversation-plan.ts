import type { FetchedConversation, Message } from '../domain/conversation'
import { completeThread, countParts } from '../domain/thread-parts'
import { fingerprint } from './fingerprint'
import { conversationToColumns, threadToColumns } from './rows'
import type { ConversationsTable } from './schema'

/** What a change makes of one conversation. Pure: reading before and writing after are done elsewhere. */
export interface ConversationPlan {
  row: ConversationsTable
  /** Whether the store has it already. */
  isStored: boolean
  /** Whether the store has a thread of it, of whatever version, and not the opening message alone. */
  hadThread: boolean
  rowChanged: boolean
  /** The fetched conversation whose wide columns, contacts and tags are to be written; null when they stay. */
  fetched: FetchedConversation['conversation'] | null
  /** All messages when they are to be replaced; null when the stored ones stay. */
  messages: Message[] | null
  documentChanged: boolean
  /** Whether something has changed of what a customer wrote, or who wrote it. */
  textsChanged: boolean
}

/** The plan for a stored conversation that nothing has been fetched for yet. */
export function planStored(row: ConversationsTable): ConversationPlan {
  return {
    row,
    isStored: true,
    hadThread: row.thread_updated_at !== null,
    rowChanged: false,
    fetched: null,
    messages: null,
    documentChanged: false,
    textsChanged: false,
  }
}

/**
 * Adds what was fetched to the plan for its conversation. Row and thread have versions of their own, and neither
 * goes back to an older one:
 *
 * ```
 *   fetched        row                               messages
 *   hit            replaced unless it is newer       opening message replaced, unless a thread is stored
 *   whole thread   replaced unless it is newer       replaced unless the stored thread is newer
 * ```
 */
export function planFetched(
  plan: ConversationPlan | null,
  fetched: FetchedConversation,
  newRef: () => number,
  storedMessages: readonly Message[],
): ConversationPlan {
  const next = plan ?? planNew(fetched, newRef())
  const { conversation, thread } = fetched
  const isNew = plan === null
  const rowIsNewer = !isNew && next.row.updated_at > conversation.updatedAt
  if (!isNew && !rowIsNewer) replaceRow(next, conversation)
  const { thread_updated_at: threadVersion } = next.row
  if (thread !== null) {
    if (threadVersion === null || threadVersion <= conversation.updatedAt) {
      replaceThread(next, fetched, thread.partsTotal, next.messages ?? storedMessages)
    }
  } else if (threadVersion === null && !rowIsNewer) {
    replaceMessages(next, fetched.messages)
  }
  const { row } = next
  setColumns(next, {
    thread_pending: row.thread_updated_at === null || row.thread_updated_at < row.updated_at ? 1 : 0,
  })
  return next
}

function planNew({ conversation }: FetchedConversation, ref: number): ConversationPlan {
  const row: ConversationsTable = {
    ...conversationToColumns(conversation),
    ref,
    message_count: 0,
    parts_total: null,
    thread_updated_at: null,
    thread_pending: 1,
    truncated: 0,
    row_fingerprint: fingerprint(conversation),
    messages_fingerprint: '',
    ...{ thread_customer_at: null, thread_reply_at: null, admin_replies: null, closings: null },
  }
  return {
    row,
    isStored: false,
    hadThread: false,
    rowChanged: true,
    fetched: conversation,
    messages: null,
    documentChanged: true,
    textsChanged: true,
  }
}

function replaceRow(plan: ConversationPlan, conversation: FetchedConversation['conversation']): void {
  const print = fingerprint(conversation)
  if (print === plan.row.row_fingerprint) return
  const { title, subject } = plan.row
  setColumns(plan, { ...conversationToColumns(conversation), row_fingerprint: print })
  plan.fetched = conversation
  if (plan.row.title !== title || plan.row.subject !== subject) plan.documentChanged = true
  if (plan.row.subject !== subject) plan.textsChanged = true
}

function replaceThread(
  plan: ConversationPlan,
  fetched: FetchedConversation,
  partsTotal: number,
  stored: readonly Message[],
): void {
  const { conversation } = fetched
  const messages = completeThread(fetched, stored)
  replaceMessages(plan, messages)
  setColumns(plan, {
    parts_total: partsTotal,
    thread_updated_at: conversation.updatedAt,
    truncated: partsTotal > countParts(conversation.id, messages) ? 1 : 0,
    ...threadToColumns(messages),
  })
}

function replaceMessages(plan: ConversationPlan, messages: Message[]): void {
  const print = fingerprint(messages)
  if (print === plan.row.messages_fingerprint) return
  plan.messages = messages
  plan.documentChanged = true
  plan.textsChanged = true
  setColumns(plan, {
    messages_fingerprint: print,
    message_count: messages.filter((message) => message.text !== null).length,
  })
}

function setColumns(plan: ConversationPlan, columns: Partial<ConversationsTable>): void {
  const names = Object.keys(columns) as (keyof ConversationsTable)[]
  if (names.every((name) => plan.row[name] === columns[name])) return
  Object.assign(plan.row, columns)
  plan.rowChanged = true
}
