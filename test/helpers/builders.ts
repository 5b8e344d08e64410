import {
  type Author,
  type Contact,
  type Conversation,
  type FetchedConversation,
  type Message,
  sourceMessageId,
} from '../../src/domain/conversation'

/** 2026-03-02T09:00:00Z, a Monday. */
export const mondayMorning = 1_772_442_000

const mira: Author = {
  type: 'user',
  id: 'contact-mira',
  name: 'Mira Okafor',
  email: 'mira@example.com',
  fromAiAgent: false,
}

export const jonas: Author = {
  type: 'admin',
  id: 'admin-jonas',
  name: 'Jonas Weber',
  email: 'jonas@example.com',
  fromAiAgent: false,
}

/** A conversation by Mira, opened on Monday morning; what `fields` names is otherwise. */
export function aConversation(fields: Partial<Conversation> = {}): Conversation {
  const createdAt = fields.createdAt ?? mondayMorning
  return {
    id: '1001',
    title: null,
    createdAt,
    updatedAt: createdAt,
    state: 'open',
    read: true,
    priority: 'none',
    waitingSince: null,
    snoozedUntil: null,
    assigneeId: null,
    teamId: null,
    contactIds: ['contact-mira'],
    tags: [],
    rating: null,
    sourceType: 'conversation',
    deliveredAs: 'customer_initiated',
    subject: null,
    sourceUrl: null,
    statistics: null,
    customAttributes: {},
    sla: null,
    aiAgent: null,
    ...fields,
  }
}

let messages = 0

/** A reply by Jonas; what `fields` names is otherwise. */
export function aMessage(fields: Partial<Message> = {}): Message {
  messages += 1
  const createdAt = fields.createdAt ?? mondayMorning + 60
  return {
    id: `m${messages}`,
    conversationId: '1001',
    partType: 'comment',
    createdAt,
    updatedAt: createdAt,
    author: jonas,
    text: 'Thank you for writing.',
    attachments: [],
    redacted: false,
    details: null,
    ...fields,
  }
}

/** A contact of whom nothing is known but what `fields` says. */
export function aContact(fields: Partial<Contact> = {}): Contact {
  return {
    id: 'contact-mira',
    role: null,
    name: null,
    email: null,
    createdAt: null,
    signedUpAt: null,
    lastSeenAt: null,
    customAttributes: {},
    tags: [],
    ...fields,
  }
}

/** A search hit: the conversation with its opening message (`text`). */
export function aHit(fields: Partial<Conversation> = {}, text = 'Hello, I need help.'): FetchedConversation {
  const conversation = aConversation(fields)
  return { conversation, messages: [openingMessage(conversation, text)], thread: null, contacts: [] }
}

/**
 * A whole thread: the opening message (`texts[0]`), then a reply a minute for each further text. `partsTotal` is
 * the number of replies unless given.
 */
export function aThread(
  fields: Partial<Conversation> = {},
  texts: readonly string[] = ['Hello, I need help.', 'We are looking into it.'],
  partsTotal = texts.length - 1,
): FetchedConversation {
  const conversation = aConversation(fields)
  const [opening = '', ...replies] = texts
  const parts = replies.map((text, index) =>
    aMessage({
      id: `${conversation.id}-${index + 1}`,
      conversationId: conversation.id,
      createdAt: conversation.createdAt + 60 * (index + 1),
      text,
    }),
  )
  return {
    conversation,
    messages: [openingMessage(conversation, opening), ...parts],
    thread: { partsTotal },
    contacts: [],
  }
}

function openingMessage({ id, createdAt }: Conversation, text: string): Message {
  return aMessage({
    id: sourceMessageId(id),
    conversationId: id,
    partType: 'source',
    createdAt,
    author: mira,
    text,
  })
}
