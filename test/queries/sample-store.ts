import type { Conversation, FetchedConversation, Message } from '../../src/domain/conversation'
import { migrate } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aConversation as buildConversation } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

/** A Wednesday, 15:30 in Dublin. */
export const now = Date.parse('2026-11-18T15:30:00Z') / 1000

const day = 86_400

export interface SampleConversation extends Partial<Conversation> {
  id: string
  /** Days before `now` at which it was created. */
  daysAgo?: number
  /** Texts, in turn by the customer and by Bo; null is an event that closed it. */
  texts?: (string | null)[]
  customerEmail?: string
}

/** A whole conversation as Intercom would give it: Ada wrote first, Bo answered. */
export function aConversation(sample: SampleConversation): FetchedConversation {
  const { daysAgo = 1, texts = ['Hello', 'Hi, how can I help?'], customerEmail, ...fields } = sample
  const createdAt = now - daysAgo * day
  const contactId = `contact-${customerEmail ?? 'ada@example.com'}`
  const messages = texts.map((text, index) => aMessage(sample.id, index, text, { createdAt, contactId }))
  return {
    conversation: buildConversation({
      createdAt,
      updatedAt: createdAt + texts.length * 60,
      contactIds: [contactId],
      ...fields,
    }),
    messages,
    thread: { partsTotal: messages.length - 1 },
    contacts: [aContact(contactId, customerEmail ?? 'ada@example.com')],
  }
}

function aContact(id: string, email: string) {
  const name = email === 'ada@example.com' ? 'Ada Example' : null
  return {
    id,
    role: 'user',
    name,
    email,
    createdAt: now - 400 * day,
    signedUpAt: now - 399 * day,
    lastSeenAt: now - day,
    customAttributes: { plan: 'team' },
    tags: [{ id: 't9', name: 'vip' }],
  }
}

function aMessage(
  conversationId: string,
  index: number,
  text: string | null,
  { createdAt, contactId }: { createdAt: number; contactId: string },
): Message {
  const byCustomer = index % 2 === 0
  return {
    id: index === 0 ? `source_${conversationId}` : `${conversationId}-${index}`,
    conversationId,
    partType: index === 0 ? 'source' : text === null ? 'close' : 'comment',
    createdAt: createdAt + index * 60,
    updatedAt: createdAt + index * 60,
    author: byCustomer
      ? { type: 'user', id: contactId, name: null, email: null, fromAiAgent: false }
      : { type: 'admin', id: '51', name: 'Bo Helper', email: 'bo@example.com', fromAiAgent: false },
    text,
    attachments: [],
    redacted: false,
    details: null,
  }
}

/** A real store with these conversations, a workspace in Dublin, teammates Bo and Cleo and a team. */
export async function createSampleStore(conversations: SampleConversation[]): Promise<Store> {
  const dialect = createSqliteDialect()
  const driver = await openTestDriver({
    migrate: async (opened) => {
      await migrate(opened, dialect)
    },
  })
  const store = createSqlStore(driver, dialect)
  await store.apply({
    workspace: {
      id: 'abc123',
      name: 'Example Shop',
      timezone: 'Europe/Dublin',
      region: 'US',
      createdAt: now - 800 * day,
    },
    admins: [
      { id: '51', name: 'Bo Helper', email: 'bo@example.com' },
      { id: '52', name: 'Cleo Smith', email: 'cleo@example.com' },
    ],
    teams: [{ id: '71', name: 'Billing' }],
    conversations: conversations.map(aConversation),
  })
  return store
}
