import { type Expression, sql } from 'kysely'

/** More than any thread can have: Intercom sends 500 parts, older ones add up over years. A power of two. */
export const maxMessages = 65_536

/** Messages of a conversation have neighbouring keys, in their order: from `ref * maxMessages` on. */
export function messageKey(ref: number, position: number): number {
  if (position >= maxMessages)
    throw new RangeError(`Conversation ${ref} has more than ${maxMessages} messages`)
  return ref * maxMessages + position
}

/** The first key of the messages of the conversation with this `ref`, and the first behind them. */
export const firstKeyOf = (ref: Expression<unknown>) => sql<number>`${ref} * ${sql.lit(maxMessages)}`
export const keyBehindOf = (ref: Expression<unknown>) => sql<number>`(${ref} + 1) * ${sql.lit(maxMessages)}`

/** The same in a query with a conversation `c`. */
export const firstKey = firstKeyOf(sql.ref('c.ref'))
export const keyBehind = keyBehindOf(sql.ref('c.ref'))
