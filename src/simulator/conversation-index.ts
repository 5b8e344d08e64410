import type { ConversationState } from '../domain/conversation'

export type IndexedTime = 'created_at' | 'updated_at'

/** What a search needs to know of every conversation without telling its story: a few numbers each. */
export interface ConversationIndex {
  readonly count: number
  has(index: number): boolean
  time(field: IndexedTime, index: number): number
  state(index: number): ConversationState
  /** Conversations by that time, then by id, ascending. Not to be changed. */
  order(field: IndexedTime): readonly number[]
  /** First position in `order` whose time and index are not below the given ones. */
  position(field: IndexedTime, time: number, index: number): number
  add(index: number, entry: IndexEntry): void
  update(index: number, entry: IndexEntry): void
  remove(index: number): void
  /** An index of its own that stands where this one stands now. */
  copy(): ConversationIndex
}

export interface IndexEntry {
  createdAt: number
  updatedAt: number
  state: ConversationState
}

interface IndexParts {
  times: Record<IndexedTime, number[]>
  states: ConversationState[]
  orders: Record<IndexedTime, number[]>
}

/** Entries in order of index; later ones come through `add`. */
export function createConversationIndex(entries: readonly IndexEntry[]): ConversationIndex {
  const times = {
    created_at: entries.map((entry) => entry.createdAt),
    updated_at: entries.map((entry) => entry.updatedAt),
  }
  return indexOver({
    times,
    states: entries.map((entry) => entry.state),
    orders: { created_at: sorted(times.created_at), updated_at: sorted(times.updated_at) },
  })
}

function indexOver({ times, states, orders }: IndexParts): ConversationIndex {
  const fields: IndexedTime[] = ['created_at', 'updated_at']

  function position(field: IndexedTime, time: number, index: number): number {
    const order = orders[field]
    const known = times[field]
    let low = 0
    let high = order.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = order[middle] as number
      const otherTime = known[other] as number
      if (otherTime < time || (otherTime === time && other < index)) low = middle + 1
      else high = middle
    }
    return low
  }

  function take(index: number): void {
    for (const field of fields) {
      const at = position(field, times[field][index] as number, index)
      if (orders[field][at] === index) orders[field].splice(at, 1)
    }
  }

  function put(index: number, entry: IndexEntry): void {
    times.created_at[index] = entry.createdAt
    times.updated_at[index] = entry.updatedAt
    states[index] = entry.state
    for (const field of fields) {
      orders[field].splice(position(field, times[field][index] as number, index), 0, index)
    }
  }

  return {
    get count() {
      return orders.created_at.length
    },
    has: (index) => {
      const time = times.created_at[index]
      return time !== undefined && orders.created_at[position('created_at', time, index)] === index
    },
    time: (field, index) => times[field][index] ?? 0,
    state: (index) => states[index] ?? 'closed',
    order: (field) => orders[field],
    position,
    add: put,
    update: (index, entry) => {
      take(index)
      put(index, entry)
    },
    remove: take,
    copy: () => indexOver(structuredClone({ times, states, orders })),
  }
}

function sorted(times: readonly number[]): number[] {
  const order = times.map((_, index) => index)
  return order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
}
