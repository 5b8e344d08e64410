import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/domain/conversation'
import { estimateTokens } from '../../src/queries/size-budget'
import { readThreadPage } from '../../src/queries/thread-page'

function aMessage(id: string, parts: Partial<Message> = {}): Message {
  return {
    id,
    conversationId: '7',
    partType: 'comment',
    createdAt: 1_700_000_000 + Number(id),
    updatedAt: 1_700_000_000 + Number(id),
    author: { type: 'user', id: 'u1', name: 'Ada Example', email: 'ada@example.com', fromAiAgent: false },
    text: `Message ${id}`,
    attachments: [],
    redacted: false,
    details: null,
    ...parts,
  }
}

const generous = { cursor: null, maxMessages: 100, tokens: 10_000 }

function readAll(messages: Message[], request: { maxMessages: number; tokens: number }) {
  const pages = []
  let cursor: string | null = null
  do {
    const page = readThreadPage('7', messages, { ...request, cursor })
    pages.push(page.messages)
    cursor = page.nextCursor
  } while (cursor !== null && pages.length < 500)
  return pages
}

describe('readThreadPage', () => {
  it('gives messages in full and says that there are no more', () => {
    const attachment = { name: 'bill.pdf', url: null, contentType: 'application/pdf', sizeBytes: 1200 }
    expect(readThreadPage('7', [aMessage('1', { attachments: [attachment] })], generous)).toEqual({
      messages: [
        {
          id: '1',
          created_at: '2023-11-14T22:13:21Z',
          type: 'comment',
          author: { type: 'user', id: 'u1', name: 'Ada Example', email: 'ada@example.com' },
          text: 'Message 1',
          attachments: [{ name: 'bill.pdf', url: null, content_type: 'application/pdf', size_bytes: 1200 }],
        },
      ],
      nextCursor: null,
    })
  })

  it('leaves out events that say nothing of what became of the conversation', () => {
    const messages = [
      aMessage('1'),
      aMessage('2', { partType: 'conversation_attribute_updated_by_workflow', text: null }),
      aMessage('3', { partType: 'assignment', text: null }),
      aMessage('4', { partType: 'conversation_sla_applied_by_rule', text: null }),
      aMessage('5', { partType: 'operator_workflow_event', text: 'Hello from the bot' }),
      aMessage('6', { partType: 'close', text: null }),
      aMessage('7', { partType: 'timer_unsnooze', text: null }),
    ]
    const { messages: told } = readThreadPage('7', messages, generous)
    expect(told.map(({ id, text }) => [id, text])).toEqual([
      ['1', 'Message 1'],
      ['3', null],
      ['5', 'Hello from the bot'],
      ['6', null],
      ['7', null],
    ])
  })

  it('pages through a thread without repeating or skipping a message', () => {
    const messages = Array.from({ length: 45 }, (_, i) => aMessage(String(i + 1)))
    const pages = readAll(messages, { maxMessages: 20, tokens: 10_000 })
    expect(pages.map((page) => page.length)).toEqual([20, 20, 5])
    expect(pages.flat().map(({ id }) => id)).toEqual(messages.map(({ id }) => id))
  })

  it('ends a page before the budget does', () => {
    const messages = Array.from({ length: 30 }, (_, i) =>
      aMessage(String(i + 1), { text: 'word '.repeat(100) }),
    )
    const pages = readAll(messages, { maxMessages: 100, tokens: 1000 })
    expect(pages.flat()).toHaveLength(30)
    for (const page of pages) expect(estimateTokens(page)).toBeLessThanOrEqual(1010)
  })

  it('gives a message longer than the budget in pieces that make up the whole', () => {
    const text = Array.from({ length: 4000 }, (_, i) => `line ${i} – 退款\n`).join('')
    const pages = readAll([aMessage('1'), aMessage('2', { text }), aMessage('3')], {
      maxMessages: 100,
      tokens: 1000,
    })
    const pieces = pages.flat().filter(({ id }) => id === '2')
    expect(pieces.length).toBeGreaterThan(10)
    expect(pieces[0]?.text?.endsWith('…')).toBe(true)
    expect(pieces.map((piece) => piece.text?.replace(/^…|…$/g, '')).join('')).toBe(text)
    expect(pages.flat().at(-1)?.id).toBe('3')
  })

  it('goes on after a message that has gone meanwhile', () => {
    const messages = ['1', '2', '3', '4'].map((id) => aMessage(id))
    const { nextCursor } = readThreadPage('7', messages, { ...generous, maxMessages: 2 })
    const left = messages.filter(({ id }) => id !== '3')
    expect(
      readThreadPage('7', left, { ...generous, cursor: nextCursor }).messages.map(({ id }) => id),
    ).toEqual(['4'])
  })

  it('finds messages that came after the cursor was given', () => {
    const messages = ['1', '2', '3'].map((id) => aMessage(id))
    const { nextCursor } = readThreadPage('7', messages, { ...generous, maxMessages: 2 })
    const more = [...messages, aMessage('4')]
    const page = readThreadPage('7', more, { ...generous, cursor: nextCursor })
    expect(page.messages.map(({ id }) => id)).toEqual(['3', '4'])
  })

  it.each(['', 'x', 'bnVsbA', Buffer.from('["7",3,"x",0]').toString('base64url'), '{}'])(
    'says that the cursor %j cannot be read',
    (cursor) => {
      expect(() => readThreadPage('7', [aMessage('1')], { ...generous, cursor })).toThrow(
        'The cursor cannot be read.',
      )
    },
  )

  it('refuses the cursor of another conversation', () => {
    const { nextCursor } = readThreadPage('7', [aMessage('1'), aMessage('2')], {
      ...generous,
      maxMessages: 1,
    })
    expect(() => readThreadPage('8', [], { ...generous, cursor: nextCursor })).toThrow(
      'The cursor belongs to conversation 7, not to 8.',
    )
  })

  it('goes on behind a message whose attachments alone are larger than a page', () => {
    const attachments = Array.from({ length: 40 }, (_, n) => ({
      name: `scan-${n}.png`,
      url: `https://downloads.example.com/${'x'.repeat(200)}/${n}`,
      contentType: 'image/png',
      sizeBytes: 1000,
    }))
    const messages = [aMessage('1', { attachments }), aMessage('2'), aMessage('3')]
    const pages = readAll(messages, { maxMessages: 100, tokens: 1_000 })
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([['1'], ['2', '3']])
  })
})
