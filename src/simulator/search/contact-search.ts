import type { JsonObject } from '../../domain/conversation'
import { ApiError, badRequest } from '../http/api-error'
import type { World } from '../world'
import type { Cursor, Paging } from './cursor'
import { type Field, type FieldType, type Filter, isObject, type Operator, parseQuery } from './filter'
import { type Comparison, matchesFilter } from './match'

const fields = new Map<string, Field<JsonObject>>()

function define(type: FieldType, names: readonly string[]): void {
  for (const name of names) {
    fields.set(name, { name, type, read: (contact) => readPath(contact, name) })
  }
}

function readPath(contact: JsonObject, path: string): string | number | boolean | null {
  let value: unknown = contact
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

define('string', ['id', 'role', 'name', 'email', 'email_domain', 'phone', 'external_id', 'owner_id'])
define('string', ['location.country', 'location.city', 'browser', 'os', 'language_override'])
define('date', [
  'created_at',
  'signed_up_at',
  'updated_at',
  'last_seen_at',
  'last_replied_at',
  'last_contacted_at',
])
define('boolean', ['has_hard_bounced', 'marked_email_as_spam', 'unsubscribed_from_emails'])
fields.set('avatar', { name: 'avatar', type: 'string', read: () => null })

const dateOperators: readonly Operator[] = ['=', '>', '<']
const textOperators: readonly Operator[] = ['=', '!=', 'IN', 'NIN', '~', '!~', '^', '$']
const plainOperators: readonly Operator[] = ['=', '!=', 'IN', 'NIN']

/** Reads the query of POST /contacts/search: dates take `=`, `>` and `<` only. */
export function parseContactQuery(query: unknown): Filter<JsonObject> {
  return parseQuery(query, {
    fields,
    operatorsOf: ({ type }) => {
      if (type === 'date') return dateOperators
      return type === 'string' ? textOperators : plainOperators
    },
  })
}

export interface ContactSort {
  field: string
  ascending: boolean
}

/** From version 2.16 on only the full words are taken. */
export function parseContactSort(sort: unknown, strict: boolean): ContactSort {
  const { field = 'created_at', order = 'descending' } = isObject(sort) ? sort : {}
  if (typeof field !== 'string' || !fields.has(field)) throw badRequest(`Cannot sort by '${String(field)}'`)
  const ascending = order === 'ascending' || (!strict && order === 'asc')
  if (!ascending && order !== 'descending' && (strict || order !== 'desc')) {
    const message = `Invalid sort order '${String(order)}'. Must be one of: ascending, descending`
    throw new ApiError(400, 'invalid_sort_order', message)
  }
  return { field, ascending }
}

interface ContactQuery {
  filter: Filter<JsonObject> | null
  sort: ContactSort
  paging: Paging
  comparison: Comparison
  /** Up to 2.16 dates are cut to the calendar day of the workspace's time zone. */
  wholeDays: boolean
}

interface ContactHits {
  contacts: JsonObject[]
  total: number
  next: Omit<Cursor, 'page'> | null
}

export interface ContactSearch {
  run(query: ContactQuery): ContactHits
}

interface Place {
  key: number
  id: string
}

const keptLists = 4

/** Everybody is looked at once; the list is kept until the world changes, for the pages that follow. */
export function createContactSearch(world: World): ContactSearch {
  const kept = new Map<string, Place[]>()

  function placesFor(query: ContactQuery): Place[] {
    const { filter, sort, comparison, wholeDays } = query
    const name = JSON.stringify([world.revision, comparison, wholeDays, sort, filter])
    let places = kept.get(name)
    if (places === undefined) {
      places = examine(world, query)
      kept.set(name, places)
      if (kept.size > keptLists) kept.delete(kept.keys().next().value as string)
    }
    return places
  }

  return {
    run: (query) => {
      const places = placesFor(query)
      const { cursor, perPage } = query.paging
      const after = cursor === null ? null : { key: cursor.sortMs / 1000, id: String(cursor.id) }
      const from =
        after === null ? 0 : places.findIndex((place) => comparePlaces(place, after, query.sort) > 0)
      const page = from < 0 ? [] : places.slice(from, from + perPage)
      const last = page[page.length - 1]
      const more = last !== undefined && from + perPage < places.length
      return {
        contacts: findAll(
          world,
          page.map(({ id }) => id),
        ),
        total: places.length,
        next: more ? { sortMs: last.key * 1000, id: last.id } : null,
      }
    },
  }
}

/** Merged contacts are never found. */
function examine(world: World, query: ContactQuery): Place[] {
  const { filter, sort } = query
  const key = (contact: JsonObject) => sortValue(contact, sort.field)
  return candidatesOf(world, filter)
    .filter((contact) => filter === null || matches(world, filter, contact, query))
    .map((contact) => ({ key: key(contact), id: String(contact.id) }))
    .sort((a, b) => comparePlaces(a, b, sort))
}

function matches(
  world: World,
  filter: Filter<JsonObject>,
  contact: JsonObject,
  query: ContactQuery,
): boolean {
  const { zone } = world.stage
  return matchesFilter(filter, contact, query.comparison, (single, subject) => {
    if (!query.wholeDays || single.field.type !== 'date') return null
    const value = single.field.read(subject)
    if (typeof value !== 'number' || typeof single.value !== 'number') return false
    const start = zone.dayStart(single.value)
    const end = zone.nextDayStart(single.value)
    if (single.operator === '>') return value >= end
    return single.operator === '<' ? value < start : value >= start && value < end
  })
}

function comparePlaces(a: Place, b: Place, { ascending }: ContactSort): number {
  const order = a.key - b.key || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  return ascending ? order : -order
}

function sortValue(contact: JsonObject, field: string): number {
  const value = fields.get(field)?.read(contact)
  return typeof value === 'number' ? value : 0
}

/** A look-up by ids need not examine everybody. */
function candidatesOf(world: World, filter: Filter<JsonObject> | null): JsonObject[] {
  const { stage, contacts } = world
  const byId =
    filter?.kind === 'single' && filter.field.name === 'id' && ['=', 'IN'].includes(filter.operator)
  if (byId) return findAll(world, [...new Set([filter.value].flat().map(String))])
  return findAll(
    world,
    contacts.numbers().map((person) => stage.people.idOf(person)),
  )
}

function findAll(world: World, ids: readonly string[]): JsonObject[] {
  return ids.map((id) => world.contacts.find(world.stage, id)).filter((contact) => contact !== null)
}
