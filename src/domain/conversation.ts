/**
 * The things this product stores, as plain data. Times are epoch seconds on Intercom's clock, ids are strings,
 * what is absent is null. No I/O and no packages here.
 */

export const conversationStates = ['open', 'closed', 'snoozed'] as const
export type ConversationState = (typeof conversationStates)[number]

/** Intercom's levels since API version 2.16; `not_priority` of older versions is `none`, `priority` is `high`. */
export const priorities = ['none', 'low', 'medium', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

/** A JSON object as Intercom sent it, kept whole because its shape differs between API versions. */
export type JsonObject = { [key: string]: unknown }

export interface Workspace {
  /** Intercom's `app.id_code`; conversation ids are unique only inside one workspace. */
  id: string
  name: string
  /** IANA name, for instance `Europe/Dublin`; null when Intercom does not say. */
  timezone: string | null
  /** `US`, `EU` or `AU` as Intercom writes it. */
  region: string | null
  createdAt: number | null
}

export interface Author {
  /** `user`, `lead`, `contact`, `admin`, `bot`, `team`, or a kind Intercom adds later. */
  type: string
  id: string | null
  name: string | null
  email: string | null
  /** True when an AI agent wrote it, whatever `type` says. */
  fromAiAgent: boolean
}

export interface Attachment {
  name: string
  url: string | null
  contentType: string | null
  sizeBytes: number | null
}

/** One part of a thread, the opening message included. Events (assignments, closings) are messages without text. */
export interface Message {
  /** Unique inside its conversation. The opening message is `source_<conversation id>`. */
  id: string
  conversationId: string
  /** Intercom's part type (`comment`, `note`, `close`, …), or `source` for the opening message. */
  partType: string
  createdAt: number
  updatedAt: number
  author: Author
  /** Plain text, without HTML and control characters; null for an event that says nothing. */
  text: string | null
  attachments: Attachment[]
  redacted: boolean
  /** Who it was assigned to, event details, part tags: only what Intercom sent, else null. */
  details: JsonObject | null
}

export interface TagRef {
  id: string
  name: string
}

export interface Rating {
  /** 1 to 5, or null when asked for and not given. */
  score: number | null
  remark: string | null
  requestedAt: number | null
  ratedAt: number | null
  teammateId: string | null
}

export interface Conversation {
  id: string
  title: string | null
  createdAt: number
  updatedAt: number
  state: ConversationState
  read: boolean
  priority: Priority
  waitingSince: number | null
  snoozedUntil: number | null
  /** null when unassigned (Intercom sends null or 0). */
  assigneeId: string | null
  teamId: string | null
  /** The first one is the customer. */
  contactIds: string[]
  tags: TagRef[]
  rating: Rating | null
  /** Channel (`email`, `conversation`, …) and how it began (`customer_initiated`, …). */
  sourceType: string | null
  deliveredAs: string | null
  subject: string | null
  sourceUrl: string | null
  statistics: JsonObject | null
  customAttributes: JsonObject
  sla: JsonObject | null
  aiAgent: JsonObject | null
}

export interface Contact {
  id: string
  role: string | null
  name: string | null
  email: string | null
  createdAt: number | null
  signedUpAt: number | null
  lastSeenAt: number | null
  customAttributes: JsonObject
  tags: TagRef[]
}

export interface Admin {
  id: string
  name: string | null
  email: string | null
}

export interface Team {
  id: string
  name: string | null
}

export interface Tag {
  id: string
  name: string
}

/** A conversation as the API returned it: from a search (`thread` null, opening message only) or whole. */
export interface FetchedConversation {
  conversation: Conversation
  /** Opening message first, then parts, oldest first. */
  messages: Message[]
  /** null for a search hit. `partsTotal` is Intercom's true count; more than were sent means older ones are cut. */
  thread: { partsTotal: number } | null
  /** Customers whose name or address the response carried; absent fields are null and never erase known ones. */
  contacts: Contact[]
}

export interface Tombstone {
  conversationId: string
  deletedAt: number
  /** True when a 404 is all that speaks for it: seeing the conversation again proves it wrong. Absent means false. */
  presumed?: boolean
}

/** The id of a conversation's opening message, which Intercom does not count among the parts. */
export function sourceMessageId(conversationId: string): string {
  return `source_${conversationId}`
}

const customerTypes = new Set(['user', 'lead', 'contact'])

/** Whether an author type is the customer's side (Intercom uses three words for it). */
export function isCustomerType(authorType: string): boolean {
  return customerTypes.has(authorType)
}
