import type { FetchedConversation } from '../domain/conversation'
import { certainAfterSeconds } from './deletions'

/**
 * A thread as it is to be stored, given the updated_at that a search named for it. A server that is behind sends an
 * older one, which is fetched again by later runs until it has caught up. After ten minutes none is behind any more:
 * then the two times are told differently by Intercom, and the thread counts as the version that the search named.
 */
export function settleVersion(
  fetched: FetchedConversation,
  listedAt: number | null,
  now: number,
): FetchedConversation {
  const { conversation } = fetched
  if (listedAt === null || conversation.updatedAt >= listedAt) return fetched
  if (now - listedAt <= certainAfterSeconds) return fetched
  return { ...fetched, conversation: { ...conversation, updatedAt: listedAt } }
}
