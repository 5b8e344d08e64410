import type { FetchedConversation, JsonObject, Message } from '../domain/conversation'
import type { OwedThread } from '../domain/owed-thread'
import { completeThread, countParts } from '../domain/thread-parts'

/** Intercom sends the newest so many parts and has no way to the older ones. */
const mostPartsSent = 500

type Finding = Pick<OwedThread, 'partsExpected' | 'partsStored'> & { reason: 'short' | 'uncounted' }

/**
 * Holds a thread, together with what is stored of it, against Intercom's two counts; null when nothing is short.
 *
 * ```
 *   stored < conversation_parts.total_count    500 were sent: Intercom cut it, nothing can be done
 *                                              fewer were sent: `short`
 *   stored < statistics' count                 `uncounted`: that count may be late, or be of other kinds of parts
 * ```
 */
export function judgeParts(fetched: FetchedConversation, stored: readonly Message[]): Finding | null {
  const { conversation, messages, thread } = fetched
  if (thread === null) return null
  const total = thread.partsTotal
  const held = countParts(conversation.id, completeThread(fetched, stored))
  if (held < total) {
    const isCut = countParts(conversation.id, messages) >= Math.min(total, mostPartsSent)
    return isCut ? null : { reason: 'short', partsExpected: total, partsStored: held }
  }
  const counted = countByStatistics(conversation.statistics)
  return counted > held ? { reason: 'uncounted', partsExpected: counted, partsStored: held } : null
}

/** Older answers spell the name with one more s. */
function countByStatistics(statistics: JsonObject | null): number {
  const counted = statistics?.count_conversation_parts ?? statistics?.count_conversations_parts
  return typeof counted === 'number' ? counted : 0
}
