import { type Expression, sql } from 'kysely'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import type { PrefixRequest } from './port'
import { readAll } from './statements'

/** See the methods of similar names in `Store`; this file is their SQL. Each query reads a bounded number of rows. */

/** Of so many conversations the customers and ids come first: what somebody types is mostly about these. */
const recentConversations = 500

/** Sorts behind every text that begins with what stands before it. */
const last = '\u{10ffff}'

export async function readCustomerEmails(
  reader: SqlReader,
  { db }: Dialect,
  { prefix, limit }: PrefixRequest,
): Promise<string[]> {
  // Folded by the engine on both sides: it knows the case of ASCII letters only, and the index is made of its folding.
  const isMeant = (email: Expression<unknown>) =>
    sql<boolean>`${email} >= lower(${prefix}) and ${email} < lower(${prefix + last})`
  const recent = db
    .selectFrom((eb) =>
      eb
        .selectFrom('conversations')
        .select(['customer_id', 'updated_at'])
        .orderBy('updated_at', 'desc')
        .limit(recentConversations)
        .as('c'),
    )
    .innerJoin('contacts as p', 'p.id', 'c.customer_id')
    .select(sql<string>`lower(p.email)`.as('value'))
    .where(isMeant(sql`lower(p.email)`))
    .orderBy('c.updated_at', 'desc')
    .orderBy('value')
  const first = await readAll(reader, recent.compile())
  // As many as may have come already have to be read besides.
  const others = db
    .selectFrom('contacts')
    .select(sql<string>`lower(email)`.as('value'))
    .distinct()
    .where(isMeant(sql`lower(email)`))
    .orderBy(sql`lower(email)`)
    .limit(limit + first.length)
  return joinOnce(first, await readAll(reader, others.compile()), limit)
}

export async function readConversationIds(
  reader: SqlReader,
  { db }: Dialect,
  { prefix, limit }: PrefixRequest,
): Promise<string[]> {
  const recent = db
    .selectFrom((eb) =>
      eb
        .selectFrom('conversations')
        .select(['id', 'updated_at'])
        .orderBy('updated_at', 'desc')
        .limit(recentConversations)
        .as('c'),
    )
    .select('c.id as value')
    .where('c.id', '>=', prefix)
    .where('c.id', '<', prefix + last)
    .orderBy('c.updated_at', 'desc')
    .orderBy('c.id')
  const first = await readAll(reader, recent.compile())
  const others = db
    .selectFrom('conversations')
    .select('id as value')
    .where('id', '>=', prefix)
    .where('id', '<', prefix + last)
    .orderBy('id')
    .limit(limit + first.length)
  return joinOnce(first, await readAll(reader, others.compile()), limit)
}

function joinOnce(first: { value: string }[], others: { value: string }[], limit: number): string[] {
  return [...new Set([...first, ...others].map(({ value }) => value))].slice(0, limit)
}
