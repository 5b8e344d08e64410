import * as v from 'valibot'
import type { JsonObject } from '../domain/conversation'

/**
 * The wire, read with tolerance: versions 2.11 to 2.17 differ, and Intercom adds fields without a new version. Only
 * what a record cannot do without is required; any other field that is absent, null or of another type reads as
 * null. Unknown fields pass unseen.
 */

/** Reads as null what is absent or of the wrong type, instead of refusing the record. */
function lenient<T>(schema: v.GenericSchema<unknown, T>) {
  return v.fallback(v.nullish(schema, null), null) as v.GenericSchema<unknown, T | null>
}

/** Lists come as `{type, <key>: […]}` and, in old versions, bare. Members are judged one by one by the reader. */
function listOf(key: string) {
  return v.pipe(
    v.optional(v.unknown(), null),
    v.transform((value): unknown[] => {
      if (Array.isArray(value)) return value
      const inner = isObject(value) ? value[key] : null
      return Array.isArray(inner) ? inner : []
    }),
  )
}

const text = v.string()
const flag = lenient(v.boolean())
const optionalText = lenient(text)
const json = lenient(v.custom<JsonObject>(isObject))

/** Ids come as numbers or strings. */
const id = v.pipe(
  v.custom<string | number>(
    (value) =>
      (typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isFinite(value)),
  ),
  v.transform(String),
)
const optionalId = lenient(id)

/** Unassigned is null in old versions, 0 in new ones. */
const assignee = v.pipe(
  optionalId,
  v.transform((value) => (value === '0' ? null : value)),
)

/** Unix seconds; some old answers carry them as text or as an ISO date. */
const time = v.pipe(
  v.union([v.number(), v.string()]),
  v.transform((value) => {
    if (typeof value === 'number') return Math.floor(value)
    return /^\d+$/.test(value) ? Number(value) : Math.floor(Date.parse(value) / 1000)
  }),
  v.safeInteger(),
)
const optionalTime = lenient(time)

const tag = v.object({ id, name: v.string() })

const author = v.object({
  type: v.fallback(v.string(), 'unknown'),
  id: optionalId,
  name: optionalText,
  email: optionalText,
  from_ai_agent: flag,
})

const attachment = v.object({
  name: optionalText,
  url: optionalText,
  content_type: optionalText,
  filesize: lenient(v.number()),
})

const source = v.object({
  type: optionalText,
  delivered_as: optionalText,
  subject: optionalText,
  body: optionalText,
  url: optionalText,
  author: lenient(author),
  attachments: listOf('attachments'),
  redacted: flag,
})

const part = v.object({
  id,
  part_type: v.fallback(v.string(), 'unknown'),
  body: optionalText,
  created_at: time,
  updated_at: optionalTime,
  author: lenient(author),
  attachments: listOf('attachments'),
  redacted: flag,
  assigned_to: json,
  event_details: json,
  tags: listOf('tags'),
})

const rating = v.object({
  rating: lenient(v.number()),
  remark: optionalText,
  created_at: optionalTime,
  updated_at: optionalTime,
  teammate: lenient(v.object({ id: optionalId })),
})

/** Only the GET of one conversation has them; null when the answer has none. */
const thread = v.pipe(
  v.optional(v.unknown(), null),
  v.transform((value) => {
    const sent = Array.isArray(value) ? value : isObject(value) ? value.conversation_parts : null
    if (!Array.isArray(sent)) return null
    const total = isObject(value) && typeof value.total_count === 'number' ? value.total_count : 0
    return { parts: sent as unknown[], total: Math.max(total, sent.length) }
  }),
)

const conversation = v.object({
  id,
  created_at: time,
  updated_at: optionalTime,
  title: optionalText,
  waiting_since: optionalTime,
  snoozed_until: optionalTime,
  open: flag,
  state: optionalText,
  read: flag,
  priority: optionalText,
  admin_assignee_id: assignee,
  team_assignee_id: assignee,
  tags: listOf('tags'),
  contacts: listOf('contacts'),
  conversation_rating: lenient(rating),
  source: lenient(source),
  statistics: json,
  custom_attributes: json,
  sla_applied: json,
  ai_agent: json,
  ai_agent_participated: flag,
  conversation_parts: thread,
})

const contact = v.object({
  id,
  role: optionalText,
  name: optionalText,
  email: optionalText,
  created_at: optionalTime,
  signed_up_at: optionalTime,
  last_seen_at: optionalTime,
  custom_attributes: json,
  tags: listOf('data'),
})

const app = v.object({
  id_code: v.pipe(v.string(), v.nonEmpty()),
  name: optionalText,
  created_at: optionalTime,
  timezone: optionalText,
  region: optionalText,
})

/** A search's answer. Its conversations are read one by one, so that a broken one does not cost the page. */
const searchAnswer = v.object({
  conversations: v.array(v.unknown()),
  total_count: v.fallback(v.number(), 0),
  pages: lenient(v.object({ next: lenient(v.object({ starting_after: optionalText })) })),
})

export const wire = {
  id,
  conversation,
  part,
  attachment,
  tag,
  contact,
  contactRef: v.object({ id, name: optionalText, email: optionalText, role: optionalText }),
  teammate: v.object({ id, name: optionalText, email: optionalText }),
  me: v.object({ name: optionalText, app: lenient(app) }),
  searchAnswer,
  tombstone: v.object({ id, deleted_at: time }),
  /** `pages.next` is an address here, unlike in a search. */
  deletedAnswer: v.object({
    conversations: v.array(v.unknown()),
    pages: lenient(v.object({ next: lenient(v.union([text, v.object({ starting_after: text })])) })),
  }),
} as const

export type WireConversation = v.InferOutput<typeof conversation>
export type WirePart = v.InferOutput<typeof part>
export type WireSource = v.InferOutput<typeof source>
export type WireAuthor = v.InferOutput<typeof author>
export type WireContact = v.InferOutput<typeof contact>
export type WireRating = v.InferOutput<typeof rating>

/** The members of a list that can be read, in their order; `onSkip` hears of each of the others. */
export function readEach<T>(
  schema: v.GenericSchema<unknown, T>,
  members: readonly unknown[],
  onSkip?: (member: unknown) => void,
): T[] {
  const read: T[] = []
  for (const member of members) {
    const result = v.safeParse(schema, member, { abortEarly: true })
    if (result.success) read.push(result.output)
    else onSkip?.(member)
  }
  return read
}

/** The value, or null when it cannot be read. */
export function readOne<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | null {
  const result = v.safeParse(schema, value, { abortEarly: true })
  return result.success ? result.output : null
}

/** Whether a value is a JSON object rather than an array, null or a plain value. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
