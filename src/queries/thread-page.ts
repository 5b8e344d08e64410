import type { MessageAnswer } from '../domain/answers'
import type { Message } from '../domain/conversation'
import { UserInputError } from '../domain/errors'
import { isoTime } from './iso-time'
import { beginningWithin, estimateTokens } from './size-budget'

/**
 * Events that tell what became of a conversation. Others without text (rules that ran, attributes that changed)
 * are left out: a thread may hold hundreds, and none says what anybody wanted.
 */
const toldEvents =
  /^(?:open|close|snoozed|(?:timer_)?unsnoozed?|(?:default_|workflow_)?assignment|assign_and_\w+|merged_\w+|conversation_rating_\w+)$/

/** Where a page of a thread begins: ids stay valid while messages are added, so such a cursor never expires. */
interface ThreadPosition {
  messageId: string
  createdAt: number
  /** Characters of that message's text which the page before has given. */
  offset: number
}

export interface ThreadPage {
  messages: MessageAnswer[]
  nextCursor: string | null
}

/** Whether a message is part of the thread as told: it has text or attachments, or is an event of note. */
function isTold(message: Message): boolean {
  return message.text !== null || message.attachments.length > 0 || toldEvents.test(message.partType)
}

/**
 * The messages from where `cursor` says (null: the beginning), oldest first, as many as the budget of tokens and
 * `maxMessages` allow. A message longer than the whole budget is given in pieces, cut ones marked with `…`.
 */
export function readThreadPage(
  conversationId: string,
  messages: readonly Message[],
  request: { cursor: string | null; maxMessages: number; tokens: number },
): ThreadPage {
  const told = messages.filter(isTold)
  const position = request.cursor === null ? null : readCursor(request.cursor, conversationId)
  const { index: first, offset } = position ? findStart(told, position) : { index: 0, offset: 0 }
  const page: MessageAnswer[] = []
  let tokensLeft = request.tokens
  for (let index = first; index < told.length; index++) {
    const message = told[index]
    if (!message || page.length >= request.maxMessages)
      return { messages: page, nextCursor: cursorAt(message, 0) }
    const from = index === first ? offset : 0
    const answer = toMessageAnswer(message, from)
    const tokens = estimateTokens(answer)
    if (tokens > tokensLeft) {
      if (page.length > 0) return { messages: page, nextCursor: cursorAt(message, 0) }
      return cutPage(message, { answer, from, tokens: tokensLeft, next: told[index + 1] })
    }
    tokensLeft -= tokens
    page.push(answer)
  }
  return { messages: page, nextCursor: null }
}

interface Cut {
  answer: MessageAnswer
  /** Characters of the text that earlier pages have given. */
  from: number
  tokens: number
  next: Message | undefined
}

/** A page of one message alone: a piece of its text, or all of it where something else makes it so large. */
function cutPage(message: Message, { answer, from, tokens, next }: Cut): ThreadPage {
  const rest = (message.text ?? '').slice(from)
  const frame = estimateTokens({ ...answer, text: '' })
  const piece = beginningWithin(rest, Math.max(tokens - frame, 100))
  if (piece.length === rest.length) return { messages: [answer], nextCursor: cursorAt(next, 0) }
  const text = `${from > 0 ? '…' : ''}${piece}…`
  return { messages: [{ ...answer, text }], nextCursor: cursorAt(message, from + piece.length) }
}

function toMessageAnswer(message: Message, from: number): MessageAnswer {
  const { author } = message
  return {
    id: message.id,
    created_at: isoTime(message.createdAt),
    type: message.partType,
    author: { type: author.type, id: author.id, name: author.name, email: author.email },
    text: from > 0 ? `…${(message.text ?? '').slice(from)}` : message.text,
    attachments: message.attachments.map((attachment) => ({
      name: attachment.name,
      url: attachment.url,
      content_type: attachment.contentType,
      size_bytes: attachment.sizeBytes,
    })),
  }
}

function findStart(told: Message[], position: ThreadPosition): { index: number; offset: number } {
  const index = told.findIndex(({ id }) => id === position.messageId)
  if (index !== -1) return { index, offset: Math.min(position.offset, told[index]?.text?.length ?? 0) }
  // The message has gone (redacted, or replaced): go on with the next one.
  const later = told.findIndex(({ createdAt }) => createdAt >= position.createdAt)
  return { index: later === -1 ? told.length : later, offset: 0 }
}

function cursorAt(message: Message | undefined, offset: number): string | null {
  if (!message) return null
  const parts = [message.conversationId, message.id, message.createdAt, offset]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function readCursor(cursor: string, conversationId: string): ThreadPosition {
  const [of, messageId, createdAt, offset] = decodeCursor(cursor)
  const isPosition =
    typeof messageId === 'string' &&
    Number.isInteger(createdAt) &&
    Number.isInteger(offset) &&
    Number(offset) >= 0
  if (!isPosition || typeof of !== 'string') {
    throw new UserInputError('The cursor cannot be read.', {
      hint: 'Pass next_cursor of an earlier answer unchanged, or read the conversation without a cursor.',
    })
  }
  if (of !== conversationId) {
    throw new UserInputError(
      `The cursor belongs to conversation ${of.slice(0, 30)}, not to ${conversationId}.`,
    )
  }
  return { messageId, createdAt: Number(createdAt), offset: Number(offset) }
}

function decodeCursor(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor.trim(), 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
