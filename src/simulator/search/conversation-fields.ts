import { htmlToPlainText } from '../generate/html'
import { toListItem } from '../wire/conversation'
import type { WireConversation } from '../wire/wire-types'
import type { World } from '../world'
import type { Field, FieldType, FieldValue } from './filter'

/** A conversation under examination: told only when a field asks for more than the index knows. */
export interface ConversationSubject {
  index: number
  world: World
  item(): WireConversation
}

/** Tells the conversation at most once. */
export function createSubject(world: World, index: number): ConversationSubject {
  let item: WireConversation | null = null
  return {
    index,
    world,
    item: () => {
      item ??= toListItem(world.stage, world.story(index))
      return item
    },
  }
}

type Read = (item: WireConversation) => FieldValue | undefined

const fields = new Map<string, Field<ConversationSubject>>()

function define(type: FieldType, name: string, read: Read, words = false): void {
  fields.set(name, { name, type, words, read: (subject) => read(subject.item()) ?? null })
}

/** Searchable fields by name, as the specification lists them. */
export const conversationFields: ReadonlyMap<string, Field<ConversationSubject>> = fields

for (const name of ['created_at', 'updated_at'] as const) {
  fields.set(name, { name, type: 'date', read: ({ world, index }) => world.index.time(name, index) })
}
fields.set('state', { name: 'state', type: 'string', read: ({ world, index }) => world.index.state(index) })
fields.set('open', {
  name: 'open',
  type: 'boolean',
  read: ({ world, index }) => world.index.state(index) !== 'closed',
})
fields.set('id', { name: 'id', type: 'string', read: ({ world, index }) => world.stage.idOf(index) })

define('date', 'waiting_since', (item) => item.waiting_since)
define('date', 'snoozed_until', (item) => item.snoozed_until)
define('date', 'conversation_rating.requested_at', (item) => item.conversation_rating?.created_at)
define('date', 'conversation_rating.replied_at', ({ conversation_rating: rating }) =>
  rating === null || rating.rating === null ? null : rating.updated_at,
)
const statisticsDates = [
  'first_contact_reply_at',
  'first_assignment_at',
  'first_admin_reply_at',
  'first_close_at',
  'last_assignment_at',
  'last_assignment_admin_reply_at',
  'last_contact_reply_at',
  'last_admin_reply_at',
  'last_close_at',
]
const statisticsIntegers = [
  'time_to_assignment',
  'time_to_admin_reply',
  'time_to_first_close',
  'time_to_last_close',
  'median_time_to_reply',
  'count_reopens',
  'count_assignments',
  'count_conversation_parts',
]
const readStatistic = (name: string): Read => {
  return (item) => item.statistics?.[name] as number | null | undefined
}
for (const name of statisticsDates) define('date', `statistics.${name}`, readStatistic(name))
for (const name of statisticsIntegers) define('integer', `statistics.${name}`, readStatistic(name))
define('integer', 'admin_assignee_id', (item) => item.admin_assignee_id)
define('integer', 'team_assignee_id', (item) => item.team_assignee_id)
define('integer', 'conversation_rating.score', (item) => item.conversation_rating?.rating)
define('integer', 'ai_agent.rating', (item) => item.ai_agent?.rating)
define('boolean', 'read', (item) => item.read)
define('boolean', 'ai_agent_participated', (item) => item.ai_agent_participated)
define('string', 'source.type', (item) => item.source.type)
define('string', 'source.id', (item) => item.source.id)
define('string', 'source.delivered_as', (item) => item.source.delivered_as)
define('string', 'source.subject', (item) => item.source.subject)
define('string', 'source.body', (item) => htmlToPlainText(item.source.body), true)
define('string', 'source.url', (item) => item.source.url)
define('string', 'source.author.id', (item) => item.source.author.id)
define('string', 'source.author.type', (item) => item.source.author.type)
define('string', 'source.author.name', (item) => item.source.author.name)
define('string', 'source.author.email', (item) => item.source.author.email)
define('string', 'contact_ids', (item) => item.contacts.contacts.map(({ id }) => id))
define('string', 'teammate_ids', (item) => item.teammates?.teammates.map(({ id }) => id) ?? [])
define('string', 'tag_ids', (item) => item.tags.tags.map(({ id }) => id))
define('string', 'channel_initiated', (item) => item.channel.initial)
define('string', 'priority', (item) => item.priority)
define(
  'string',
  'statistics.last_closed_by_id',
  (item) => item.statistics?.last_closed_by_id as string | null,
)
define('string', 'conversation_rating.remark', (item) => item.conversation_rating?.remark)
define('string', 'conversation_rating.contact_id', (item) => item.conversation_rating?.contact.id)
// The specification's own spelling, and the one that was surely meant.
define('string', 'conversation_rating.admin_d', (item) => item.conversation_rating?.teammate.id)
define('string', 'conversation_rating.admin_id', (item) => item.conversation_rating?.teammate.id)
define('string', 'ai_agent.resolution_state', (item) => item.ai_agent?.resolution_state)
define('string', 'ai_agent.last_answer_type', (item) => item.ai_agent?.last_answer_type)
define('string', 'ai_agent.rating_remark', (item) => item.ai_agent?.rating_remark)
define('string', 'ai_agent.source_type', (item) => item.ai_agent?.source_type)
define('string', 'ai_agent.source_title', (item) => item.ai_agent?.source_title)
