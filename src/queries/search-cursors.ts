import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { UserInputError } from '../domain/errors'
import type { StoreSearch } from '../storage/port'
import type { SearchPlan } from './search-plan'

/** The first answer of a search, kept so that its pages neither repeat nor skip a hit while data changes. */
export interface HeldSearch {
  plan: SearchPlan
  /** What the store was asked, with the query that found something. */
  search: StoreSearch
  total: number
  matched: 'all_terms' | 'any_term'
  ranking: 'all_matches' | 'newest_matches' | 'rarest_words'
  activeOlder: number | null
  /** The first hits; the rest is asked for when a page reaches beyond them. */
  ids: string[]
  scores: number[] | null
}

export interface SearchCursors {
  /** A cursor for the page that begins at `position`. */
  save(held: HeldSearch, position: number, key?: string): string
  /** Rejects with UserInputError what is no cursor, and what has expired. */
  read(cursor: string): { held: HeldSearch; position: number; key: string }
}

export interface SearchCursorOptions {
  /** Milliseconds on any clock that only goes forward. */
  now?: () => number
  randomKey?: () => string
  ttlMs?: number
  maxIds?: number
}

/** A conversation with an assistant may pause over lunch; nobody pages on the next day. */
const defaultTtlMs = 60 * 60 * 1000

/** About 30 MB of ids at the very most. */
const defaultMaxIds = 400_000

/** An id list of few hits still costs its plan. */
const planCost = 50

/** The lists that cursors point into; the ones used least lately go first when there are too many. */
export function createSearchCursors(options: SearchCursorOptions = {}): SearchCursors {
  const now = options.now ?? (() => performance.now())
  const randomKey = options.randomKey ?? (() => randomBytes(9).toString('base64url'))
  const lists = new LRUCache<string, HeldSearch>({
    maxSize: options.maxIds ?? defaultMaxIds,
    sizeCalculation: (held) => held.ids.length + planCost,
    ttl: options.ttlMs ?? defaultTtlMs,
    ttlResolution: 0,
    updateAgeOnGet: true,
    perf: { now },
  })
  return {
    save(held, position, key = randomKey()) {
      lists.set(key, held)
      return `${key}.${position}`
    },
    read(cursor) {
      const [, key, position] = /^([\w-]{4,32})\.(\d{1,8})$/.exec(cursor.trim()) ?? []
      if (key === undefined || position === undefined) {
        throw new UserInputError('The cursor cannot be read.', {
          hint: 'Pass next_cursor of an earlier answer unchanged, or search again without a cursor.',
        })
      }
      const held = lists.get(key)
      if (!held) {
        throw new UserInputError('The cursor has expired.', {
          hint: 'Search again without a cursor; offset goes straight to a later hit.',
        })
      }
      return { held, position: Number(position), key }
    },
  }
}
