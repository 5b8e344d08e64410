import type { ConversationState, JsonObject, Priority } from '../../domain/conversation'

/** Shapes of the REST API as the simulator sends them, for whoever checks an answer against its source. */
export interface WireAuthor {
  type: string
  id: string
  name: string | null
  email: string
  from_ai_agent?: boolean
  is_ai_answer?: boolean
}

export interface WireAttachment {
  type: 'upload'
  name: string
  url: string
  content_type: string
  filesize: number
  width?: number
  height?: number
}

export interface WireReference {
  type: string
  id: string | null
}

export interface WirePart {
  type: 'conversation_part'
  id: string
  part_type: string
  body: string | null
  created_at: number
  updated_at: number
  notified_at: number
  assigned_to: WireReference | null
  author: WireAuthor
  attachments: WireAttachment[]
  external_id: null
  redacted: boolean
  email_message_metadata: null
  state: ConversationState
  tags: never[]
  event_details: JsonObject | null
  app_package_code: null
}

export interface WireSource {
  type: string
  id: string
  delivered_as: string
  subject: string
  body: string
  author: WireAuthor
  attachments: WireAttachment[]
  url: string | null
  redacted: boolean
}

interface WireTag {
  type: 'tag'
  id: string
  name: string
  applied_at: number
  applied_by: WireReference
}

/** What search and list send. */
export interface WireConversation {
  type: 'conversation'
  id: string
  title: string | null
  created_at: number
  updated_at: number
  waiting_since: number | null
  snoozed_until: number | null
  open: boolean
  state: ConversationState
  read: boolean
  priority: Priority
  admin_assignee_id: number
  team_assignee_id: number
  company: JsonObject | null
  tags: { type: 'tag.list'; tags: WireTag[] }
  conversation_rating: WireRating | null
  source: WireSource
  contacts: { type: 'contact.list'; contacts: { type: 'contact'; id: string; external_id: string }[] }
  teammates: { type: 'admin.list'; teammates: { type: 'admin'; id: string }[] } | null
  custom_attributes: JsonObject
  first_contact_reply: { created_at: number; type: string; url: string | null } | null
  sla_applied: { type: 'conversation_sla_summary'; sla_name: string; sla_status: string } | null
  statistics: WireStatistics | null
  linked_objects: { type: 'list'; data: JsonObject[]; total_count: number; has_more: boolean }
  ai_agent_participated: boolean
  ai_agent: WireAiAgent | null
  sales_agent_participated: boolean
  sales_agent: null
  channel: { initial: string; current: string }
  external_references: never[]
  topics: JsonObject
  ticket: null
}

/** What GET of one conversation sends. */
export interface WireThread extends WireConversation {
  conversation_parts: {
    type: 'conversation_part.list'
    conversation_parts: WirePart[]
    total_count: number
  }
}

export interface WireRating {
  rating: number | null
  remark: string | null
  created_at: number
  updated_at: number
  contact: { type: 'contact'; id: string; external_id: string }
  teammate: WireReference
}

export interface WireAiAgent {
  source_type: string
  source_title: string | null
  last_answer_type: string | null
  resolution_state: string | null
  rating: number | null
  rating_remark: string | null
  created_at: number | null
  updated_at: number | null
  content_sources: JsonObject
}

export interface WireStatistics extends JsonObject {
  type: 'conversation_statistics'
  count_reopens: number
  count_assignments: number
  count_conversation_parts: number
}
