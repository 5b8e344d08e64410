import type { DistortionName } from '../fault-table'
import type { Distortion } from '../faults'
import type { ContactSearch } from '../search/contact-search'
import type { ConversationSearch } from '../search/conversation-search'
import type { Comparison } from '../search/match'
import type { World } from '../world'

/** A request as the handlers see it: checked, its body read. */
export interface ApiRequest {
  world: World
  conversationSearch: ConversationSearch
  contactSearch: ContactSearch
  comparison: Comparison
  version: string
  /** The id in the path, or an empty string. */
  id: string
  query: URLSearchParams
  body: unknown
  /** For addresses that the API gives back. */
  baseUrl: string
  /** Whether a fault distorts this answer, or in it the conversation with this id. */
  distort(fault: DistortionName, id?: string): Distortion | null
}

export interface ApiAnswer {
  body: object
  /** Rows in the answer: the latency of a search grows with them. */
  rows?: number
}
