import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import type { Timeframe } from '../domain/timeframe'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import type { ConversationFilters } from './port'
import type { Database } from './schema'
import { readAll } from './statements'

/** Tables of a query over conversations; `c` is the conversation. */
export type Conversations = Database & { c: Database['conversations'] }
type Builder = ExpressionBuilder<Conversations, 'c'>
type Condition = ExpressionWrapper<Conversations, 'c', SqlBool>

/** The conversations whose `field` lies in the timeframe; all of them for null. */
export function timeframeConditions(
  eb: Builder,
  timeframe: Timeframe | null,
  field: 'created_at' | 'updated_at',
): Condition[] {
  if (timeframe === null) return []
  return [eb(`c.${field}`, '>=', timeframe.start), eb(`c.${field}`, '<', timeframe.end)]
}

/** Filters with the tags' names turned into ids; null where tags do not matter. */
export interface ResolvedFilters extends Omit<ConversationFilters, 'tags'> {
  tagIds: string[] | null
}

/** Finds the tags by name or id. Here and not in SQL, because engines fold the case of ASCII letters only. */
export async function resolveFilters(
  reader: SqlReader,
  { db }: Dialect,
  { tags, ...filters }: ConversationFilters,
): Promise<ResolvedFilters> {
  if (isEmpty(tags)) return { ...filters, tagIds: null }
  const wanted = new Set(tags.map((tag) => tag.toLowerCase()))
  const known = await readAll(reader, db.selectFrom('tags').selectAll().compile())
  const found = known.filter(({ id, name }) => wanted.has(name.toLowerCase()) || tags.includes(id))
  return { ...filters, tagIds: found.map(({ id }) => id) }
}

/** The filters as conditions, all of which must hold. An empty list is no condition. */
export function filterConditions(eb: Builder, dialect: Dialect, filters: ResolvedFilters): Condition[] {
  const { list } = dialect
  const conditions: (Condition | null)[] = [
    among(eb, 'c.state', filters.state, list),
    among(eb, 'c.priority', filters.priority, list),
    among(eb, 'c.assignee_id', filters.assigneeIds, list),
    among(eb, 'c.team_id', filters.teamIds, list),
    among(eb, 'c.rating_score', filters.ratings, list),
    filters.customerId === undefined ? null : eb('c.customer_id', '=', filters.customerId),
    filters.customerEmail === undefined ? null : customerHasEmail(eb, filters.customerEmail),
    filters.tagIds === null ? null : hasTag(eb, dialect, filters.tagIds),
    filters.hasRating === undefined ? null : eb('c.rating_score', filters.hasRating ? 'is not' : 'is', null),
    filters.waiting === undefined ? null : isWaiting(eb, filters.waiting),
  ]
  return conditions.filter((condition) => condition !== null)
}

function isEmpty<Value>(values: readonly Value[] | undefined): values is undefined {
  return values === undefined || values.length === 0
}

type FilterColumn = 'c.state' | 'c.priority' | 'c.assignee_id' | 'c.team_id' | 'c.rating_score'

const fewValues = 3

/** `null` in the list finds rows that have nothing there. */
function among(
  eb: Builder,
  column: FilterColumn,
  values: readonly (string | number | null)[] | undefined,
  list: Dialect['list'],
): Condition | null {
  if (isEmpty(values)) return null
  const present = values.filter((value) => value !== null)
  const isAbsent = present.length < values.length ? [eb(column, 'is', null)] : []
  if (present.length === 0) return eb.or(isAbsent)
  // Every row is compared with a few values sooner than it is looked up in a list.
  const all = present.length <= fewValues ? present : list(present)
  return eb.or([eb(column, 'in', all as never), ...isAbsent])
}

function customerHasEmail(eb: Builder, email: string): Condition {
  const contacts = eb
    .selectFrom('contacts')
    .select('contacts.id')
    .where(sql`lower(contacts.email)`, '=', sql`lower(${email.trim()})`)
  return eb('c.customer_id', 'in', contacts)
}

function hasTag(eb: Builder, { list }: Dialect, tagIds: readonly string[]): Condition {
  const tagged = eb
    .selectFrom('conversation_tags')
    .select('conversation_tags.conversation_ref')
    .where('conversation_tags.tag_id', 'in', list(tagIds))
  return eb('c.ref', 'in', tagged)
}

function isWaiting(eb: Builder, waiting: boolean): Condition {
  const holds = eb.and([eb('c.state', '=', 'open'), eb('c.waiting_since', 'is not', null)])
  return waiting ? holds : eb.not(holds)
}
