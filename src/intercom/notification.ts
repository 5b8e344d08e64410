import { createHmac, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import type { Contact } from '../domain/conversation'
import { toContact } from './mapper'
import { isObject, readOne, wire } from './schemas'

/** What a notification is about, and so what there is to do. */
export type NotificationSubject =
  /** Its state may have changed: to be fetched anew, whatever the notification says of it. */
  | { kind: 'conversation'; id: string }
  | { kind: 'deleted_conversation'; id: string }
  | { kind: 'merged_contact'; contactIds: string[]; into: Contact }
  /** A ping, a topic that changes nothing here, or one that no documentation knows. */
  | { kind: 'none' }

export interface Notification {
  /** The same in each delivery of the same notification; a ping may have none. */
  id: string | null
  topic: string
  /** One address may receive the notifications of several workspaces. */
  workspaceId: string | null
  /** Epoch seconds; deliveries come in no order. */
  createdAt: number | null
  /** How often it was delivered before and with this one. */
  deliveryAttempts: number
  subject: NotificationSubject
}

type ReadNotification =
  | { verdict: 'genuine'; notification: Notification }
  /** Not signed with our secret: nothing in it is to be believed. */
  | { verdict: 'forged' }
  | { verdict: 'unreadable' }

/** Takes a delivery as it came: the body's bytes and the X-Hub-Signature header. */
export type NotificationReader = (rawBody: Uint8Array, signature: string | undefined) => ReadNotification

const optional = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.nullish(schema, null), null)

const envelope = v.object({
  type: v.literal('notification_event'),
  id: optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(200))),
  topic: v.pipe(v.string(), v.maxLength(200)),
  app_id: optional(v.string()),
  created_at: optional(v.pipe(v.number(), v.safeInteger())),
  delivery_attempts: optional(v.pipe(v.number(), v.safeInteger())),
  data: optional(v.object({ item: v.optional(v.unknown()) })),
})

/** Longer than any id of Intercom's; it is to be part of an address. */
const longestId = 100

/** Reads what is signed with the app's client secret, and nothing else. */
export function createNotificationReader(clientSecret: string): NotificationReader {
  return (rawBody, signature) => {
    if (!verifyNotification(rawBody, signature, clientSecret)) return { verdict: 'forged' }
    const notification = readNotification(rawBody)
    return notification === null ? { verdict: 'unreadable' } : { verdict: 'genuine', notification }
  }
}

/**
 * Whether `X-Hub-Signature: sha1=<40 hex digits>` is the HMAC-SHA1 of these very bytes under the secret. Takes the
 * same time for a right and a wrong one. Without a secret nothing is genuine.
 */
export function verifyNotification(
  rawBody: Uint8Array,
  signature: string | undefined,
  clientSecret: string,
): boolean {
  const digits = /^sha1=([0-9a-f]{40})$/i.exec(signature ?? '')?.[1]
  if (digits === undefined || clientSecret === '') return false
  const expected = createHmac('sha1', clientSecret).update(rawBody).digest()
  return timingSafeEqual(expected, Buffer.from(digits, 'hex'))
}

function readNotification(rawBody: Uint8Array): Notification | null {
  const sent = readOne(envelope, parseJson(rawBody))
  if (sent === null) return null
  return {
    id: sent.id,
    topic: sent.topic,
    workspaceId: sent.app_id,
    createdAt: sent.created_at,
    deliveryAttempts: sent.delivery_attempts ?? 1,
    subject: findSubject(sent.topic, sent.data?.item),
  }
}

function findSubject(topic: string, item: unknown): NotificationSubject {
  const none: NotificationSubject = { kind: 'none' }
  if (!isObject(item)) return none
  if (topic === 'contact.merged') return findMerge(item) ?? none
  if (!/^conversation(_part)?\./.test(topic)) return none
  const id = findConversationId(item)
  if (id === null) return none
  return { kind: topic === 'conversation.deleted' ? 'deleted_conversation' : 'conversation', id }
}

/** The item is the conversation, or something that names it: a part, or what is left of a deleted one. */
function findConversationId(item: Record<string, unknown>): string | null {
  const { conversation_id, conversation, type, id } = item
  const named = readId(conversation_id) ?? (isObject(conversation) ? readId(conversation.id) : null)
  if (named !== null) return named
  return type === 'conversation' || type === undefined ? readId(id) : null
}

/** The item is the contact that is left; `merged_from` names the other, by its id or as an object, or several. */
function findMerge(item: Record<string, unknown>): NotificationSubject | null {
  const into = toContact(item)
  const from = Array.isArray(item.merged_from) ? item.merged_from : [item.merged_from]
  const contactIds = from.flatMap((each: unknown) => {
    const id = readId(isObject(each) ? each.id : each)
    return id === null || id === into?.id ? [] : [id]
  })
  return into === null || contactIds.length === 0 ? null : { kind: 'merged_contact', contactIds, into }
}

function readId(value: unknown): string | null {
  const id = readOne(wire.id, value)
  return id !== null && id.length <= longestId ? id : null
}

function parseJson(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(rawBody))
  } catch {
    return undefined
  }
}
