import type { JsonObject } from '../../domain/conversation'
import type { ApiRequest } from './api-request'

type Distort = ApiRequest['distort']

const detailNames = [
  'statistics',
  'conversation_rating',
  'teammates',
  'sla_applied',
  'ai_agent',
  'first_contact_reply',
  'linked_objects',
  'topics',
  'company',
]

/** A conversation of a search or of a GET, as the faults have it that are switched on. */
export function distortConversation(sent: object, id: string, distort: Distort): object {
  const conversation: JsonObject = { ...sent }
  if (distort('null_details', id)) for (const name of detailNames) conversation[name] = null
  if (distort('null_assignees', id)) {
    for (const name of ['admin_assignee_id', 'team_assignee_id']) conversation[name] ||= null
  }
  if (distort('unknown_shapes', id)) addUnknownShapes(conversation)
  return conversation
}

interface PartList extends JsonObject {
  conversation_parts: JsonObject[]
  total_count: number
}

/** What only a GET can have besides. */
export function distortThread(sent: object, id: string, distort: Distort): object {
  const conversation: JsonObject = { ...distortConversation(sent, id, distort) }
  const behind = distort('thread_behind', id)
  if (behind) conversation.updated_at = Number(conversation.updated_at) - behind.amount
  const list = conversation.conversation_parts as PartList
  const cap = distort('part_cap', id)
  const parts = cap ? list.conversation_parts.slice(-cap.amount) : list.conversation_parts
  const unknown = distort('unknown_shapes', id) !== null
  conversation.conversation_parts = {
    ...list,
    conversation_parts: unknown ? parts.map(toUnknownPart) : parts,
  }
  return conversation
}

function addUnknownShapes(conversation: JsonObject): void {
  conversation.priority = 'critical'
  conversation.sentiment = { type: 'sentiment.list', score: 0.4 }
  conversation.ai_topics = [{ id: 7, name: null }]
  conversation.monitors = []
}

/** Types change for those that say something and those that do not; the words stay. */
function toUnknownPart(part: JsonObject): JsonObject {
  return {
    ...part,
    part_type: part.body === null ? 'custom_action_scheduled' : 'voice_memo',
    transcript: { language: 'en', segments: [] },
    assigned_to: part.assigned_to ?? { type: 'workflow', id: 12 },
    event_details: { unheard_of: [1, { two: null }] },
  }
}
