import { describe, expect, it } from 'vitest'
import type { SearchRequest } from '../../src/domain/answers'
import { searchConversations } from '../../src/queries/search'
import { createSearchCursors } from '../../src/queries/search-cursors'
import { estimateTokens } from '../../src/queries/size-budget'
import { aConversation, createSampleStore, now, type SampleConversation } from './sample-store'

const shop: SampleConversation[] = [
  {
    id: '101',
    daysAgo: 1,
    title: 'Double charge',
    texts: ['Hello, I need help.', 'Sure.', 'You charged me twice, I want a refund for order A-1234.'],
    assigneeId: '51',
    teamId: '71',
    tags: [{ id: 't1', name: 'Billing' }],
    priority: 'high',
    waitingSince: now - 3600,
  },
  {
    id: '102',
    daysAgo: 3,
    texts: ['The export does not work.', 'We fixed the export.'],
    state: 'closed',
    assigneeId: '52',
    rating: { score: 5, remark: null, requestedAt: null, ratedAt: null, teammateId: null },
    customerEmail: 'Max@Example.org',
  },
  { id: '103', daysAgo: 10, texts: ['A refund, please. The invoice is wrong.'], state: 'snoozed' },
  { id: '104', daysAgo: 40, texts: ['我想要退款'], priority: 'urgent', waitingSince: now - 7200 },
]

async function createSearch(conversations = shop, timezone: string | null = 'Europe/Dublin') {
  const store = await createSampleStore(conversations)
  const cursors = createSearchCursors()
  const search = (request: SearchRequest) => searchConversations(store, request, { now, timezone, cursors })
  const ids = async (request: SearchRequest) =>
    (await search(request)).conversations.map((conversation) => conversation.id)
  return { store, search, ids }
}

function manyConversations(count: number, text: string): SampleConversation[] {
  return Array.from({ length: count }, (_, i) => ({
    id: String(1001 + i),
    daysAgo: 1 + i / 100,
    texts: [text],
  }))
}

describe('searchConversations', () => {
  it('finds a word of a later message and shows the passage with who said it', async () => {
    const { search } = await createSearch()
    expect(await search({ query: 'refunds order A-1234' })).toEqual({
      total: 1,
      returned: 1,
      next_cursor: null,
      ranking: 'all_matches',
      matched: 'all_terms',
      active_older: null,
      url_template: 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/{id}',
      conversations: [
        {
          id: '101',
          created_at: '2026-11-17T15:30:00Z',
          state: 'open',
          title: 'Double charge',
          customer: { name: 'Ada Example' },
          assignee: { name: 'Bo Helper' },
          team: { name: 'Billing' },
          tags: ['Billing'],
          message_count: 3,
          snippets: [
            {
              author: { type: 'user', name: 'Ada Example' },
              text: 'You charged me twice, I want a refund for order A-1234.',
            },
          ],
        },
      ],
      timeframe: null,
      timeField: 'created_at',
      notes: [],
    })
  })

  it('gives every field and up to three passages when asked for details', async () => {
    const { search } = await createSearch()
    const { conversations } = await search({ query: 'export', detail: 'detailed' })
    expect(conversations).toHaveLength(1)
    expect(conversations[0]).toMatchObject({
      id: '102',
      url: 'https://app.intercom.com/a/inbox/abc123/inbox/conversation/102',
      updated_at: '2026-11-15T15:32:00Z',
      priority: 'none',
      customer: { id: 'contact-Max@Example.org', name: null, email: 'Max@Example.org' },
      assignee: { id: '52', name: 'Cleo Smith' },
      team: null,
      rating: 5,
      score: expect.any(Number),
    })
    expect(conversations[0]?.snippets.map(({ text }) => text)).toEqual([
      'The export does not work.',
      'We fixed the export.',
    ])
  })

  it('falls back to any term when nothing has them all, and says so', async () => {
    const { search } = await createSearch()
    const answer = await search({ query: 'refund export' })
    expect(answer).toMatchObject({ total: 3, matched: 'any_term' })
    expect(await search({ query: 'zebra giraffe' })).toMatchObject({ total: 0, matched: 'all_terms' })
  })

  it.each<[string, SearchRequest, string[]]>([
    ['no condition, newest first', {}, ['101', '102', '103', '104']],
    ['a blank query as none', { query: '  ' }, ['101', '102', '103', '104']],
    ['oldest first', { sort: 'oldest' }, ['104', '103', '102', '101']],
    ['a word without those of another', { query: 'refund -invoice' }, ['101']],
    ['Chinese text by a run of it', { query: '退款' }, ['104']],
    ['a timeframe in words', { timeframe: 'last 7 days' }, ['101', '102']],
    ['a timeframe under its other name', { time_filter: 'yesterday' }, ['101']],
    [
      'a timeframe as an object',
      { timeframe: { start_date: '2026-11-08', end_date: '2026-11-15' } },
      ['102', '103'],
    ],
    ['states', { filters: { state: ['closed', 'snoozed'] } }, ['102', '103']],
    ['an assignee by name', { filters: { assignee_id: 'cleo smith' } }, ['102']],
    ['an assignee by first name', { filters: { assignee_id: 'cleo' } }, ['102']],
    ['assignees by id and nobody', { filters: { assignee_id: ['51', 'unassigned'] } }, ['101', '103', '104']],
    ['a team by name', { filters: { team_id: 'BILLING' } }, ['101']],
    ['the older word for a priority', { filters: { priority: 'priority' } }, ['101', '104']],
    ['no priority', { filters: { priority: ['not_priority'] } }, ['102', '103']],
    ['a tag by name', { filters: { tags: ['billing'] } }, ['101']],
    ['a rating', { filters: { rating: [4, 5] } }, ['102']],
    ['those with a rating', { filters: { has_rating: true } }, ['102']],
    ['the longest waiting first', { filters: { waiting: true }, sort: 'longest_waiting' }, ['104', '101']],
    ['a whole address, case ignored', { customer_email: 'max@example.ORG' }, ['102']],
    ['the end of a list', { offset: 3 }, ['104']],
    ['nothing behind the end', { offset: 99 }, []],
  ])('answers %s', async (_, request, expected) => {
    const { ids } = await createSearch()
    expect(await ids(request)).toEqual(expected)
  })

  it.each<[SearchRequest, string]>([
    [
      { timeframe: 'today', time_filter: 'today' },
      'timeframe and time_filter mean the same: give one of them.',
    ],
    [{ timeframe: 'soon' }, 'The timeframe "soon" cannot be read.'],
    [{ query: '?!' }, 'The query holds no word or number to search for.'],
    [{ limit: -1 }, 'limit must be a whole number from 1 to 1000, not -1.'],
    [{ limit: 1001 }, 'limit must be a whole number from 1 to 1000, not 1001.'],
    [{ offset: 0.5 }, 'offset must be a whole number from 0, not 0.5.'],
    [{ filters: { state: ['pending'] } }, '"pending" is no state of a conversation.'],
    [{ filters: { priority: 'huge' } }, '"huge" is no priority.'],
    [{ filters: { rating: 6 } }, '6 is no rating.'],
    [{ filters: { team_id: 'Sales' } }, 'No team is called "Sales".'],
    [{ customer_email: 'max' }, '"max" is not a whole e-mail address.'],
    [{ cursor: 'abc' }, 'The cursor cannot be read.'],
    [{ cursor: 'abcdefgh.10' }, 'The cursor has expired.'],
  ])('refuses %j', async (request, message) => {
    const { search } = await createSearch()
    await expect(search(request)).rejects.toThrow(message)
  })

  it('offers the nearest names for one that nobody has', async () => {
    const { search } = await createSearch()
    await expect(search({ filters: { assignee_id: 'Cloe Smith' } })).rejects.toMatchObject({
      message: 'No assignee is called "Cloe Smith".',
      hint: 'Did you mean Cleo Smith?',
    })
    await expect(search({ filters: { assignee_id: 'hel' } })).rejects.toMatchObject({
      hint: 'Did you mean Bo Helper?',
    })
    await expect(search({ filters: { tags: ['biling'] } })).rejects.toMatchObject({
      message: 'No tag is called "biling".',
      hint: 'Did you mean Billing?',
    })
    await expect(search({ filters: { assignee_id: 'Zacharias' } })).rejects.toMatchObject({
      hint: 'Known: Bo Helper, Cleo Smith.',
    })
  })

  it('counts older conversations that were active in the timeframe, by created_at only', async () => {
    const old = { id: '105', daysAgo: 60, updatedAt: now - 3600, texts: ['A refund, long ago.'] }
    const { search } = await createSearch([...shop, old])
    const lastWeek = { timeframe: 'last 7 days' }
    expect((await search(lastWeek)).active_older).toBe(1)
    expect((await search({ ...lastWeek, query: 'export' })).active_older).toBe(0)
    expect((await search({ ...lastWeek, time_field: 'updated_at' })).active_older).toBeNull()
  })

  it('says when days are counted in UTC, and when words of the query speak of a time', async () => {
    const { search } = await createSearch(shop, null)
    expect((await search({ timeframe: 'today' })).notes).toEqual([
      "The workspace's timezone is unknown: days are counted in UTC.",
    ])
    expect((await search({ query: 'who wanted a refund last week?' })).notes).toEqual([
      '"last week" in the query does not limit the time: pass it as timeframe.',
    ])
  })

  it('shows the beginning of the thread when the words stand in the title only', async () => {
    const { search } = await createSearch([{ id: '7', title: 'Giraffe plush', texts: ['Is it washable?'] }])
    const { conversations } = await search({ query: 'giraffe' })
    expect(conversations[0]?.snippets[0]?.text).toBe('Is it washable?')
  })
})

describe('pages of a search', () => {
  it('lead through every hit once, whatever is added meanwhile', async () => {
    const { store, search } = await createSearch(manyConversations(120, 'A refund, please.'))
    const seen: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 10; pages++) {
      const answer = await search(cursor === undefined ? { query: 'refund', limit: 30 } : { cursor })
      expect(answer.total).toBe(120)
      seen.push(...answer.conversations.map(({ id }) => id))
      if (answer.next_cursor === null) break
      cursor = answer.next_cursor
      await store.apply({
        conversations: [aConversation({ id: `9${pages}`, texts: ['refund refund'], daysAgo: 0 })],
      })
    }
    expect(new Set(seen).size).toBe(120)
    expect(seen).toHaveLength(120)
  })

  it('leave out what was deleted since, and still come to the end', async () => {
    const { store, search } = await createSearch(manyConversations(10, 'A refund, please.'))
    const first = await search({ sort: 'newest', limit: 4 })
    await store.apply({ tombstones: [{ conversationId: '1005', deletedAt: now }] })
    const second = await search({ cursor: first.next_cursor ?? '' })
    expect(second.conversations.map(({ id }) => id)).toEqual(['1006', '1007', '1008'])
    const third = await search({ cursor: second.next_cursor ?? '' })
    expect(third.conversations.map(({ id }) => id)).toEqual(['1009', '1010'])
    expect(third.next_cursor).toBeNull()
  })

  it('take another limit, and nothing that contradicts the search', async () => {
    const { search } = await createSearch(manyConversations(10, 'A refund, please.'))
    const { next_cursor } = await search({ query: 'refund', limit: 2 })
    const cursor = next_cursor ?? ''
    expect((await search({ cursor, query: 'refund', limit: 5 })).returned).toBe(5)
    await expect(search({ cursor, query: 'export' })).rejects.toThrow(
      'The cursor belongs to a search with another query.',
    )
    await expect(search({ cursor, timeframe: 'today' })).rejects.toThrow('another timeframe')
    await expect(search({ cursor, offset: 5 })).rejects.toThrow('leave offset out')
  })

  it('stay under 8,000 tokens, or 20,000 when more was asked for, and lead on', async () => {
    const { search } = await createSearch(
      manyConversations(300, 'My refund is late, and I am cross. '.repeat(20)),
    )
    const ordinary = await search({ query: 'refund' })
    expect(estimateTokens(ordinary.conversations)).toBeLessThanOrEqual(7_500)
    expect(ordinary.returned).toBeGreaterThan(30)
    expect(ordinary.next_cursor).not.toBeNull()

    const large = await search({ query: 'refund', limit: 300, detail: 'detailed' })
    expect(estimateTokens(large.conversations)).toBeLessThanOrEqual(19_500)
    expect(large.returned).toBeGreaterThan(ordinary.returned)
    const next = await search({ cursor: large.next_cursor ?? '' })
    const ids = [...large.conversations, ...next.conversations].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('go beyond the ids held at first', async () => {
    const { search } = await createSearch(manyConversations(2100, 'A refund.'))
    const { total, next_cursor } = await search({ offset: 1990, limit: 5 })
    expect(total).toBe(2100)
    const seen: string[] = []
    for (let cursor = next_cursor; cursor !== null; ) {
      const page = await search({ cursor, limit: 50 })
      seen.push(...page.conversations.map(({ id }) => id))
      cursor = page.next_cursor
    }
    expect(seen).toHaveLength(105)
    expect(new Set(seen).size).toBe(105)
    expect(seen.at(-1)).toBe('3100')
  })
})
