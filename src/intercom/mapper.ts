import {
  type Attachment,
  type Author,
  type Contact,
  type Conversation,
  type ConversationState,
  conversationStates,
  type FetchedConversation,
  isCustomerType,
  type JsonObject,
  type Message,
  type Priority,
  priorities,
  type Rating,
  sourceMessageId,
  type TagRef,
} from '../domain/conversation'
import { cleanLine } from './clean-text'
import { htmlToText } from './html-to-text'
import {
  readEach,
  readOne,
  type WireAuthor,
  type WireContact,
  type WireConversation,
  type WirePart,
  type WireRating,
  type WireSource,
  wire,
} from './schemas'

/**
 * A conversation of a search or of a GET in the words of the domain, or null when it has no id or no creation time.
 * It has a thread exactly when the answer carried parts.
 */
export function toFetchedConversation(
  json: unknown,
  onSkippedPart?: (conversationId: string) => void,
): FetchedConversation | null {
  const sent = readOne(wire.conversation, json)
  if (sent === null) return null
  const messages = sent.source ? [toOpeningMessage(sent, sent.source)] : []
  const thread = sent.conversation_parts
  if (thread) {
    const parts = readEach(wire.part, thread.parts, () => onSkippedPart?.(sent.id))
    messages.push(...parts.map((part) => toMessage(part, sent.id)).sort((a, b) => a.createdAt - b.createdAt))
  }
  const contactRefs = readEach(wire.contactRef, sent.contacts)
  return {
    conversation: toConversation(
      sent,
      contactRefs.map((ref) => ref.id),
    ),
    messages,
    thread: thread ? { partsTotal: thread.total } : null,
    contacts: collectContacts(contactRefs, messages),
  }
}

/** A contact in the words of the domain, or null when it has no id. */
export function toContact(json: unknown): Contact | null {
  const sent: WireContact | null = readOne(wire.contact, json)
  if (sent === null) return null
  return {
    id: sent.id,
    role: cleanLine(sent.role),
    name: cleanLine(sent.name),
    email: cleanLine(sent.email),
    createdAt: sent.created_at,
    signedUpAt: sent.signed_up_at,
    lastSeenAt: sent.last_seen_at,
    customAttributes: sent.custom_attributes ?? {},
    tags: toTags(sent.tags),
  }
}

/** Tags that have both id and name, without duplicates. */
export function toTags(members: readonly unknown[]): TagRef[] {
  const byId = new Map<string, TagRef>()
  for (const { id, name } of readEach(wire.tag, members)) byId.set(id, { id, name: cleanLine(name) ?? id })
  return [...byId.values()]
}

function toConversation(sent: WireConversation, contactIds: string[]): Conversation {
  const { source } = sent
  return {
    id: sent.id,
    title: cleanLine(htmlToText(sent.title)),
    createdAt: sent.created_at,
    updatedAt: sent.updated_at ?? sent.created_at,
    state: toState(sent),
    read: sent.read ?? false,
    priority: toPriority(sent.priority),
    waitingSince: sent.waiting_since,
    snoozedUntil: sent.snoozed_until,
    assigneeId: sent.admin_assignee_id,
    teamId: sent.team_assignee_id,
    contactIds: contactIds.length > 0 ? [...new Set(contactIds)] : customerOf(source),
    tags: toTags(sent.tags),
    rating: toRating(sent.conversation_rating),
    sourceType: cleanLine(source?.type ?? null),
    deliveredAs: cleanLine(source?.delivered_as ?? null),
    subject: cleanLine(htmlToText(source?.subject ?? null)),
    sourceUrl: source?.url ?? null,
    statistics: sent.statistics,
    customAttributes: sent.custom_attributes ?? {},
    sla: sent.sla_applied,
    aiAgent: sent.ai_agent ?? (sent.ai_agent_participated ? { ai_agent_participated: true } : null),
  }
}

/** Old answers name no contacts; then the customer who opened the conversation is the one. */
function customerOf(source: WireSource | null): string[] {
  const author = source?.author
  return author?.id && isCustomerType(author.type) ? [author.id] : []
}

function toState({ state, open }: WireConversation): ConversationState {
  return conversationStates.find((known) => known === state) ?? (open === false ? 'closed' : 'open')
}

/** Versions before 2.16 knew two words. */
function toPriority(sent: string | null): Priority {
  if (sent === 'priority') return 'high'
  return priorities.find((known) => known === sent) ?? 'none'
}

function toRating(sent: WireRating | null): Rating | null {
  if (sent === null) return null
  const score = sent.rating !== null && sent.rating >= 1 && sent.rating <= 5 ? Math.round(sent.rating) : null
  return {
    score,
    remark: htmlToText(sent.remark),
    requestedAt: sent.created_at,
    ratedAt: score === null ? null : sent.updated_at,
    teammateId: sent.teammate?.id ?? null,
  }
}

function toOpeningMessage(sent: WireConversation, source: WireSource): Message {
  return {
    id: sourceMessageId(sent.id),
    conversationId: sent.id,
    partType: 'source',
    createdAt: sent.created_at,
    updatedAt: sent.created_at,
    author: toAuthor(source.author),
    text: htmlToText(source.body),
    attachments: toAttachments(source.attachments),
    redacted: source.redacted ?? false,
    details: null,
  }
}

function toMessage(part: WirePart, conversationId: string): Message {
  return {
    id: part.id,
    conversationId,
    partType: part.part_type,
    createdAt: part.created_at,
    updatedAt: part.updated_at ?? part.created_at,
    author: toAuthor(part.author),
    text: htmlToText(part.body),
    attachments: toAttachments(part.attachments),
    redacted: part.redacted ?? false,
    details: toDetails(part),
  }
}

function toDetails({ assigned_to, event_details, tags }: WirePart): JsonObject | null {
  const details: JsonObject = {}
  if (assigned_to) details.assigned_to = assigned_to
  if (event_details) details.event_details = event_details
  if (tags.length > 0) details.tags = tags
  return Object.keys(details).length > 0 ? details : null
}

function toAuthor(sent: WireAuthor | null): Author {
  return {
    type: sent?.type ?? 'unknown',
    id: sent?.id ?? null,
    name: cleanLine(sent?.name ?? null),
    email: cleanLine(sent?.email ?? null),
    fromAiAgent: sent?.from_ai_agent ?? false,
  }
}

function toAttachments(members: readonly unknown[]): Attachment[] {
  return readEach(wire.attachment, members).map((sent) => ({
    name: cleanLine(sent.name) ?? 'attachment',
    url: sent.url,
    contentType: cleanLine(sent.content_type),
    sizeBytes: sent.filesize,
  }))
}

interface SeenCustomer {
  id: string
  name: string | null
  email: string | null
  role: string | null
}

/** Customers whom the answer names: most need no contacts call at all. The first word on a field counts. */
function collectContacts(refs: readonly SeenCustomer[], messages: readonly Message[]): Contact[] {
  const seen = new Map<string, SeenCustomer>()
  const add = (person: SeenCustomer) => {
    const known = seen.get(person.id)
    seen.set(person.id, {
      id: person.id,
      name: known?.name ?? person.name,
      email: known?.email ?? person.email,
      role: known?.role ?? person.role,
    })
  }
  for (const ref of refs) add({ ...ref, name: cleanLine(ref.name), email: cleanLine(ref.email) })
  for (const { author } of messages) {
    if (author.id === null || !isCustomerType(author.type)) continue
    const role = author.type === 'contact' ? null : author.type
    add({ id: author.id, name: author.name, email: author.email, role })
  }
  return [...seen.values()].filter(({ name, email }) => name !== null || email !== null).map(toSeenContact)
}

function toSeenContact({ id, name, email, role }: SeenCustomer): Contact {
  return {
    id,
    role,
    name,
    email,
    createdAt: null,
    signedUpAt: null,
    lastSeenAt: null,
    customAttributes: {},
    tags: [],
  }
}
