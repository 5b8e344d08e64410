import { describe, expect, it } from 'vitest'
import type { Conversation, FetchedConversation, Message } from '../../src/domain/conversation'
import { findDifferences } from '../../src/service/conversation-differences'
import { aMessage, aThread, jonas } from '../helpers/builders'

/** The same thread on both sides, then changed at Intercom. */
function compare(change: (fetched: FetchedConversation) => void, fields: Partial<Conversation> = {}) {
  const ours = aThread({ id: '7', ...fields })
  const fetched = structuredClone(ours)
  change(fetched)
  const stored = { conversation: { ...ours.conversation, partsTotal: 1 }, messages: ours.messages }
  return findDifferences(stored, fetched)
}

const change = (fields: Partial<Conversation>) => (fetched: FetchedConversation) => {
  Object.assign(fetched.conversation, fields)
}
const changeReply = (fields: Partial<Message>) => (fetched: FetchedConversation) => {
  Object.assign(fetched.messages.at(-1) ?? {}, fields)
}

describe('a stored conversation and the one at Intercom', () => {
  it('are equal when nothing differs', () => {
    expect(compare(() => {})).toEqual([])
  })

  it.each<[string, Partial<Conversation>, string | null, string | null]>([
    ['state', { state: 'closed' }, 'open', 'closed'],
    ['created_at', { createdAt: 1_772_442_001 }, '2026-03-02T09:00:00Z', '2026-03-02T09:00:01Z'],
    ['updated_at', { updatedAt: 1_772_442_001 }, '2026-03-02T09:00:00Z', '2026-03-02T09:00:01Z'],
    ['waiting_since', { waitingSince: 1_772_442_000 }, null, '2026-03-02T09:00:00Z'],
    ['snoozed_until', { snoozedUntil: 1_772_442_000 }, null, '2026-03-02T09:00:00Z'],
    ['priority', { priority: 'high' }, 'none', 'high'],
    ['title', { title: 'Refund' }, null, 'Refund'],
    ['subject', { subject: 'Refund' }, null, 'Refund'],
    ['source_type', { sourceType: 'email' }, 'conversation', 'email'],
    ['delivered_as', { deliveredAs: 'automated' }, 'customer_initiated', 'automated'],
    ['assignee', { assigneeId: '9' }, null, '9'],
    ['team', { teamId: '4' }, null, '4'],
    ['customer', { contactIds: ['contact-noor'] }, 'contact-mira', 'contact-noor'],
    ['other_contacts', { contactIds: ['contact-mira', 'x'] }, '[]', '["x"]'],
    ['tags', { tags: [{ id: '3', name: 'billing' }] }, '[]', '["3"]'],
  ])('differ in %s', (field, fields, stored, atIntercom) => {
    expect(compare(change(fields))).toEqual([
      { conversation_id: '7', field, stored, at_intercom: atIntercom },
    ])
  })

  it('differ in the rating', () => {
    const rating = { score: 5, remark: null, requestedAt: 1, ratedAt: 2, teammateId: null }
    const found = compare(change({ rating: { ...rating, score: 4 } }), { rating })
    expect(found).toMatchObject([{ field: 'rating' }])
    expect(found[0]?.at_intercom).toContain('"score":4')
  })

  it('differ in single figures and attributes, by name', () => {
    const stored = {
      statistics: { count_reopens: 1, time_to_admin_reply: 60 },
      customAttributes: { plan: 'Pro' },
    }
    const there = {
      statistics: { count_reopens: 2, time_to_admin_reply: 60 },
      customAttributes: { seats: 3 },
    }
    expect(compare(change(there), stored)).toEqual([
      { conversation_id: '7', field: 'statistics.count_reopens', stored: '1', at_intercom: '2' },
      { conversation_id: '7', field: 'custom_attributes.plan', stored: 'Pro', at_intercom: null },
      { conversation_id: '7', field: 'custom_attributes.seats', stored: null, at_intercom: '3' },
    ])
  })

  it.each<[string, Partial<Message>, string | null, string | null]>([
    ['type', { partType: 'note' }, 'comment', 'note'],
    ['author', { author: { ...jonas, id: 'admin-ines' } }, 'admin admin-jonas', 'admin admin-ines'],
    ['created_at', { createdAt: 1_772_442_061 }, '2026-03-02T09:01:00Z', '2026-03-02T09:01:01Z'],
    ['text', { text: 'Done.' }, 'We are looking into it.', 'Done.'],
    ['redacted', { redacted: true }, 'false', 'true'],
    [
      'attachments',
      { attachments: [{ name: 'a.pdf', url: null, contentType: 'application/pdf', sizeBytes: 12 }] },
      '[]',
      '["a.pdf (application/pdf, 12 bytes)"]',
    ],
  ])("differ in a message's %s", (field, fields, stored, atIntercom) => {
    expect(compare(changeReply(fields))).toEqual([
      { conversation_id: '7', field: `messages[7-1].${field}`, stored, at_intercom: atIntercom },
    ])
  })

  it('differ in messages that only one side has', () => {
    const there = aMessage({ id: 'new', conversationId: '7', text: 'One more.' })
    const found = compare(({ messages, thread }) => {
      messages.push(there)
      if (thread) thread.partsTotal = 2
    })
    expect(found).toEqual([
      { conversation_id: '7', field: 'parts_total', stored: '1', at_intercom: '2' },
      { conversation_id: '7', field: 'messages', stored: '2', at_intercom: '3' },
      { conversation_id: '7', field: 'messages[new]', stored: null, at_intercom: 'comment: One more.' },
    ])
    expect(compare(({ messages }) => messages.splice(1, 1, there))).toEqual([
      { conversation_id: '7', field: 'messages[new]', stored: null, at_intercom: 'comment: One more.' },
      {
        conversation_id: '7',
        field: 'messages[7-1]',
        stored: 'comment: We are looking into it.',
        at_intercom: null,
      },
    ])
  })
})

describe('what Intercom may change without an update', () => {
  it('is no difference: names of people and tags, and the address of an attachment', () => {
    const file = { name: 'a.pdf', url: 'https://example.com/1', contentType: null, sizeBytes: null }
    const ours = aThread({ id: '7', tags: [{ id: '3', name: 'billing' }] })
    ours.messages[0]?.attachments.push(file)
    const fetched = structuredClone(ours)
    fetched.conversation.tags = [{ id: '3', name: 'invoices' }]
    fetched.conversation.read = false
    fetched.messages[1]!.author.name = 'Jonas Weber-Lang'
    fetched.messages[0]!.attachments = [{ ...file, url: 'https://example.com/2' }]
    const stored = { conversation: { ...ours.conversation, partsTotal: 1 }, messages: ours.messages }
    expect(findDifferences(stored, fetched)).toEqual([])
  })

  it('is no difference: a contact that was merged into another one', () => {
    const ours = aThread({ id: '7', contactIds: ['old'] })
    const fetched = aThread({ id: '7', contactIds: ['new'] })
    const stored = { conversation: { ...ours.conversation, partsTotal: 1 }, messages: null }
    expect(findDifferences(stored, fetched, (id) => (id === 'old' ? 'new' : id))).toEqual([])
    expect(findDifferences(stored, fetched)).toMatchObject([{ field: 'customer' }])
  })
})

describe('a thread that Intercom cuts', () => {
  const whole = aThread({ id: '7' }, ['Hello', 'First', 'Second', 'Third'])
  const cut = structuredClone(whole)
  cut.messages.splice(1, 2)

  it('may have more messages here, from before the cut', () => {
    const stored = { conversation: { ...whole.conversation, partsTotal: 3 }, messages: whole.messages }
    expect(findDifferences(stored, cut)).toEqual([])
  })

  it('may not lack one that Intercom shows', () => {
    const messages = whole.messages.slice(0, 3)
    const stored = { conversation: { ...whole.conversation, partsTotal: 3 }, messages }
    expect(findDifferences(stored, cut)).toMatchObject([
      { field: 'messages', stored: '3', at_intercom: '4' },
      { field: 'messages[7-3]', stored: null, at_intercom: 'comment: Third' },
    ])
  })
})

it('shows long texts from shortly before the place where they part', () => {
  const before = 'So many words that say the same on both sides. '.repeat(10)
  const ours = aThread({ id: '7' }, ['Hello', `${before}Yours, Ines`])
  const theirs = aThread({ id: '7' }, ['Hello', `${before}Yours, Jonas`])
  const stored = { conversation: { ...ours.conversation, partsTotal: 1 }, messages: ours.messages }
  expect(findDifferences(stored, theirs)).toEqual([
    {
      conversation_id: '7',
      field: 'messages[7-1].text',
      stored: '… both sides. Yours, Ines',
      at_intercom: '… both sides. Yours, Jonas',
    },
  ])
})
