import { isDeepStrictEqual } from 'node:util'
import type {
  Attachment,
  Conversation,
  FetchedConversation,
  JsonObject,
  Message,
} from '../domain/conversation'
import { completeThread } from '../domain/thread-parts'
import type { ConversationDifference } from '../domain/verification'
import { isoTimeOrNull } from '../queries/iso-time'

/** What the store has of one conversation. */
export interface StoredThread {
  conversation: Conversation & { partsTotal: number | null }
  /** null: only the row is to be compared. */
  messages: readonly Message[] | null
}

type Report = (field: string, stored: unknown, atIntercom: unknown) => void

const mostShown = 120
/** So much of what is equal is shown before the place where two texts part. */
const shownBefore = 20

/**
 * Every field in which a stored conversation differs from what the mapper makes of Intercom's answer, both of the
 * same version. Left out is what may change there without the conversation counting as updated, so that a sync cannot
 * know: names of people and tags, the addresses of attachments (which expire) and whether it was read. `canonicalId`
 * names the contact that one was merged into.
 */
export function findDifferences(
  stored: StoredThread,
  fetched: FetchedConversation,
  canonicalId: (contactId: string) => string = (id) => id,
): ConversationDifference[] {
  const differences: ConversationDifference[] = []
  const { id } = fetched.conversation
  const report: Report = (field, ours, theirs) => {
    if (isDeepStrictEqual(ours, theirs)) return
    const [shownOurs, shownTheirs] = showBoth(ours, theirs)
    differences.push({ conversation_id: id, field, stored: shownOurs, at_intercom: shownTheirs })
  }
  compareRow(stored.conversation, fetched.conversation, canonicalId, report)
  if (stored.messages !== null && fetched.thread !== null) {
    report('parts_total', stored.conversation.partsTotal, fetched.thread.partsTotal)
    compareMessages(stored.messages, fetched, report)
  }
  return differences
}

function compareRow(
  ours: Conversation,
  theirs: Conversation,
  canonicalId: (contactId: string) => string,
  report: Report,
): void {
  report('state', ours.state, theirs.state)
  report('created_at', isoTimeOrNull(ours.createdAt), isoTimeOrNull(theirs.createdAt))
  report('updated_at', isoTimeOrNull(ours.updatedAt), isoTimeOrNull(theirs.updatedAt))
  report('waiting_since', isoTimeOrNull(ours.waitingSince), isoTimeOrNull(theirs.waitingSince))
  report('snoozed_until', isoTimeOrNull(ours.snoozedUntil), isoTimeOrNull(theirs.snoozedUntil))
  report('priority', ours.priority, theirs.priority)
  report('title', storable(ours.title), storable(theirs.title))
  report('subject', storable(ours.subject), storable(theirs.subject))
  report('source_type', ours.sourceType, theirs.sourceType)
  report('delivered_as', ours.deliveredAs, theirs.deliveredAs)
  report('assignee', ours.assigneeId, theirs.assigneeId)
  report('team', ours.teamId, theirs.teamId)
  const [ourCustomer, ...ourOthers] = ours.contactIds.map(canonicalId)
  const [theirCustomer, ...theirOthers] = theirs.contactIds.map(canonicalId)
  report('customer', ourCustomer ?? null, theirCustomer ?? null)
  report('other_contacts', ourOthers.toSorted(), theirOthers.toSorted())
  report('tags', ours.tags.map(({ id }) => id).toSorted(), theirs.tags.map(({ id }) => id).toSorted())
  report('rating', ours.rating, theirs.rating)
  compareObject('statistics', ours.statistics, theirs.statistics, report)
  compareObject('custom_attributes', ours.customAttributes, theirs.customAttributes, report)
  compareObject('sla', ours.sla, theirs.sla, report)
  compareObject('ai_agent', ours.aiAgent, theirs.aiAgent, report)
}

/** Key by key, so that a difference says which figure it is. */
function compareObject(
  name: string,
  ours: JsonObject | null,
  theirs: JsonObject | null,
  report: Report,
): void {
  if (ours === null || theirs === null) {
    report(name, ours, theirs)
    return
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    report(`${name}.${key}`, ours[key] ?? null, theirs[key] ?? null)
  }
}

function compareMessages(stored: readonly Message[], fetched: FetchedConversation, report: Report): void {
  // Intercom shows the newest 500 parts; what the store still has from before is more, and not wrong.
  const expected = completeThread(fetched, stored)
  report('messages', stored.length, expected.length)
  const ours = new Map(stored.map((message) => [message.id, message]))
  const theirs = new Map(expected.map((message) => [message.id, message]))
  for (const id of new Set([...theirs.keys(), ...ours.keys()])) {
    compareMessage(`messages[${id}]`, ours.get(id), theirs.get(id), report)
  }
}

function compareMessage(
  name: string,
  ours: Message | undefined,
  theirs: Message | undefined,
  report: Report,
): void {
  if (ours === undefined || theirs === undefined) {
    report(name, ours ? describeMessage(ours) : null, theirs ? describeMessage(theirs) : null)
    return
  }
  report(`${name}.type`, ours.partType, theirs.partType)
  report(`${name}.author`, describeAuthor(ours), describeAuthor(theirs))
  report(`${name}.created_at`, isoTimeOrNull(ours.createdAt), isoTimeOrNull(theirs.createdAt))
  report(`${name}.text`, storable(ours.text), storable(theirs.text))
  report(`${name}.redacted`, ours.redacted, theirs.redacted)
  report(`${name}.attachments`, ours.attachments.map(describeFile), theirs.attachments.map(describeFile))
}

function describeMessage({ partType, text }: Message): string {
  return text === null ? partType : `${partType}: ${text}`
}

function describeAuthor({ author: { type, id, fromAiAgent } }: Message): string {
  return `${type} ${id ?? 'without id'}${fromAiAgent ? ', AI agent' : ''}`
}

function describeFile({ name, contentType, sizeBytes }: Attachment): string {
  return `${storable(name)} (${contentType ?? 'type unknown'}, ${sizeBytes ?? '?'} bytes)`
}

/** As every engine stores text; see the rows of the store. */
function storable(text: string | null): string | null {
  return text === null ? null : text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** Both values on a line; long ones from shortly before the place where they part. */
function showBoth(ours: unknown, theirs: unknown): [string | null, string | null] {
  const [left, right] = [toText(ours), toText(theirs)]
  let from = 0
  if (left !== null && right !== null && Math.max(left.length, right.length) > mostShown) {
    while (from < left.length && left[from] === right[from]) from += 1
    from = Math.max(0, from - shownBefore)
  }
  return [cut(left, from), cut(right, from)]
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ')
}

function cut(text: string | null, from: number): string | null {
  if (text === null) return null
  const shown = text.slice(from, from + mostShown).toWellFormed()
  return `${from > 0 ? '…' : ''}${shown}${text.length > from + mostShown ? '…' : ''}`
}
