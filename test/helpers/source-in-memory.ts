import {
  type ConversationState,
  type FetchedConversation,
  type Message,
  sourceMessageId,
  type Tombstone,
} from '../../src/domain/conversation'
import { IntercomApiError } from '../../src/domain/errors'
import type { IntercomApi, SearchWindow } from '../../src/intercom/api'
import { aConversation } from './builders'

export interface SourceConversation {
  id: string
  createdAt: number
  updatedAt: number
  replies: string[]
  state?: ConversationState
}

export interface Source {
  /** Epoch seconds on the API's clock. */
  now: number
  pageSize: number
  workspaceId: string
  missingPermissions: string[]
  readonly conversations: Map<string, SourceConversation>
  readonly deleted: Tombstone[]
  readonly requests: SourceRequest[]
  readonly fetchedIds: string[]
  beforeAnswer: (request: SourceRequest) => Promise<void>
  create(id: string, createdAt?: number): void
  reply(id: string, text?: string): void
  remove(id: string): void
  countRequests(kind: SourceRequest): number
}

export type SourceRequest =
  | 'me'
  | 'search'
  | 'open'
  | 'tickets'
  | 'count'
  | 'conversation'
  | 'deleted'
  | 'contacts'
  | 'admins'
  | 'teams'
  | 'tags'

/**
 * A workspace in memory behind the port, for histories that are too many or too finely timed for the simulator:
 * `beforeAnswer` may change the workspace between any two requests, or throw to end a run there.
 */
export function createSource({ now = 1_000_000, pageSize = 150 } = {}) {
  const conversations = new Map<string, SourceConversation>()
  const deleted: Tombstone[] = []
  const requests: SourceRequest[] = []
  const fetchedIds: string[] = []
  const source: Source = {
    now,
    pageSize,
    conversations,
    deleted,
    requests,
    fetchedIds,
    workspaceId: 'ws1',
    missingPermissions: [],
    beforeAnswer: async () => {},
    create(id: string, createdAt = source.now) {
      conversations.set(id, { id, createdAt, updatedAt: createdAt, replies: [] })
    },
    reply(id: string, text = 'a reply') {
      const conversation = conversations.get(id)
      if (!conversation) return
      conversation.updatedAt = source.now
      conversation.replies.push(text)
    },
    remove(id: string) {
      if (conversations.delete(id)) deleted.unshift({ conversationId: id, deletedAt: source.now })
    },
    countRequests: (kind: SourceRequest) => requests.filter((request) => request === kind).length,
  }

  const answer = async <T>(
    kind: SourceRequest,
    signal: AbortSignal | undefined,
    read: () => T,
  ): Promise<T> => {
    requests.push(kind)
    await source.beforeAnswer(kind)
    signal?.throwIfAborted()
    return read()
  }

  const api: IntercomApi = {
    fetchMe: (options) =>
      answer('me', options?.signal, () => ({
        adminName: 'Noor',
        workspace: {
          id: source.workspaceId,
          name: 'Lantern Works',
          timezone: 'UTC',
          region: 'US',
          createdAt: 1_000,
        },
      })),
    async *searchConversations(window, options) {
      let after: SourceConversation | null = null
      for (;;) {
        const page = await answer('search', options?.signal, () => findPage(window, after))
        const conversations = page.hits.map((hit) => toFetched(hit, false))
        yield { conversations, leftOut: 0, total: page.total, goesOn: !page.last }
        after = page.hits.at(-1) ?? null
        if (after === null || page.last) return
      }
    },
    async *searchOpenConversations(options) {
      const open = [...conversations.values()].filter((conversation) => conversation.state !== 'closed')
      const hits = await answer('open', options?.signal, () => open.map((each) => toFetched(each, false)))
      yield { conversations: hits, leftOut: 0, total: hits.length, goesOn: false }
    },
    checkTicketPermission: (options) => answer('tickets', options?.signal, () => {}),
    missingPermissions: () => source.missingPermissions,
    countConversations: (window, options) => answer('count', options?.signal, () => findAll(window).length),
    fetchConversation: (id, options) =>
      answer('conversation', options?.signal, () => {
        fetchedIds.push(id)
        const found = conversations.get(id)
        if (!found) throw new IntercomApiError('not_found', 'Gone.', { status: 404 })
        return toFetched(found, true)
      }),
    async *listDeleted(options) {
      yield await answer('deleted', options?.signal, () => [...deleted])
    },
    fetchContact: (id, options) => answer('contacts', options?.signal, () => toContact(id)),
    fetchContacts: (ids, options) => answer('contacts', options?.signal, () => ids.map(toContact)),
    listAdmins: (options) => answer('admins', options?.signal, () => []),
    listTeams: (options) => answer('teams', options?.signal, () => []),
    listTags: (options) => answer('tags', options?.signal, () => []),
    now: () => source.now,
    rateLimit: () => null,
    requestCounts: () => ({ sent: requests.length, rateLimited: 0 }),
  }

  function findAll({ timeframe, field }: Pick<SearchWindow, 'timeframe' | 'field'>): SourceConversation[] {
    return [...conversations.values()].filter((conversation) => {
      const at = timeOf(conversation, field)
      return at > timeframe.start - 1 && at < timeframe.end
    })
  }

  /** Keyset paging, as Intercom does it: what comes after the last row's sort value and id. */
  function findPage(window: SearchWindow, after: SourceConversation | null) {
    const sign = window.order === 'ascending' ? 1 : -1
    const key = after && { at: timeOf(after, window.field), id: after.id }
    const compare = (a: { at: number; id: string }, b: { at: number; id: string }): number =>
      sign * (a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    const all = findAll(window)
    const rest = all
      .map((conversation) => ({ at: timeOf(conversation, window.field), id: conversation.id, conversation }))
      .filter((row) => key === null || compare(row, key) > 0)
      .toSorted(compare)
    const size = Math.min(window.pageSize, source.pageSize)
    const hits = rest.slice(0, size).map(({ conversation }) => ({ ...conversation }))
    return { hits, total: all.length, last: rest.length <= size }
  }

  return { api, source }
}

function timeOf(conversation: SourceConversation, field: SearchWindow['field']): number {
  return field === 'created_at' ? conversation.createdAt : conversation.updatedAt
}

function toContact(id: string) {
  return {
    id,
    role: 'user',
    name: `Customer ${id}`,
    email: null,
    createdAt: null,
    signedUpAt: null,
    lastSeenAt: null,
    customAttributes: {},
    tags: [],
  }
}

function toFetched(found: SourceConversation, whole: boolean): FetchedConversation {
  const conversation = aConversation({
    id: found.id,
    createdAt: found.createdAt,
    updatedAt: found.updatedAt,
    contactIds: [`contact_${found.id}`],
    ...(found.state ? { state: found.state } : {}),
  })
  const opening = toMessage(found, sourceMessageId(found.id), 'source', `opening of ${found.id}`)
  const parts = found.replies.map((text, index) => toMessage(found, `${found.id}_${index}`, 'comment', text))
  return {
    conversation,
    messages: whole ? [opening, ...parts] : [opening],
    thread: whole ? { partsTotal: parts.length } : null,
    contacts: [toContact(`contact_${found.id}`)],
  }
}

function toMessage(found: SourceConversation, id: string, partType: string, text: string): Message {
  return {
    id,
    conversationId: found.id,
    partType,
    createdAt: found.createdAt,
    updatedAt: found.updatedAt,
    author: { type: 'user', id: `contact_${found.id}`, name: null, email: null, fromAiAgent: false },
    text,
    attachments: [],
    redacted: false,
    details: null,
  }
}
