import { sql } from 'kysely'

/** More than any thread can have: Intercom sends 500 parts, older ones add up over years. A power of two. */
export const maxMessages = 65_536

/** Messages of a conversation have neighbouring keys, in their order: from `ref * maxMessages` on. */
export function messageKey(ref: number, position: number): number {
  if (position >= maxMessages)
    throw new RangeError(`Conversation ${ref} has more than ${maxMessages} messages`)
  return ref * maxMessages + position
}

/** In a query with a conversation `c`: the first key of its messages, and the first behind them. */
export const firstKey = sql<number>`c.ref * ${sql.lit(maxMessages)}`
export const keyBehind = sql<number>`(c.ref + 1) * ${sql.lit(maxMessages)}`
