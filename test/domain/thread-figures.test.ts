import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/domain/conversation'
import { readClosings, readThreadFigures } from '../../src/domain/thread-figures'
import { aMessage } from '../helpers/builders'

const customer = { type: 'user', id: 'c1', name: null, email: null, fromAiAgent: false }
const admin = { ...customer, type: 'admin', id: '51' }
const bot = { ...customer, type: 'bot', id: 'b1' }

const say = (author: Message['author'], createdAt: number, fields: Partial<Message> = {}) =>
  aMessage({ author, createdAt, text: 'Words.', ...fields })
const event = (partType: string, createdAt: number) =>
  aMessage({ partType, createdAt, author: admin, text: null })

describe('the figures of a thread', () => {
  it('count only what a teammate said to the customer', () => {
    const figures = readThreadFigures([
      say(customer, 100),
      say(bot, 110),
      say({ ...admin, fromAiAgent: true }, 120),
      say(admin, 130, { partType: 'note' }),
      say(admin, 140, { partType: 'note_and_reopen' }),
      event('assignment', 150),
      say(admin, 160),
      say(admin, 170, { partType: 'close' }),
    ])
    expect(figures).toEqual({ customerAt: 100, replyAt: 160, adminReplies: 2, closings: '170' })
  })

  it('take for the first response what comes after the customer, not what opened an outbound conversation', () => {
    const figures = readThreadFigures([
      say(admin, 100, { partType: 'source' }),
      say(customer, 400),
      say(admin, 460),
    ])
    expect(figures).toEqual({ customerAt: 400, replyAt: 460, adminReplies: 2, closings: null })
  })

  it('know of no customer in an outbound conversation that nobody answered', () => {
    expect(readThreadFigures([say(admin, 100, { partType: 'source' })])).toEqual({
      ...{ customerAt: null, replyAt: null, adminReplies: 1, closings: null },
    })
  })

  it('take a file for a message of the customer, and a rating for none', () => {
    const file = { name: 'a.png', url: null, contentType: null, sizeBytes: null }
    const figures = readThreadFigures([
      say(customer, 100, { partType: 'conversation_rating_remark_added' }),
      say(customer, 200, { text: null }),
      say(customer, 300, { text: null, attachments: [file] }),
    ])
    expect(figures.customerAt).toBe(300)
  })

  it('tell closings and reopenings in turn, whatever comes twice', () => {
    const { closings } = readThreadFigures([
      say(customer, 100),
      event('open', 110),
      event('close', 200),
      event('close', 210),
      say(admin, 220, { partType: 'note_and_reopen' }),
      say(customer, 230, { partType: 'open' }),
      event('close', 300),
      event('snoozed', 310),
    ])
    expect(readClosings(closings)).toEqual([200, 220, 300])
    expect(readClosings(null)).toEqual([])
  })
})
