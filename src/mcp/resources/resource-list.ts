import type { ConversationHit } from '../../domain/answers'
import type { Logger } from '../../logger'
import type { CallOptions, Service } from '../../service/service'
import { countOf, joinParts, oneLine, shortTime } from '../answer-text'
import { conversationIcon, type Icon, statusIcon } from '../icons'
import { logOmission, refuseCursor } from '../protocol-error'
import { conversationTemplate, conversationUri, statusUri } from './resource-uri'

export interface ResourceSources {
  getService: () => Promise<Service>
  logger: Logger
}

interface ResourceListing {
  uri: string
  name: string
  title: string
  description: string
  mimeType: string
  icons?: Icon[]
  annotations: { audience: ('user' | 'assistant')[]; priority: number; lastModified?: string }
}

/** A list to choose from, not to search in: search_conversations finds all the others. */
const latestShown = 10

const mostTitleChars = 80

const status: ResourceListing = {
  uri: statusUri,
  name: 'status',
  title: 'Status of the local copy',
  description: 'What is stored and covered, how fresh it is, the sync under way and the last error.',
  mimeType: 'text/markdown',
  icons: statusIcon,
  annotations: { audience: ['user', 'assistant'], priority: 0.5 },
}

/** The status and the conversations updated last; the status alone while the data cannot be opened. */
export async function listResources(
  cursor: string | undefined,
  { getService, logger }: ResourceSources,
  call: CallOptions,
): Promise<{ resources: ResourceListing[] }> {
  refuseCursor(cursor)
  try {
    const latest = {
      time_field: 'updated_at',
      sort: 'newest',
      limit: latestShown,
      detail: 'detailed',
    } as const
    const { conversations } = await (await getService()).searchConversations(latest, call)
    return { resources: [status, ...conversations.map(toListing)] }
  } catch (error) {
    if (call.signal?.aborted) throw error
    logOmission(logger, 'the latest conversations cannot be listed', error)
    return { resources: [status] }
  }
}

/** The one template: any conversation, whether it is listed or not. */
export function listResourceTemplates(cursor: string | undefined) {
  refuseCursor(cursor)
  const template = {
    uriTemplate: conversationTemplate,
    name: 'conversation',
    title: 'Conversation',
    description: 'One conversation with its whole thread, by its id, conversation_ID or Intercom URL.',
    mimeType: 'text/markdown',
    icons: conversationIcon,
    annotations: { audience: ['user' as const, 'assistant' as const], priority: 0.5 },
  }
  return { resourceTemplates: [template] }
}

function toListing(found: ConversationHit): ResourceListing {
  const who = found.customer?.name ?? found.customer?.email ?? 'Unknown customer'
  return {
    uri: conversationUri(found.id),
    name: `conversation_${found.id}`,
    title: shorten(joinParts([oneLine(who), found.title && oneLine(found.title)], ': ')),
    description: joinParts([
      found.state,
      found.updated_at !== undefined && `updated ${shortTime(found.updated_at)} UTC`,
      countOf(found.message_count, 'message'),
    ]),
    mimeType: 'text/markdown',
    annotations: {
      audience: ['user', 'assistant'],
      priority: 0.3,
      ...(found.updated_at === undefined ? {} : { lastModified: found.updated_at }),
    },
  }
}

/** Never through the middle of a character. */
function shorten(title: string): string {
  const characters = Array.from(title)
  return characters.length > mostTitleChars ? `${characters.slice(0, mostTitleChars - 1).join('')}…` : title
}
