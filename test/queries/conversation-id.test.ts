import { describe, expect, it } from 'vitest'
import { parseConversationId, parseConversationLink } from '../../src/queries/conversation-id'
import { conversationUrl } from '../../src/queries/conversation-url'

describe('parseConversationId', () => {
  it.each([
    ['215468', '215468'],
    [' 215468 ', '215468'],
    ['conversation_215468', '215468'],
    ['https://app.intercom.com/a/inbox/abc123/inbox/conversation/215468', '215468'],
    ['https://app.eu.intercom.com/a/inbox/abc123/inbox/conversation/215468?view=List', '215468'],
    ['app.au.intercom.com/a/inbox/abc123/inbox/admin/99/conversation/215468#part_id=7', '215468'],
    ['https://app.intercom.io/a/apps/abc123/conversations/215468', '215468'],
    ['https://app.intercom.com/a/apps/abc123/inbox/inbox/all/conversations/215468/', '215468'],
  ])('reads %s', (text, id) => {
    expect(parseConversationId(text)).toBe(id)
  })

  it.each([
    '',
    'abc',
    '12 34',
    '-5',
    "1' or '1",
    'conversation_',
    'https://evil.example.com/a/inbox/abc/inbox/conversation/1',
    'https://app.intercom.com/a/inbox/abc/inbox/conversation/',
    '9'.repeat(400),
  ])('refuses %j with examples', (text) => {
    const attempt = () => parseConversationId(text)
    expect(attempt).toThrow(/is not the id of a conversation/)
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining('conversation_123') }))
  })

  it('names the workspace of a link', () => {
    expect(parseConversationLink('https://app.intercom.com/a/inbox/abc123/inbox/conversation/7')).toEqual({
      id: '7',
      workspaceId: 'abc123',
    })
    expect(parseConversationLink('7').workspaceId).toBeNull()
  })
})

describe('conversationUrl', () => {
  it.each([
    ['US', 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/7'],
    [null, 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/7'],
    ['EU', 'https://app.eu.intercom.com/a/inbox/abc123/inbox/conversation/7'],
    ['au', 'https://app.au.intercom.com/a/inbox/abc123/inbox/conversation/7'],
  ])('leads to the inbox of region %s', (region, url) => {
    expect(conversationUrl({ id: 'abc123', region }, '7')).toBe(url)
  })

  it('is null while the workspace is unknown', () => {
    expect(conversationUrl(null, '7')).toBeNull()
  })
})
