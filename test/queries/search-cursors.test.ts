import { describe, expect, it } from 'vitest'
import { createSearchCursors, type HeldSearch } from '../../src/queries/search-cursors'

function heldSearch(ids: string[]): HeldSearch {
  const search = {
    query: null,
    timeframe: null,
    timeField: 'created_at',
    filters: {},
    sort: 'newest',
  } as const
  return {
    plan: { ...search, asked: {}, parsed: null, limit: 50, offset: 0, detail: 'concise', notes: [] },
    search: { ...search, maxIds: 10 },
    total: ids.length,
    matched: 'all_terms',
    ranking: 'all_matches',
    activeOlder: null,
    ids,
    scores: null,
  }
}

function createTimedCursors(options: { ttlMs?: number; maxIds?: number } = {}) {
  let time = 0
  let keys = 0
  const cursors = createSearchCursors({ now: () => time, randomKey: () => `key-${++keys}`, ...options })
  return { cursors, pass: (ms: number) => (time += ms) }
}

describe('createSearchCursors', () => {
  it('gives back the list and the position of a cursor', () => {
    const { cursors } = createTimedCursors()
    const cursor = cursors.save(heldSearch(['1', '2', '3']), 2)
    expect(cursor).toBe('key-1.2')
    expect(cursors.read(cursor)).toMatchObject({ position: 2, key: 'key-1', held: { ids: ['1', '2', '3'] } })
  })

  it('keeps one list for all pages of a search', () => {
    const { cursors } = createTimedCursors()
    const first = cursors.save(heldSearch(['1', '2', '3']), 1)
    const { held, key } = cursors.read(first)
    expect(cursors.save(held, 2, key)).toBe('key-1.2')
    expect(cursors.read(first).position).toBe(1)
  })

  it('says that a cursor has expired when it was not used for its time to live', () => {
    const { cursors, pass } = createTimedCursors({ ttlMs: 1000 })
    const cursor = cursors.save(heldSearch(['1']), 1)
    pass(900)
    cursors.read(cursor)
    pass(900)
    cursors.read(cursor)
    pass(1100)
    expect(() => cursors.read(cursor)).toThrow('The cursor has expired.')
  })

  it('drops the list used least lately when there are too many ids', () => {
    const { cursors } = createTimedCursors({ maxIds: 180 })
    const [first, second] = [cursors.save(heldSearch(['1']), 1), cursors.save(heldSearch(['2']), 1)]
    cursors.save(heldSearch(['3']), 1)
    cursors.read(first)
    cursors.save(heldSearch(['4']), 1)
    expect(cursors.read(first).position).toBe(1)
    expect(() => cursors.read(second)).toThrow('The cursor has expired.')
  })

  it.each(['', 'abc', 'key-1', 'key-1.x', 'key-1.-2', '../../etc.1', 'k'.repeat(5000)])(
    'says that %j cannot be read',
    (cursor) => {
      expect(() => createTimedCursors().cursors.read(cursor)).toThrow('The cursor cannot be read.')
    },
  )

  it('makes keys that nobody guesses', () => {
    const cursors = createSearchCursors()
    expect(cursors.save(heldSearch([]), 0)).toMatch(/^[\w-]{12}\.0$/)
  })
})
