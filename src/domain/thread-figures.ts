import { isCustomerType, type Message } from './conversation'

/** What figures need of a stored thread. */
export interface ThreadFigures {
  /** When the customer first wrote. */
  customerAt: number | null
  /** First admin reply that is not earlier than the customer's first message. */
  replyAt: number | null
  adminReplies: number
  /**
   * Times at which it was closed and opened again, in turn, the first a close; joined by commas, null when it never
   * was closed.
   */
  closings: string | null
}

/** Part types after which a closed conversation is open. */
export const reopeningTypes = ['open', 'note_and_reopen', 'assign_and_reopen'] as const

const reopening = new Set<string>(reopeningTypes)

/** Whether a teammate said it to the customer: words of an admin, no note, and not written by a bot or AI agent. */
function isAdminReply({ author, text, partType }: Message): boolean {
  return author.type === 'admin' && !author.fromAiAgent && text !== null && !partType.startsWith('note')
}

/** Whether the customer said or sent something; a rating and other events are no messages. */
function isCustomerMessage({ author, text, attachments, partType }: Message): boolean {
  if (!isCustomerType(author.type) || partType.startsWith('conversation_rating')) return false
  return text !== null || attachments.length > 0
}

/** Reads a thread once, oldest message first. */
export function readThreadFigures(messages: readonly Message[]): ThreadFigures {
  const closings: number[] = []
  let customerAt: number | null = null
  let replyAt: number | null = null
  let adminReplies = 0
  for (const message of messages) {
    if (isCustomerMessage(message)) customerAt ??= message.createdAt
    if (isAdminReply(message)) {
      adminReplies += 1
      if (customerAt !== null) replyAt ??= message.createdAt
    }
    const isClosed = closings.length % 2 === 1
    if (isClosed ? reopening.has(message.partType) : message.partType === 'close') {
      closings.push(message.createdAt)
    }
  }
  return { customerAt, replyAt, adminReplies, closings: closings.length === 0 ? null : closings.join(',') }
}

/** The times of `closings`. */
export function readClosings(closings: string | null): number[] {
  return closings === null || closings === '' ? [] : closings.split(',').map(Number)
}
