import { createHmac } from 'node:crypto'

export const clientSecret = 'a-client-secret'

interface Delivered {
  id?: string
  topic: string
  item: unknown
  workspaceId: string
  createdAt?: number
}

/** A notification as Intercom delivers it: the bytes of its body, and the header that signs them. */
export function aDelivery({
  id = 'notif_1',
  topic,
  item,
  workspaceId,
  createdAt = 1_700_000_000,
}: Delivered) {
  const envelope = {
    type: 'notification_event',
    ...{ id, topic, app_id: workspaceId, self: null, created_at: createdAt },
    ...{ delivery_attempts: 1, first_sent_at: createdAt },
    data: { type: 'notification_event_data', item },
  }
  const body = Buffer.from(JSON.stringify(envelope))
  return { body, signature: signBody(body) }
}

/** The X-Hub-Signature header for a body. */
export function signBody(body: Uint8Array, secret = clientSecret): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
}
