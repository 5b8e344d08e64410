import { describe, expect, it } from 'vitest'
import { getConversation } from '../../src/queries/conversation'
import { estimateTokens } from '../../src/queries/size-budget'
import { createSampleStore } from './sample-store'

describe('getConversation', () => {
  it('gives the conversation with its thread and its customer', async () => {
    const store = await createSampleStore([
      {
        id: '101',
        subject: 'Double charge',
        texts: ['You charged me twice.', 'Sorry, refunded.', 'Thanks', null],
        assigneeId: '51',
        statistics: { first_close_at: 1_795_000_000, count_reopens: 2 },
        customAttributes: { plan: 'team' },
      },
    ])
    const answer = await getConversation(store, { conversation_id: 'conversation_101' })
    expect(answer?.conversation).toMatchObject({
      id: '101',
      url: 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/101',
      created_at: '2026-11-17T15:30:00Z',
      title: 'Double charge',
      customer: { id: 'contact-ada@example.com', name: 'Ada Example', email: 'ada@example.com' },
      assignee: { id: '51', name: 'Bo Helper' },
      message_count: 3,
      statistics: { first_close_at: '2026-11-18T11:06:40Z', count_reopens: 2 },
      custom_attributes: { plan: 'team' },
      truncated: false,
      next_cursor: null,
    })
    expect(answer?.conversation.messages.map(({ type, text }) => [type, text])).toEqual([
      ['source', 'You charged me twice.'],
      ['comment', 'Sorry, refunded.'],
      ['comment', 'Thanks'],
      ['close', null],
    ])
    expect(answer?.customer).toEqual({
      id: 'contact-ada@example.com',
      name: 'Ada Example',
      email: 'ada@example.com',
      created_at: '2025-10-14T15:30:00Z',
      signed_up_at: '2025-10-15T15:30:00Z',
      last_seen_at: '2026-11-17T15:30:00Z',
      custom_attributes: { plan: 'team' },
      tags: ['vip'],
    })
  })

  it('is null for what is not stored', async () => {
    const store = await createSampleStore([])
    expect(await getConversation(store, { conversation_id: '999' })).toBeNull()
  })

  it('leaves out messages and customer when asked to', async () => {
    const store = await createSampleStore([{ id: '101' }])
    const request = { conversation_id: '101', include_messages: false, include_customer: false }
    const answer = await getConversation(store, request)
    expect(answer?.conversation.messages).toEqual([])
    expect(answer?.conversation.message_count).toBe(2)
    expect(answer?.customer).toBeNull()
  })

  it('pages through a long thread within the budget', async () => {
    const texts = Array.from(
      { length: 300 },
      (_, i) => `Line ${i + 1}. ${'Still waiting for my refund. '.repeat(8)}`,
    )
    const store = await createSampleStore([{ id: '101', texts }])
    const seen: (string | null)[] = []
    let cursor: string | null | undefined
    do {
      const request = { conversation_id: '101', ...(cursor ? { cursor } : {}) }
      const answer = await getConversation(store, request)
      expect(estimateTokens(answer)).toBeLessThanOrEqual(8_000)
      seen.push(...(answer?.conversation.messages.map(({ text }) => text) ?? []))
      cursor = answer?.conversation.next_cursor
    } while (cursor)
    expect(seen.length).toBe(300)
    expect(seen).toEqual(texts)
  })

  it('gives at most max_messages', async () => {
    const store = await createSampleStore([{ id: '101', texts: ['One', 'Two', 'Three'] }])
    const first = await getConversation(store, { conversation_id: '101', max_messages: 2 })
    expect(first?.conversation.messages.map(({ text }) => text)).toEqual(['One', 'Two'])
    const cursor = first?.conversation.next_cursor ?? ''
    const second = await getConversation(store, { conversation_id: '101', cursor })
    expect(second?.conversation.messages.map(({ text }) => text)).toEqual(['Three'])
  })

  it('refuses a link into another workspace, and a number of messages that is none', async () => {
    const store = await createSampleStore([{ id: '101' }])
    const link = 'https://app.intercom.com/a/inbox/other99/inbox/conversation/101'
    await expect(getConversation(store, { conversation_id: link })).rejects.toThrow(
      'The link leads to workspace other99; the data here is of workspace abc123.',
    )
    await expect(getConversation(store, { conversation_id: '101', max_messages: 0 })).rejects.toThrow(
      'max_messages must be a whole number from 1, not 0.',
    )
  })
})
