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

/** A conversation as a line of a search answer: names only, or every field, as `detail` says. */
export function toConversationHit(conversation: StoredHit, parts: HitParts): ConversationHit {
  const { customer, assignee, team } = conversation
  const concise: ConversationHit = {
    id: conversation.id,
    url: conversationUrl(parts.workspace, conversation.id),
    created_at: isoTime(conversation.createdAt),
    state: conversation.state,
    title: shorten(conversation.title ?? conversation.subject),
    // Without a name the address is all there is to call them by.
    customer: customer && { name: customer.name, ...(customer.name === null && { email: customer.email }) },
    assignee: assignee && { name: assignee.name },
    team: team && { name: team.name },
    tags: conversation.tags.map(({ name }) => name),
    rating: conversation.rating?.score ?? null,
    message_count: conversation.messageCount,
    snippets: parts.snippets,
  }
  if (parts.detail === 'concise') return concise
  return {
    ...concise,
    updated_at: isoTime(conversation.updatedAt),
    priority: conversation.priority,
    customer,
    assignee,
    team,
    score: parts.score === null ? null : Math.round(parts.score * 1000) / 1000,
  }
}

function shorten(title: string | null): string | null {
  if (title === null || title.length <= maxTitleChars) return title
  return `${title
    .slice(0, maxTitleChars)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`
}
