import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createNotificationReader,
  type NotificationSubject,
  verifyNotification,
} from '../../src/intercom/notification'

const secret = 'a-client-secret'
/** Computed with `openssl dgst -sha1 -hmac a-client-secret` over exactly these bytes. */
const body = Buffer.from('{"topic":"ping", "name":"Zoë"}')
const signature = 'sha1=8934cd46494a66c3b09b6c12f66c51504d6ff2f8'

describe('verifyNotification', () => {
  it('accepts what was signed with the secret, byte by byte', () => {
    expect(verifyNotification(body, signature, secret)).toBe(true)
    expect(verifyNotification(body, signature.toUpperCase(), secret)).toBe(true)
  })

  it.each<[string, Buffer, string | undefined, string]>([
    ['a body with one byte more', Buffer.concat([body, Buffer.from(' ')]), signature, secret],
    ['the same JSON in other bytes', Buffer.from('{"topic":"ping","name":"Zoë"}'), signature, secret],
    ['another secret', body, signature, 'another'],
    ['no secret', body, `sha1=${createHmac('sha1', '').update(body).digest('hex')}`, ''],
    ['no header', body, undefined, secret],
    ['an empty header', body, '', secret],
    ['a shorter signature', body, signature.slice(0, -1), secret],
    ['a longer signature', body, `${signature}0`, secret],
    ['a signature that is not hexadecimal', body, `sha1=${'z'.repeat(40)}`, secret],
    ['a signature without its algorithm', body, signature.slice(5), secret],
    ['another algorithm', body, `sha256=${signature.slice(5)}`, secret],
    ['two headers in one', body, `${signature}, ${signature}`, secret],
  ])('refuses %s', (_, bytes, header, key) => {
    expect(verifyNotification(bytes, header, key)).toBe(false)
  })
})

/** What a genuine delivery of this envelope is read as. */
function read(envelope: unknown) {
  const bytes = Buffer.from(typeof envelope === 'string' ? envelope : JSON.stringify(envelope))
  const digest = createHmac('sha1', secret).update(bytes).digest('hex')
  return createNotificationReader(secret)(bytes, `sha1=${digest}`)
}

const anEnvelope = (topic: string, item: unknown) => ({
  type: 'notification_event',
  id: 'notif_ccd8a4d0',
  topic,
  app_id: 'ws_1',
  self: null,
  created_at: 1_700_000_000,
  delivery_attempts: 2,
  first_sent_at: 1_700_000_000,
  data: { type: 'notification_event_data', item },
})

describe('a notification', () => {
  it('is read with its id, its topic, its workspace and its time', () => {
    const envelope = anEnvelope('conversation.user.replied', { type: 'conversation', id: '7015' })
    expect(read(envelope)).toEqual({
      verdict: 'genuine',
      notification: {
        id: 'notif_ccd8a4d0',
        topic: 'conversation.user.replied',
        workspaceId: 'ws_1',
        createdAt: 1_700_000_000,
        deliveryAttempts: 2,
        subject: { kind: 'conversation', id: '7015' },
      },
    })
  })

  it('that is not ours is not read at all', () => {
    const reader = createNotificationReader(secret)
    expect(reader(Buffer.from('{'), undefined)).toEqual({ verdict: 'forged' })
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{"type":"notification_event"}',
    { ...anEnvelope('a', {}), type: 'x' },
  ])('that is signed and says %j is unreadable', (envelope) => {
    expect(read(envelope)).toEqual({ verdict: 'unreadable' })
  })

  it('may lack everything but its topic, as a ping does', () => {
    expect(read({ type: 'notification_event', id: null, topic: 'ping', data: null })).toEqual({
      verdict: 'genuine',
      notification: {
        id: null,
        topic: 'ping',
        workspaceId: null,
        createdAt: null,
        deliveryAttempts: 1,
        subject: { kind: 'none' },
      },
    })
  })
})

const conversation = { type: 'conversation', id: '7' }
const is = (id: string): NotificationSubject => ({ kind: 'conversation', id })
const nothing: NotificationSubject = { kind: 'none' }

describe('the subject of a notification', () => {
  it.each<[string, unknown, NotificationSubject]>([
    ...[
      'conversation.user.created',
      'conversation.admin.single.created',
      'conversation.admin.closed',
      'conversation.operator.replied',
      'conversation.rating.added',
      'conversation.priority.updated',
      'conversation.contact.attached',
      'conversation.of.next.year',
      'conversation_part.redacted',
    ].map((topic): [string, unknown, NotificationSubject] => [topic, conversation, is('7')]),
    ['conversation.read', { id: 7 }, is('7')],
    ['conversation_part.redacted', { type: 'conversation_part', id: '99', conversation_id: '7' }, is('7')],
    ['conversation_part.tag.created', { type: 'conversation_part_tag', conversation: { id: '7' } }, is('7')],
    ['conversation_part.tag.created', { type: 'conversation_part', id: '99' }, nothing],
    ['conversation.deleted', conversation, { kind: 'deleted_conversation', id: '7' }],
    ['conversation.deleted', { conversation_id: 7 }, { kind: 'deleted_conversation', id: '7' }],
    ['conversation.user.replied', null, nothing],
    ['conversation.user.replied', { type: 'conversation', id: null }, nothing],
    ['conversation.user.replied', { type: 'conversation', id: '7'.repeat(101) }, nothing],
    ['ping', { type: 'ping' }, nothing],
    ['ticket.created', { type: 'ticket', id: '7' }, nothing],
    ['contact.user.updated', { type: 'contact', id: '7' }, nothing],
    ['contact.merged', { type: 'contact', id: 'c-1' }, nothing],
  ])('of %s about %j is %j', (topic, item, subject) => {
    expect(read(anEnvelope(topic, item))).toMatchObject({ notification: { subject } })
  })

  it.each<[unknown, string[]]>([
    ['c-2', ['c-2']],
    [{ type: 'contact', id: 'c-2' }, ['c-2']],
    [
      ['c-2', { id: 'c-3' }, null, 'c-1'],
      ['c-2', 'c-3'],
    ],
  ])('of contact.merged with merged_from %j is who was merged into whom', (merged_from, contactIds) => {
    const item = { type: 'contact', id: 'c-1', name: 'Mira Okafor', merged_from }
    expect(read(anEnvelope('contact.merged', item))).toMatchObject({
      notification: {
        subject: { kind: 'merged_contact', contactIds, into: { id: 'c-1', name: 'Mira Okafor' } },
      },
    })
  })
})
