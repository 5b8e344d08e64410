import { invalidParams, quoteShortly } from '../protocol-error'

export const statusUri = 'intercom://status'
export const conversationTemplate = 'intercom://conversation/{id}'

/** What a URI of ours stands for; `unknown` is well formed and stands for nothing. */
export type ResourceTarget =
  | { kind: 'status' }
  | { kind: 'conversation'; id: string; cursor: string | undefined }
  | { kind: 'unknown' }

/** Longer than any address of a conversation with a cursor behind it. */
const mostChars = 6_000

/**
 * Reads a URI. The id may be written in every form that get_conversation takes; addresses with their slashes encoded
 * or not. Rejects with a ProtocolError what is no URI of this server.
 */
export function parseResourceUri(uri: string): ResourceTarget {
  const match = uri.length > mostChars ? null : /^intercom:\/\/([^\s]+)$/i.exec(uri.trim())
  const path = match?.[1]
  if (path === undefined) {
    throw invalidParams(
      `${quoteShortly(uri)} is no URI of this server. Known are ${statusUri} and ${conversationTemplate}.`,
      { uri },
    )
  }
  if (/^status\/?$/i.test(path)) return { kind: 'status' }
  const conversation = /^conversation\/(.*?)(?:\?cursor=([^&#]*))?$/i.exec(path)
  if (!conversation) return { kind: 'unknown' }
  const id = decode(conversation[1] ?? '', uri)
  if (id.trim() === '')
    throw invalidParams(`${quoteShortly(uri)} names no conversation: the id is missing.`, { uri })
  const cursor = conversation[2] === undefined ? undefined : decode(conversation[2], uri)
  return { kind: 'conversation', id, cursor: cursor || undefined }
}

/** The URI of a conversation, or of the rest of its thread. */
export function conversationUri(id: string, cursor?: string): string {
  const rest = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`
  return `intercom://conversation/${encodeURIComponent(id)}${rest}`
}

function decode(part: string, uri: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalidParams(
      `${quoteShortly(uri)} cannot be read: a % must be followed by two hexadecimal digits.`,
      { uri },
    )
  }
}
