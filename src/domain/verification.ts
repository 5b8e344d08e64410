/**
 * What comparing the store with Intercom, and the store with itself, brings: plain JSON, the same in this process and
 * over the socket. Times are ISO 8601 in UTC, ids are strings, what is absent is null.
 */

/** How many conversations one comparison may draw: each costs a request. */
export const mostSampled = 1_000

/** Groups of which each sample has some, so that none of them is left unseen. */
export const strata = ['newest', 'oldest', 'open', 'closed', 'long', 'any'] as const
export type Stratum = (typeof strata)[number]

export interface VerifyRequest {
  /** 1 to `mostSampled`. */
  sample: number
  /** The same seed draws the same conversations, as long as the same ones are stored. */
  seed: string
}

/** One field in which a stored conversation is not what Intercom says; values are cut to a line. */
export interface ConversationDifference {
  conversation_id: string
  field: string
  stored: string | null
  at_intercom: string | null
}

/**
 * A covered timeframe counted on both sides, up to the last minutes that Intercom's index may not show yet.
 * `surplus`: stored and no longer shown there, beyond what was deleted lately.
 */
export interface IntervalCount {
  from: string
  to: string
  stored: number
  at_intercom: number
  verdict: 'equal' | 'missing' | 'deleted_lately' | 'surplus'
  /** Of `missing`: ids of those that were found, not necessarily all. */
  missing_ids: string[]
}

export interface VerifyAnswer {
  seed: string
  as_of: string | null
  sampled: number
  /** How many of each group were drawn. */
  strata: Record<Stratum, number>
  /** Compared field by field, at the same version on both sides; and of their threads, the messages. */
  compared: number
  messages_compared: number
  /** Changed at Intercom since the last sync: not wrong, only older. */
  newer_at_intercom: string[]
  /** Deleted at Intercom since the last sync. */
  deleted_lately: string[]
  /** Intercom knows them no more, and its list of deletions does not say since when. */
  not_found_at_intercom: string[]
  /** Intercom refuses to show them to this token. */
  refused: string[]
  /** Only the row was compared, because the thread in its present version is yet to be fetched. */
  without_thread: string[]
  /** The first ones; `differences_total` counts all. */
  differences: ConversationDifference[]
  differences_total: number
  intervals: IntervalCount[]
  requests: number
  duration_seconds: number
}

export interface IntegrityAnswer {
  /** What is wrong inside the store, in words; empty when nothing is. */
  problems: string[]
  duration_seconds: number
}
