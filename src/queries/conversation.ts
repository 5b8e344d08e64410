import type { ConversationAnswer, ConversationRequest } from '../domain/answers'
import type { Contact, JsonObject, Workspace } from '../domain/conversation'
import { UserInputError } from '../domain/errors'
import type { Store, StoredConversation } from '../storage/port'
import { parseConversationLink } from './conversation-id'
import { conversationUrl } from './conversation-url'
import { isoTime, isoTimeOrNull } from './iso-time'
import { defaultTokens, envelopeTokens, estimateTokens, maxTokens } from './size-budget'
import { readThreadPage } from './thread-page'

/** Messages get this much even beside a customer with hundreds of attributes. */
const leastThreadTokens = 2_000

export type StoredConversationAnswer = Omit<ConversationAnswer, 'freshness' | 'source'>

/**
 * One conversation as stored, with a page of its thread (oldest first; messages with text or attachments, and the
 * events that closed, opened, snoozed or assigned it) and its customer; null when it is not stored. `message_count`
 * counts messages with text. Rejects with UserInputError an id or a cursor that cannot be read, and a link into
 * another workspace.
 */
export async function getConversation(
  store: Store,
  request: ConversationRequest,
): Promise<StoredConversationAnswer | null> {
  const link = parseConversationLink(request.conversation_id)
  const maxMessages = readMaxMessages(request.max_messages)
  const workspace = await store.getWorkspace()
  if (link.workspaceId !== null && workspace && link.workspaceId !== workspace.id) {
    throw new UserInputError(
      `The link leads to workspace ${link.workspaceId}; the data here is of workspace ${workspace.id}.`,
    )
  }
  const [stored] = await store.getConversations([link.id])
  if (!stored) return null

  const customerId = stored.customer?.id ?? stored.contactIds[0]
  const wantsCustomer = request.include_customer !== false && customerId !== undefined
  const contact = wantsCustomer ? await store.getContact(customerId) : null
  const customer = contact && toCustomer(contact)
  const head = toHead(stored, workspace)
  if (request.include_messages === false) {
    return { conversation: { ...head, messages: [], next_cursor: null }, customer }
  }
  const messages = (await store.getMessages([link.id])).get(link.id) ?? []
  const budget = request.max_messages === undefined ? defaultTokens : maxTokens
  const page = readThreadPage(link.id, messages, {
    cursor: request.cursor ?? null,
    maxMessages,
    tokens: Math.max(budget - envelopeTokens - estimateTokens([head, customer]), leastThreadTokens),
  })
  return { conversation: { ...head, messages: page.messages, next_cursor: page.nextCursor }, customer }
}

function toHead(stored: StoredConversation, workspace: Workspace | null) {
  return {
    id: stored.id,
    url: conversationUrl(workspace, stored.id),
    created_at: isoTime(stored.createdAt),
    updated_at: isoTime(stored.updatedAt),
    state: stored.state,
    priority: stored.priority,
    title: stored.title ?? stored.subject,
    customer: stored.customer,
    assignee: stored.assignee,
    team: stored.team,
    tags: stored.tags.map(({ name }) => name),
    rating: stored.rating?.score ?? null,
    message_count: stored.messageCount,
    statistics: stored.statistics && withIsoTimes(stored.statistics),
    custom_attributes: stored.customAttributes,
    truncated: stored.truncated,
  }
}

function toCustomer(contact: Contact): ConversationAnswer['customer'] {
  return {
    id: contact.id,
    name: contact.name,
    email: contact.email,
    created_at: isoTimeOrNull(contact.createdAt),
    signed_up_at: isoTimeOrNull(contact.signedUpAt),
    last_seen_at: isoTimeOrNull(contact.lastSeenAt),
    custom_attributes: contact.customAttributes,
    tags: contact.tags.map(({ name }) => name),
  }
}

/** Intercom's statistics with their moments (`first_close_at`) written like all times of an answer. */
function withIsoTimes(statistics: JsonObject): JsonObject {
  const entries = Object.entries(statistics).map(([key, value]) => {
    const isMoment = key.endsWith('_at') && typeof value === 'number' && Number.isFinite(value) && value > 0
    return [key, isMoment && value < 1e11 ? isoTime(value) : value]
  })
  return Object.fromEntries(entries)
}

function readMaxMessages(asked: number | undefined): number {
  if (asked === undefined) return Number.POSITIVE_INFINITY
  if (Number.isInteger(asked) && asked >= 1) return asked
  throw new UserInputError(`max_messages must be a whole number from 1, not ${asked}.`, {
    hint: 'To leave the messages out, pass include_messages: false.',
  })
}
