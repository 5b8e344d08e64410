import type { JsonObject } from '../../domain/conversation'
import { mixSeeds } from '../generate/random'
import type { Staff } from '../generate/staff'
import type { Assignee, Speaker, Story, StoryEvent } from '../generate/story'
import { hasBody } from '../generate/story'
import { attachmentsOf } from './attachments'
import { companyOf } from './contact'
import type { Stage } from './stage'
import { statisticsOf } from './statistics'
import { readThread, type ThreadFacts } from './thread-facts'
import type {
  WireAiAgent,
  WireAuthor,
  WireConversation,
  WirePart,
  WireRating,
  WireReference,
  WireSource,
  WireThread,
} from './wire-types'

const redactedBody = '<p><i>This message was deleted</i></p>'

/** Intercom sends the newest parts only. */
const mostPartsSent = 500

/** The conversation as search and list send it: without parts. */
export function toListItem(stage: Stage, story: Story): WireConversation {
  return describe(stage, story, readThread(story, stage.zone))
}

/** The conversation as GET sends it: the newest parts, and how many there are. */
export function toThread(stage: Stage, story: Story, most = mostPartsSent): WireThread {
  const facts = readThread(story, stage.zone)
  const first = Math.max(0, story.events.length - most)
  const parts = story.events
    .slice(first)
    .map((event, offset) => toPart(stage, story, facts, event, first + offset))
  return {
    ...describe(stage, story, facts),
    conversation_parts: {
      type: 'conversation_part.list',
      conversation_parts: parts,
      total_count: story.events.length,
    },
  }
}

/** Id of a part: the numbers of two conversations never overlap. */
export function partId(index: number, number: number): string {
  return String(30_000_000_000 + index * 4096 + number)
}

function describe(stage: Stage, story: Story, facts: ThreadFacts): WireConversation {
  const { staff, people } = stage
  const person = people.record(stage.canonical(story.contact))
  const contact = { type: 'contact' as const, id: person.id, external_id: person.externalId }
  const { source, title } = toSource(stage, story)
  const firstReplyAt = facts.firstContactReplyAt
  const teammates = facts.teammates.map((admin) => ({ type: 'admin' as const, id: adminId(staff, admin) }))
  return {
    type: 'conversation',
    id: stage.idOf(story.index),
    created_at: story.createdAt,
    updated_at: facts.updatedAt,
    waiting_since: facts.waitingSince,
    snoozed_until: facts.snoozedUntil,
    source,
    contacts: { type: 'contact.list', contacts: [contact] },
    first_contact_reply:
      firstReplyAt === null ? null : { created_at: firstReplyAt, type: story.channel, url: source.url },
    admin_assignee_id: facts.admin === null ? 0 : Number(adminId(staff, facts.admin)),
    team_assignee_id: facts.team === null ? 0 : Number(staff.teams[facts.team]?.id ?? 0),
    open: facts.state !== 'closed',
    state: facts.state,
    read: story.read,
    tags: {
      type: 'tag.list',
      tags: story.tags.map(({ tag, at, by }) => ({
        type: 'tag',
        id: staff.tags[tag]?.id ?? '',
        name: staff.tags[tag]?.name ?? '',
        applied_at: at,
        applied_by:
          typeof by === 'number'
            ? { type: 'admin', id: adminId(staff, by) }
            : { type: 'contact', id: contact.id },
      })),
    },
    priority: story.priority,
    sla_applied:
      story.sla === null
        ? null
        : { type: 'conversation_sla_summary', sla_name: story.sla.name, sla_status: story.sla.status },
    statistics: statisticsOf(story, facts, staff, stage.zone),
    conversation_rating: toRating(stage, story, contact),
    teammates: teammates.length === 0 ? null : { type: 'admin.list', teammates },
    title,
    custom_attributes: customAttributes(stage, story),
    topics: {},
    ticket: null,
    linked_objects: {
      type: 'list',
      data: story.linked.map((id) => ({ type: 'conversation', id, category: null })),
      total_count: story.linked.length,
      has_more: false,
    },
    company: person.company === null ? null : companyOf(stage, person.company),
    channel: { initial: story.channel, current: story.channel },
    external_references: [],
    sales_agent_participated: false,
    sales_agent: null,
    ai_agent: toAiAgent(story),
    ai_agent_participated: story.ai !== null,
  }
}

function toSource(stage: Stage, story: Story): { source: WireSource; title: string } {
  const written = stage.writer.opening(story)
  const { subject, body } = story.opening ?? written
  const redacted = story.openingRedacted === true
  const byContact = story.by === 'contact'
  const source: WireSource = {
    type: story.channel,
    id: String(403_000_000 + story.index),
    delivered_as: story.deliveredAs,
    subject: redacted ? '' : subject,
    body: redacted ? redactedBody : body,
    author: toAuthor(stage, story, story.by),
    attachments: redacted ? [] : attachmentsOf(stage, story, -1, byContact),
    url: byContact && story.channel === 'conversation' ? `https://app.${stage.staff.domain}/orders` : null,
    redacted,
  }
  return { source, title: written.title }
}

function toPart(
  stage: Stage,
  story: Story,
  facts: ThreadFacts,
  event: StoryEvent,
  position: number,
): WirePart {
  const redacted = event.redacted === true
  const body = hasBody(event) ? (event.body ?? stage.writer.body(story, event)) : null
  return {
    type: 'conversation_part',
    id: partId(story.index, event.number),
    part_type: event.type,
    body: redacted ? redactedBody : body,
    created_at: event.at,
    updated_at: event.updatedAt,
    notified_at: event.at,
    assigned_to: event.assignTo === undefined ? null : assignedTo(stage.staff, event.assignTo),
    author: toAuthor(stage, story, event.by),
    attachments: redacted ? [] : attachmentsOf(stage, story, event.number, event.say === 'follow-up'),
    external_id: null,
    redacted,
    email_message_metadata: null,
    state: facts.states[position] ?? facts.state,
    tags: [],
    event_details: event.details ?? null,
    app_package_code: null,
  }
}

function toAuthor({ staff, people, canonical }: Stage, story: Story, by: Speaker): WireAuthor {
  if (by === 'contact') {
    const { name, email, role } = people.record(canonical(story.contact))
    // Old messages keep the id that their author had when writing.
    return { type: role, id: people.idOf(story.contact), name, email }
  }
  if (typeof by === 'number') {
    const admin = staff.admins[by]
    return { type: 'admin', id: adminId(staff, by), name: admin?.name ?? null, email: admin?.email ?? '' }
  }
  const bot = {
    type: 'bot',
    id: staff.botId,
    name: 'Operator',
    email: `operator+${staff.botId}@${staff.domain}`,
  }
  return by === 'ai' ? { ...bot, name: 'Fin', from_ai_agent: true, is_ai_answer: true } : bot
}

function assignedTo(staff: Staff, to: Assignee): WireReference {
  if (to === 'nobody') return { type: 'nobody_admin', id: null }
  if ('admin' in to) return { type: 'admin', id: adminId(staff, to.admin) }
  return { type: 'team', id: staff.teams[to.team]?.id ?? null }
}

function toRating(stage: Stage, story: Story, contact: WireRating['contact']): WireRating | null {
  const { rating } = story
  if (rating === null) return null
  const { score } = rating
  const remark =
    rating.remarked && score !== null
      ? (rating.remark ?? stage.writer.remark(story, score, rating.admin))
      : null
  return {
    rating: score,
    remark,
    created_at: rating.requestedAt,
    updated_at: rating.ratedAt ?? rating.requestedAt,
    contact,
    teammate: { type: 'admin', id: adminId(stage.staff, rating.admin) },
  }
}

function toAiAgent({ ai }: Story): WireAiAgent | null {
  if (ai === null) return null
  return {
    source_type: ai.source,
    source_title: ai.source === 'workflow' ? 'First line' : 'Profile targeting',
    last_answer_type: ai.answered ? 'ai_answer' : null,
    resolution_state: ai.resolution,
    rating: ai.rating,
    rating_remark: null,
    created_at: ai.ratedAt,
    updated_at: ai.ratedAt,
    content_sources: { type: 'content_source.list', total_count: 0, content_sources: [] },
  }
}

const regions = ['North', 'South', 'East', 'West']

function customAttributes(stage: Stage, story: Story): JsonObject {
  const draw = mixSeeds(stage.seed, 61, story.index)
  if (draw % 3 === 0) return {}
  const attributes: JsonObject = { Region: regions[draw % 4], 'Order value': draw % 900 }
  if (draw % 5 === 0) attributes['CX Score rating'] = story.mood + 1
  return attributes
}

function adminId(staff: Staff, admin: number): string {
  return staff.admins[admin]?.id ?? ''
}
