import { describe, expect, it } from 'vitest'
import { toFetchedConversation } from '../../src/intercom/mapper'
import v211 from '../fixtures/conversation-2.11.json'
import v215 from '../fixtures/conversation-2.15.json'
import v216 from '../fixtures/conversation-2.16.json'
import v217 from '../fixtures/conversation-2.17.json'

const seen = { createdAt: null, signedUpAt: null, lastSeenAt: null, customAttributes: {}, tags: [] }

describe('a conversation of version 2.11', () => {
  const fetched = toFetchedConversation(v211)

  it('is read in full', () => {
    expect(fetched?.conversation).toEqual({
      id: '7001',
      title: null,
      createdAt: 1690000000,
      updatedAt: 1690003600,
      state: 'closed',
      read: true,
      priority: 'none',
      waitingSince: null,
      snoozedUntil: null,
      assigneeId: null,
      teamId: '310',
      contactIds: ['c-100'],
      tags: [{ id: '81', name: 'billing' }],
      rating: null,
      sourceType: 'email',
      deliveredAs: 'customer_initiated',
      subject: 'Invoice & refund',
      sourceUrl: null,
      statistics: null,
      customAttributes: {},
      sla: null,
      aiAgent: null,
    })
  })

  it('has its opening message first, then the parts, oldest first', () => {
    expect(fetched?.messages).toEqual([
      {
        id: 'source_7001',
        conversationId: '7001',
        partType: 'source',
        createdAt: 1690000000,
        updatedAt: 1690000000,
        author: {
          type: 'user',
          id: 'c-100',
          name: 'Mira Okonkwo',
          email: 'mira@harbourlight.example',
          fromAiAgent: false,
        },
        text: 'Hello,\n\nI was charged twice for March.\nPlease help.',
        attachments: [
          {
            name: 'invoice.pdf',
            url: 'https://files.example/invoice.pdf',
            contentType: 'application/pdf',
            sizeBytes: 20480,
          },
        ],
        redacted: false,
        details: null,
      },
      {
        id: '12001',
        conversationId: '7001',
        partType: 'assignment',
        createdAt: 1690000100,
        updatedAt: 1690000100,
        author: {
          type: 'bot',
          id: '77',
          name: 'Operator',
          email: 'operator@acme.example',
          fromAiAgent: false,
        },
        text: null,
        attachments: [],
        redacted: false,
        details: { assigned_to: { type: 'nobody_admin', id: null } },
      },
      {
        id: '12002',
        conversationId: '7001',
        partType: 'comment',
        createdAt: 1690001200,
        updatedAt: 1690001200,
        author: {
          type: 'admin',
          id: '501',
          name: 'Tomás Lindqvist',
          email: 'tomas@acme.example',
          fromAiAgent: false,
        },
        text: 'Sorry about that! See our refund page (https://help.example/refunds).',
        attachments: [],
        redacted: false,
        details: null,
      },
    ])
    expect(fetched?.thread).toEqual({ partsTotal: 2 })
  })

  it('names its customer', () => {
    expect(fetched?.contacts).toEqual([
      { ...seen, id: 'c-100', role: 'user', name: 'Mira Okonkwo', email: 'mira@harbourlight.example' },
    ])
  })
})

describe('a conversation of version 2.15', () => {
  const fetched = toFetchedConversation(v215)

  it('keeps a rating that was asked for and not given', () => {
    expect(fetched?.conversation.rating).toEqual({
      score: null,
      remark: null,
      requestedAt: 1772005000,
      ratedAt: null,
      teammateId: '502',
    })
  })

  it('reads the old word for a high priority, and ids that are numbers', () => {
    expect(fetched?.conversation).toMatchObject({ priority: 'high', assigneeId: '502', teamId: null })
  })

  it('keeps statistics, attributes and SLA as they were sent', () => {
    expect(fetched?.conversation).toMatchObject({
      statistics: { time_to_admin_reply: 300, count_reopens: 1 },
      customAttributes: { 'Order number': 'A-1234', 'CX Score rating': 4 },
      sla: { sla_name: 'Gold', sla_status: 'active' },
      aiAgent: { ai_agent_participated: true },
    })
  })

  it('takes the text of any part that has a body, and marks what was redacted or written by an AI agent', () => {
    expect(
      fetched?.messages.map(({ partType, text, redacted, author }) => [
        partType,
        text,
        redacted,
        author.fromAiAgent,
      ]),
    ).toEqual([
      ['source', 'How are you getting on?', false, false],
      ['open', 'The password mail never arrives', false, false],
      ['comment', 'This message was deleted', true, true],
      ['comment', 'Is anybody there?', false, false],
    ])
  })

  it('says how many parts there really are', () => {
    expect(fetched?.thread).toEqual({ partsTotal: 612 })
  })

  it('puts together what authors say of a customer, whichever of three words names them', () => {
    expect(fetched?.contacts).toEqual([
      { ...seen, id: 'c-200', role: 'lead', name: 'Jun Abara', email: 'jun@harbourlight.example' },
    ])
    expect(fetched?.conversation.contactIds).toEqual(['c-200', 'c-201'])
  })
})

describe('a search hit of version 2.16', () => {
  const fetched = toFetchedConversation(v216)

  it('has no thread, only its opening message', () => {
    expect(fetched?.thread).toBeNull()
    expect(fetched?.messages.map(({ id, text }) => [id, text])).toEqual([
      ['source_7016', 'The CSV export stops at 1 000 rows'],
    ])
  })

  it('is unassigned when the assignees are nought', () => {
    expect(fetched?.conversation).toMatchObject({ assigneeId: null, teamId: null })
  })

  it('reads level, snooze, rating and tags', () => {
    expect(fetched?.conversation).toMatchObject({
      state: 'snoozed',
      snoozedUntil: 1783090000,
      priority: 'urgent',
      rating: {
        score: 5,
        remark: 'Quick & kind',
        requestedAt: 1783002000,
        ratedAt: 1783003000,
        teammateId: '503',
      },
      tags: [{ id: '82', name: 'export' }],
      aiAgent: { resolution_state: 'escalated', rating: 2 },
      customAttributes: {},
    })
  })
})

describe('a conversation of version 2.17', () => {
  const skipped: string[] = []
  const fetched = toFetchedConversation(v217, (id) => skipped.push(id))

  it('has a rating of a workflow, who is no teammate', () => {
    expect(fetched?.conversation.rating).toMatchObject({ score: 3, teammateId: null })
  })

  it('keeps parts of unknown kinds, with their details', () => {
    expect(fetched?.messages.map(({ id, text, details }) => [id, text, details])).toEqual([
      ['source_7017', null, null],
      [
        '17001',
        null,
        { event_details: { attribute: { name: 'Topic' }, value: { name: 'Shipping', previous: null } } },
      ],
      [
        '17002',
        'Summary of the call\n\n- Parcel late\n- Refund offered',
        { tags: [{ type: 'tag', id: '84', name: 'call' }] },
      ],
    ])
  })

  it('leaves out a part that cannot be stored, says so, and still counts it', () => {
    expect(skipped).toEqual(['7017'])
    expect(fetched?.thread).toEqual({ partsTotal: 3 })
  })
})

describe('a conversation of the least', () => {
  it('needs an id and a creation time only', () => {
    const fetched = toFetchedConversation({ id: 1, created_at: 5 })
    expect(fetched?.messages).toEqual([])
    expect(fetched?.contacts).toEqual([])
    expect(fetched?.conversation).toMatchObject({
      id: '1',
      updatedAt: 5,
      state: 'open',
      priority: 'none',
      contactIds: [],
      customAttributes: {},
    })
  })

  it.each([
    null,
    'text',
    [],
    {},
    { id: '1' },
    { created_at: 5 },
    { id: '', created_at: 5 },
    { id: '1', created_at: null },
  ])('is not %j', (json) => {
    expect(toFetchedConversation(json)).toBeNull()
  })

  it('survives any field of the wrong type', () => {
    const strange = Object.fromEntries(Object.keys(v215).map((key) => [key, ['strange']]))
    expect(toFetchedConversation({ ...strange, id: '1', created_at: 5 })?.conversation).toMatchObject({
      id: '1',
      state: 'open',
      statistics: null,
      customAttributes: {},
    })
  })

  it('takes its customer from the opening message when it names no contacts', () => {
    const { contacts: _, ...without } = v216
    expect(toFetchedConversation(without)?.conversation.contactIds).toEqual(['c-300'])
  })
})
