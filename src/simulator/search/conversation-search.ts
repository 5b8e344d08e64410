import type { IndexedTime } from '../conversation-index'
import { mixSeeds } from '../generate/random'
import { badRequest } from '../http/api-error'
import type { World } from '../world'
import { type ConversationSubject, conversationFields, createSubject } from './conversation-fields'
import type { Cursor, Paging } from './cursor'
import { type Filter, isObject, operators, parseQuery, type Scalar } from './filter'
import { type Comparison, matchesFilter } from './match'

export interface ConversationQuery {
  filter: Filter<ConversationSubject> | null
  sort: Sort
  paging: Paging
  comparison: Comparison
}

export interface Sort {
  field: string
  order: 'ascending' | 'descending'
}

export interface ConversationHits {
  indexes: number[]
  total: number
  next: Omit<Cursor, 'page'> | null
}

// `id` is a string, but connectors resume with `id > last` and are served.
const idOperators = [...operators]

/** Reads the query of POST /conversations/search. */
export function parseConversationQuery(query: unknown): Filter<ConversationSubject> {
  const base = { fields: conversationFields }
  return parseQuery(query, {
    ...base,
    operatorsOf: (field) => (field.name === 'id' ? idOperators : operatorsFor(field.type)),
  })
}

function operatorsFor(type: string) {
  const textual = ['~', '!~', '^', '$']
  const ordered = ['>', '<', '>=', '<=']
  return operators.filter((operator) => {
    if (textual.includes(operator)) return type === 'string'
    return ordered.includes(operator) ? type === 'date' || type === 'integer' : true
  })
}

/** Undocumented for conversations, but served: any date or number, or the id. Latest update first without it. */
export function parseSort(sort: unknown): Sort {
  if (!isObject(sort)) return { field: 'updated_at', order: 'descending' }
  const { field = 'updated_at', order = 'descending' } = sort
  const known = typeof field === 'string' ? conversationFields.get(field) : undefined
  if (known === undefined || (known.name !== 'id' && known.type !== 'date' && known.type !== 'integer')) {
    throw badRequest(`Cannot sort by '${String(field)}'`)
  }
  if (order === 'ascending' || order === 'asc') return { field: known.name, order: 'ascending' }
  if (order === 'descending' || order === 'desc') return { field: known.name, order: 'descending' }
  throw badRequest(
    `Invalid sort order '${String(order)}'. Must be one of: ascending, descending`,
    'invalid_sort_order',
  )
}

/** Sorts into no order that anybody asked for, though the same on every page. No request can name it. */
export const shuffledField = ''

interface Candidates {
  /** Ascending by key, then by index. */
  list: readonly number[]
  low: number
  high: number
  key(index: number): number
}

export interface ConversationSearch {
  run(query: ConversationQuery): ConversationHits
}

const keptLists = 4

/**
 * Searches by time walk the index and cost the same in any size of world. Others look at every candidate once; the
 * list is kept until the world changes, so that the pages that follow cost no more.
 */
export function createConversationSearch(world: World): ConversationSearch {
  const kept = new Map<string, Candidates>()

  function candidatesFor(query: ConversationQuery): Candidates {
    const { filter, sort, comparison } = query
    const { bounds, rest } = splitBounds(filter, comparison)
    const sortedByTime = sort.field === 'created_at' || sort.field === 'updated_at'
    if (rest.length === 0 && sortedByTime && onlyBounds(bounds, sort.field as IndexedTime)) {
      return rangeOf(world, sort.field as IndexedTime, bounds[sort.field as IndexedTime])
    }
    const name = JSON.stringify([world.revision, comparison, sort.field, filter])
    let candidates = kept.get(name)
    if (candidates === undefined) {
      candidates = examine(world, query, bounds)
      kept.set(name, candidates)
      if (kept.size > keptLists) kept.delete(kept.keys().next().value as string)
    }
    return candidates
  }

  return {
    run: (query) => {
      const { list, low, high, key } = candidatesFor(query)
      const { paging, sort } = query
      const indexes: number[] = []
      const ascending = sort.order === 'ascending'
      let position = ascending ? low : high - 1
      if (paging.cursor !== null) {
        const at = rankOf(world, paging.cursor.id)
        const split = locate({ list, low, high, key }, paging.cursor.sortMs / 1000, at)
        if (!ascending) position = split - 1
        else position = list[split] === at && key(at) === paging.cursor.sortMs / 1000 ? split + 1 : split
      }
      const step = ascending ? 1 : -1
      while (position >= low && position < high && indexes.length < paging.perPage) {
        indexes.push(list[position] as number)
        position += step
      }
      const last = indexes[indexes.length - 1]
      const more = position >= low && position < high && last !== undefined
      const next = more ? { sortMs: key(last) * 1000, id: Number(world.stage.idOf(last)) } : null
      return { indexes, total: high - low, next }
    },
  }
}

/** First position of the range whose key and index are not below the given ones. */
function locate({ list, low, high, key }: Candidates, value: number, index: number): number {
  let from = low
  let to = high
  while (from < to) {
    const middle = (from + to) >> 1
    const other = list[middle] as number
    const otherKey = key(other)
    if (otherKey < value || (otherKey === value && other < index)) from = middle + 1
    else to = middle
  }
  return from
}

/** A cursor may name a conversation that has been deleted since: only its place among the ids counts. */
function rankOf(world: World, id: string | number): number {
  return (Number(id) - Number(world.stage.idOf(0))) / 2
}

interface Bound {
  from: number
  to: number
}
type Bounds = Partial<Record<IndexedTime, Bound>>

/** Takes the bounds on created_at and updated_at out of a filter; `rest` is what else it asks. */
function splitBounds(
  filter: Filter<ConversationSubject> | null,
  comparison: Comparison,
): { bounds: Bounds; rest: Filter<ConversationSubject>[] } {
  const bounds: Bounds = {}
  const rest: Filter<ConversationSubject>[] = []
  const items =
    filter === null ? [] : filter.kind === 'group' && filter.operator === 'AND' ? filter.filters : [filter]
  for (const item of items) {
    const bound = item.kind === 'single' ? boundOf(item.operator, item.value, comparison) : null
    if (item.kind === 'group' || bound === null || !isIndexed(item.field.name)) rest.push(item)
    else {
      const held = bounds[item.field.name]
      bounds[item.field.name] =
        held === undefined
          ? bound
          : { from: Math.max(held.from, bound.from), to: Math.min(held.to, bound.to) }
    }
  }
  return { bounds, rest }
}

function isIndexed(name: string): name is IndexedTime {
  return name === 'created_at' || name === 'updated_at'
}

/** Whole seconds from `from` up to, but not including, `to`. */
function boundOf(operator: string, value: Scalar | Scalar[], comparison: Comparison): Bound | null {
  if (typeof value !== 'number') return null
  const slack = comparison === 'inclusive' ? 0 : 1
  switch (operator) {
    case '=':
      return { from: value, to: value + 1 }
    case '>':
      return { from: value + slack, to: Number.POSITIVE_INFINITY }
    case '>=':
      return { from: value, to: Number.POSITIVE_INFINITY }
    case '<':
      return { from: Number.NEGATIVE_INFINITY, to: value + 1 - slack }
    case '<=':
      return { from: Number.NEGATIVE_INFINITY, to: value + 1 }
    default:
      return null
  }
}

function onlyBounds(bounds: Bounds, field: IndexedTime): boolean {
  return Object.keys(bounds).every((name) => name === field)
}

function rangeOf(world: World, field: IndexedTime, bound: Bound | undefined): Candidates {
  const { index } = world
  const list = index.order(field)
  const low = bound === undefined ? 0 : index.position(field, bound.from, -1)
  const high = bound === undefined ? list.length : index.position(field, bound.to, -1)
  return { list, low, high: Math.max(low, high), key: (number) => index.time(field, number) }
}

function examine(world: World, query: ConversationQuery, bounds: Bounds): Candidates {
  const { filter, sort, comparison } = query
  const ranges = (['created_at', 'updated_at'] as const).map((field) => rangeOf(world, field, bounds[field]))
  const [first, second] = ranges as [Candidates, Candidates]
  const { list, low, high } = first.high - first.low <= second.high - second.low ? first : second
  const keys = new Map<number, number>()
  for (let position = low; position < high; position++) {
    const index = list[position] as number
    const subject = createSubject(world, index)
    if (filter === null || matchesFilter(filter, subject, comparison, compareIds)) {
      keys.set(index, sortKey(subject, sort.field))
    }
  }
  const key = (index: number) => keys.get(index) ?? 0
  const found = [...keys.keys()].sort((a, b) => key(a) - key(b) || a - b)
  return { list: found, low: 0, high: found.length, key }
}

function sortKey(subject: ConversationSubject, field: string): number {
  if (field === shuffledField) return mixSeeds(subject.index, 17)
  if (field === 'id') return subject.index
  const value = conversationFields.get(field)?.read(subject)
  return typeof value === 'number' ? value : -1
}

function compareIds(
  filter: Filter<ConversationSubject>,
  { world, index }: ConversationSubject,
): boolean | null {
  if (filter.kind === 'group' || filter.field.name !== 'id') return null
  const ordered = ['>', '<', '>=', '<='].includes(filter.operator)
  if (!ordered) return null
  const id = Number(world.stage.idOf(index))
  const wanted = Number(filter.value)
  if (id === wanted) return filter.operator.endsWith('=')
  return filter.operator.startsWith('>') ? id > wanted : id < wanted
}
