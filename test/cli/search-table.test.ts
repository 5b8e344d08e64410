import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { showSearch } from '../../src/cli/commands/search'
import { createOutput } from '../../src/cli/output'
import { showHits, wrapText } from '../../src/cli/search-table'
import { visibleLength } from '../../src/cli/text-width'
import type { ConversationHit, SearchAnswer } from '../../src/domain/answers'
import { captureStream } from './capture-stream'

const hit: ConversationHit = {
  id: '215534444794',
  created_at: '2026-03-02T23:59:10Z',
  state: 'open',
  title: 'Where is my refund?',
  customer: { name: 'Mira Okafor' },
  assignee: { name: 'Jonas Weber' },
  team: null,
  tags: ['billing'],
  rating: null,
  message_count: 1_204,
  snippets: [
    {
      author: { type: 'user', name: 'Mira Okafor' },
      text: 'You refunded €809.00 on 4 March and nothing has arrived at https://example.com/a/rather/long/address?of=mine yet.',
    },
  ],
}

const japanese: ConversationHit = {
  ...hit,
  id: '7',
  state: 'closed',
  title: 'パスワード再設定のメールが届きません。いつも助かっています。',
  customer: { name: '渡辺直樹' },
  assignee: null,
  tags: [],
  snippets: [
    {
      author: { type: 'user', name: '渡辺直樹' },
      text: 'パスワード再設定のメールが届きません。よろしくお願いします。何度も試しましたが、同じ結果になります。👩‍👩‍👧‍👦 é',
    },
  ],
}

function draw(hits: ConversationHit[], query: string, columns?: number, colours = false): string[] {
  const { stream, written } = captureStream()
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns, hasColors: () => colours })
  const colour = colours ? 'always' : 'never'
  showHits(hits, query, createOutput(stream, stream, { colour, canRedraw: false, hasUnicode: true }))
  return written().split('\n').slice(0, -1)
}

describe('the hits of a search in the terminal', () => {
  it('are a table with the passage below each row', () => {
    expect(draw([hit], 'refund', 80)).toEqual([
      'ID            STATE  CREATED     CUSTOMER     TITLE',
      '215534444794  open   2026-03-02  Mira Okafor  Where is my refund?',
      '  Mira Okafor: You refunded €809.00 on 4 March and nothing has arrived at',
      '  https://example.com/a/rather/long/address?of=mine yet. #billing',
    ])
  })

  it('tell more where there is room', () => {
    expect(draw([hit, japanese], 'refund', 120).slice(0, 2)).toEqual([
      'ID            STATE   CREATED           CUSTOMER     WITH         MESSAGES  TITLE',
      '215534444794  open    2026-03-02 23:59  Mira Okafor  Jonas Weber     1,204  Where is my refund?',
    ])
  })

  it('go into a pipe whole, one line a passage', () => {
    const [, , passage, ...others] = draw([hit], 'refund')
    expect(passage).toBe(
      '  Mira Okafor: You refunded €809.00 on 4 March and nothing has arrived at https://example.com/a/rather/long/address?of=mine yet. #billing',
    )
    expect(others).toEqual([])
  })

  it.each([24, 30, 47, 56, 72, 80, 99, 100, 133])(
    'are never wider than %i columns, wide characters too',
    (columns) => {
      const lines = draw([hit, japanese], 'refund OR メール', columns, true)
      for (const line of lines) expect(visibleLength(line), line).toBeLessThanOrEqual(columns)
      const said = lines.slice(1).map(stripVTControlCharacters).join('').replaceAll(/\s/g, '')
      for (const { text } of [...hit.snippets, ...japanese.snippets]) {
        expect(said).toContain(text.replaceAll(/\s/g, ''))
      }
    },
  )

  it('have what the query found lit in title and passage, and not in the name of who said it', () => {
    const lines = draw([{ ...hit, title: 'Refund for Mira' }], 'refund mira', 120, true)
    const lit = lines.flatMap((line) =>
      [...line.matchAll(/\x1b\[1m\x1b\[33m(.*?)\x1b/g)].map(([, word]) => word),
    )
    expect(lit).toEqual(['Refund', 'Mira', 'refunded'])
  })

  it('have no escape sequence where colours are off, not even from a customer', () => {
    const sly = { ...hit, title: '\x1b[31mred\x1b[0m \x07refund', customer: { name: 'A\u202Enn\nEve' } }
    const text = draw([sly], 'refund', 80).join('\n')
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/)
    expect(text).toContain('A nn Eve  red refund')
  })

  it('without a subject or a word say so', () => {
    const empty = { ...hit, title: null, customer: null, tags: [], snippets: [] }
    expect(draw([empty], 'refund', 80)).toEqual([
      'ID            STATE  CREATED     CUSTOMER  TITLE',
      '215534444794  open   2026-03-02            (no subject)',
    ])
  })
})

describe('the answer of a search in the terminal', () => {
  const answer: SearchAnswer = {
    ...{ total: 1_402, returned: 2, next_cursor: 'k.2', ranking: 'all_matches', matched: 'any_term' },
    active_older: null,
    url_template: null,
    conversations: [japanese, hit],
    freshness: {
      ...{ as_of: null, age_seconds: 60, stale: false, coverage: 'full', gaps: [], refresh: 'none' },
      ...{ refresh_error: null, message: 'Synced 60 seconds ago. The time asked about is covered.' },
    },
  }
  const tell = (told: SearchAnswer) => {
    const { stream, written } = captureStream()
    showSearch(told, 'refund quokka', createOutput(stream, stream))
    return written().split('\n')
  }

  it('has every hit in its order, how many there are, and on what ground it stands', () => {
    const lines = tell(answer)
    expect(lines[0]).toBe('No conversation has all of these words; these have some of them.')
    expect(lines.filter((line) => /^\d/.test(line)).map((line) => line.split(' ')[0])).toEqual([
      ...['7', '215534444794', '1,402'],
    ])
    expect(lines.slice(-3)).toEqual([
      '1,402 conversations, the first 2 shown.',
      'Synced 60 seconds ago. The time asked about is covered.',
      '',
    ])
  })

  it('without a hit is the number and the ground alone', () => {
    expect(tell({ ...answer, total: 0, returned: 0, conversations: [] })).toEqual([
      ...['0 conversations.', 'Synced 60 seconds ago. The time asked about is covered.', ''],
    ])
  })
})

describe('wrapText', () => {
  const wrap = (text: string, width: number) =>
    wrapText(text, width).map(({ start, end }) => text.slice(start, end))

  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['one two three', 13, ['one two three']],
    ['see https://example.com now', 10, ['see https:', '//example.', 'com now']],
    ['注: 退款退款退款', 8, ['注: 退款', '退款退款']],
    ['', 10, []],
  ])('%j in %i columns', (text, width, expected) => {
    expect(wrap(text, width)).toEqual(expected)
  })
})
