import type { ConversationAnswer, MessageAnswer } from '../../domain/answers'
import { countOf, freshnessLine, joinParts, oneLine, shortTime } from '../answer-text'
import { conversationUri } from './resource-uri'

/**
 * One conversation as a document to read. What was written by others stands in fences that it cannot close: there it
 * is neither a line of ours nor a picture or a link that a client would load.
 */
export function describeThread(answer: ConversationAnswer): string {
  const { conversation, source, freshness } = answer
  const { next_cursor: cursor, title } = conversation
  const lines = [
    `# ${title === null || title.trim() === '' ? `Conversation ${conversation.id}` : harmless(title)}`,
    '',
    ...describeHead(answer).map((line) => `- ${line}`),
    '',
  ]
  if (source === 'opening_only') {
    lines.push(
      'Only the opening message is here: the replies are not stored yet and could not be fetched now.',
    )
  }
  if (conversation.truncated) {
    lines.push('Older messages are missing: Intercom returns at most 500 parts of a thread.')
  }
  lines.push(...conversation.messages.flatMap(describeMessage), '---', '')
  if (cursor !== null) {
    lines.push(
      `The thread goes on: read ${conversationUri(conversation.id, cursor)}, or call get_conversation with this cursor.`,
      '',
    )
  }
  lines.push(freshnessLine(freshness))
  return lines.join('\n')
}

function describeHead({ conversation, customer }: ConversationAnswer): string[] {
  const person = customer ?? conversation.customer
  return [
    joinParts([
      `Conversation ${conversation.id}`,
      conversation.state,
      conversation.priority !== 'none' && `priority ${conversation.priority}`,
      conversation.rating !== null && `rated ${conversation.rating}/5`,
      countOf(conversation.message_count, 'message'),
    ]),
    `Created ${shortTime(conversation.created_at)}, updated ${shortTime(conversation.updated_at)} UTC`,
    person &&
      `Customer: ${joinParts([person.name && harmless(person.name), person.email && harmless(person.email), `id ${person.id}`])}`,
    conversation.assignee
      ? `Assigned to ${harmless(conversation.assignee.name ?? conversation.assignee.id)}`
      : 'Unassigned',
    conversation.team && `Team: ${harmless(conversation.team.name ?? conversation.team.id)}`,
    conversation.tags.length > 0 && `Tags: ${conversation.tags.map(harmless).join(', ')}`,
    conversation.url,
  ].filter((line): line is string => typeof line === 'string' && line !== '')
}

function describeMessage({ created_at, author, type, text, attachments }: MessageAnswer): string[] {
  const who = harmless(author.name ?? author.email ?? author.type)
  const kind = type === 'comment' || type === 'source' ? '' : `, ${type}`
  const files = attachments.map(({ name }) => `- Attachment: ${harmless(name)}`)
  const body = text === null ? [] : [...fence(text), '']
  return [
    `**${shortTime(created_at)} · ${who}** (${author.type}${kind})`,
    '',
    ...body,
    ...files,
    ...(files.length > 0 ? [''] : []),
  ]
}

/** The text between lines of backquotes, more than it has in a row anywhere. */
function fence(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const line = '`'.repeat(longest + 1)
  return [line, text, line]
}

/** On one line, with nothing in it that makes a link, a picture, code or HTML. */
function harmless(words: string): string {
  return oneLine(words).replace(/[[\]<>`\\]/g, '\\$&')
}
