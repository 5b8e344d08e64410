import * as v from 'valibot'
import type { ConversationAnswer, MessageAnswer } from '../../domain/answers'
import type { CallOptions, Service } from '../../service/service'
import {
  customerRef,
  freshness,
  jsonObject,
  namedRef,
  nullableNumber,
  nullableString,
} from '../answer-schemas'
import { countOf, freshnessLine, joinParts, oneLine, shortTime } from '../answer-text'
import { flag, strictArguments, text, wholeNumber } from '../argument-schemas'
import { defineTool, type Tool } from '../tool'

const input = strictArguments({
  conversation_id: v.pipe(
    v.union(
      [text(500), wholeNumber(1, Number.MAX_SAFE_INTEGER)],
      'must be an id such as "123", "conversation_123", or the address of the conversation in Intercom',
    ),
    v.description('Id, conversation_ID, or the Intercom URL.'),
  ),
  include_messages: v.optional(v.pipe(flag(), v.description('Default true.'))),
  include_customer: v.optional(v.pipe(flag(), v.description('Default true.'))),
  max_messages: v.optional(wholeNumber(1, 1000)),
  cursor: v.optional(v.pipe(text(4096), v.description("The answer's conversation.next_cursor."))),
})

const message = v.object({
  id: v.string(),
  created_at: v.string(),
  type: v.string(),
  author: v.object({ type: v.string(), id: nullableString, name: nullableString, email: nullableString }),
  text: nullableString,
  attachments: v.array(
    v.object({
      name: v.string(),
      url: nullableString,
      content_type: nullableString,
      size_bytes: nullableNumber,
    }),
  ),
})

const output = v.object({
  conversation: v.object({
    id: v.string(),
    url: nullableString,
    created_at: v.string(),
    updated_at: v.string(),
    state: v.string(),
    priority: v.string(),
    title: nullableString,
    customer: customerRef,
    assignee: namedRef,
    team: namedRef,
    tags: v.array(v.string()),
    rating: nullableNumber,
    message_count: v.number(),
    statistics: v.nullable(jsonObject),
    custom_attributes: jsonObject,
    messages: v.array(message),
    truncated: v.boolean(),
    next_cursor: nullableString,
  }),
  customer: v.nullable(
    v.object({
      id: v.string(),
      name: nullableString,
      email: nullableString,
      created_at: nullableString,
      signed_up_at: nullableString,
      last_seen_at: nullableString,
      custom_attributes: jsonObject,
      tags: v.array(v.string()),
    }),
  ),
  source: v.picklist(['cache', 'live', 'opening_only']),
  freshness,
})

const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  // A conversation that is not stored yet is fetched from Intercom.
  openWorldHint: true,
}

/** One whole thread with its customer. */
export const getConversation: Tool = defineTool({
  name: 'get_conversation',
  title: 'Get conversation',
  description:
    'Returns one conversation whole: state, people, tags, rating, statistics and every message, oldest first, with the customer. Use it with an id from search_conversations, or with an id or Intercom URL the user gave; one not stored yet is fetched. Next: cursor when next_cursor is set.',
  annotations,
  input,
  output,
  run: readConversation,
})

/** The same under the name that earlier clients use. */
export const getConversationDetails: Tool = defineTool({
  name: 'get_conversation_details',
  title: 'Get conversation details',
  description: 'The same as get_conversation, under its earlier name.',
  annotations,
  input,
  output,
  outputDepth: 0,
  isAlias: true,
  run: readConversation,
})

async function readConversation(args: v.InferOutput<typeof input>, service: Service, call: CallOptions) {
  const request = { ...args, conversation_id: String(args.conversation_id) }
  const answer = await service.getConversation(request, call)
  return { data: answer, text: describeConversation(answer, args.include_messages !== false) }
}

function describeConversation(
  { conversation, customer, source, freshness }: ConversationAnswer,
  withMessages: boolean,
): string {
  const lines = [
    joinParts([
      `Conversation ${conversation.id}`,
      conversation.title !== null && JSON.stringify(oneLine(conversation.title)),
      conversation.state,
      conversation.priority !== 'none' && `priority ${conversation.priority}`,
      conversation.assignee?.name ? `assigned to ${oneLine(conversation.assignee.name)}` : 'unassigned',
      conversation.team?.name && `team ${oneLine(conversation.team.name)}`,
      conversation.tags.length > 0 && `tags: ${conversation.tags.map(oneLine).join(', ')}`,
      conversation.rating !== null && `rated ${conversation.rating}/5`,
    ]),
    `Created ${shortTime(conversation.created_at)}, updated ${shortTime(conversation.updated_at)} UTC${conversation.url === null ? '' : ` · ${conversation.url}`}`,
  ]
  const person = customer ?? conversation.customer
  if (person)
    lines.push(
      `Customer: ${joinParts([person.name && oneLine(person.name), person.email, `id ${person.id}`])}`,
    )
  if (source === 'opening_only') {
    lines.push(
      'Only the opening message is here: the replies are not stored yet and could not be fetched now.',
    )
  }
  if (conversation.truncated)
    lines.push('Older messages are missing: Intercom returns at most 500 parts of a thread.')
  if (withMessages) {
    lines.push(
      `${conversation.messages.length} shown of ${countOf(conversation.message_count, 'message')} with text:`,
    )
    lines.push(...conversation.messages.filter(saysSomething).map(describeMessage))
  }
  if (conversation.next_cursor !== null) {
    lines.push(`More messages: repeat the call with cursor "${conversation.next_cursor}".`)
  }
  lines.push(freshnessLine(freshness))
  return lines.join('\n')
}

function saysSomething({ text: words, attachments, type }: MessageAnswer): boolean {
  return words !== null || attachments.length > 0 || type === 'close' || type === 'open'
}

/** Every line of the body is indented, so that what a customer wrote cannot pass for a line of ours. */
function describeMessage(said: MessageAnswer): string {
  const who = oneLine(said.author.name ?? said.author.email ?? said.author.type)
  const kind = said.type === 'comment' || said.type === 'source' ? '' : `, ${said.type}`
  const head = `[${shortTime(said.created_at)}] ${who} (${said.author.type}${kind})`
  const body = said.text === null ? [] : said.text.split(/\r?\n/).map((line) => `  ${line}`)
  const files = said.attachments.map((file) => `  [attachment: ${oneLine(file.name)}]`)
  return [head, ...body, ...files].join('\n')
}
