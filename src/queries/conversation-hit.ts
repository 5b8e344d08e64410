import type { ConversationHit, Snippet } from '../domain/answers'
import type { Workspace } from '../domain/conversation'
import type { StoredHit } from '../storage/port'
import { conversationUrl } from './conversation-url'
import { isoTime } from './iso-time'

/** Intercom lets an e-mail's subject be as long as its writer pleases. */
const maxTitleChars = 200

export interface HitParts {
  workspace: Workspace | null
  detail: 'concise' | 'detailed'
  snippets: Snippet[]
  score: number | null
}

/** A conversation as a line of a search answer: every field, or names only and nothing that is empty, as `detail` says. */
export function toConversationHit(conversation: StoredHit, parts: HitParts): ConversationHit {
  const head = {
    id: conversation.id,
    created_at: isoTime(conversation.createdAt),
    state: conversation.state,
  }
  const title = shorten(conversation.title ?? conversation.subject)
  const tags = conversation.tags.map(({ name }) => name)
  const rating = conversation.rating?.score ?? null
  const { customer, assignee, team } = conversation
  const told = { message_count: conversation.messageCount, snippets: parts.snippets }
  if (parts.detail === 'concise') {
    // By hand: fifty hits with a spread for each field take longer than finding them.
    const hit: Omit<ConversationHit, keyof typeof told> = { ...head }
    if (title !== null) hit.title = title
    if (customer) hit.customer = nameOrAddress(customer)
    if (assignee) hit.assignee = nameOrId(assignee)
    if (team) hit.team = nameOrId(team)
    if (tags.length > 0) hit.tags = tags
    if (rating !== null) hit.rating = rating
    return { ...hit, ...told }
  }
  return {
    ...head,
    ...{ title, customer, assignee, team, tags, rating },
    ...told,
    url: conversationUrl(parts.workspace, conversation.id),
    updated_at: isoTime(conversation.updatedAt),
    priority: conversation.priority,
    score: parts.score === null ? null : Math.round(parts.score * 1000) / 1000,
  }
}

/** Without a name the address is all there is to call them by. */
function nameOrAddress({ name, email }: NonNullable<StoredHit['customer']>) {
  return name === null ? { name, email } : { name }
}

/** Without a name the id is all there is. */
function nameOrId({ id, name }: NonNullable<StoredHit['assignee']>) {
  return name === null ? { id, name } : { name }
}

function shorten(title: string | null): string | null {
  if (title === null || title.length <= maxTitleChars) return title
  return `${title
    .slice(0, maxTitleChars)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`
}
