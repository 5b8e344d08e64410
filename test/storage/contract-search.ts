import { describe, expect, it } from 'vitest'
import type { ConversationFilters, Store, StoreSearch } from '../../src/storage/port'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aContact, aHit, aThread } from '../helpers/builders'

function search(query: string | null, rest: Partial<StoreSearch> = {}): StoreSearch {
  return {
    query: query === null ? null : parseSearchQuery(query).query,
    timeframe: null,
    timeField: 'created_at',
    filters: {},
    sort: 'newest',
    maxIds: 100,
    ...rest,
  }
}

const day = 86_400

/** Three conversations a day apart: about refunds, a login problem, and exports in several languages. */
async function fill(store: Store): Promise<Store> {
  await store.apply({
    conversations: [
      aThread(
        {
          id: 'refund',
          createdAt: 10 * day,
          updatedAt: 10 * day + 50,
          title: 'Café order',
          state: 'closed',
          assigneeId: 'ada',
          teamId: 'billing',
          tags: [{ id: 't1', name: 'Money' }],
          rating: { score: 5, remark: null, requestedAt: null, ratedAt: null, teammateId: null },
        },
        ['I was refunded twice for order A-12345.', 'Both refunds went to your card.'],
      ),
      aThread(
        {
          id: 'login',
          createdAt: 11 * day,
          updatedAt: 40 * day,
          priority: 'high',
          waitingSince: 11 * day + 5,
          contactIds: ['contact-lee'],
          tags: [{ id: 't2', name: 'Ärger' }],
        },
        [
          'Logging in fails for lee.wong@example.co.uk',
          'See https://help.example.com/login?step=2',
          'Thanks',
        ],
      ),
      aThread(
        { id: 'export', createdAt: 12 * day, updatedAt: 12 * day, waitingSince: 12 * day, teamId: 'billing' },
        ['退款没有到账，谢谢', 'การคืนเงินล่าช้า', 'A refund? No: exporting your order'],
      ),
    ],
    contacts: [aContact({ id: 'contact-lee', name: 'Lee Wong', email: 'Lee.Wong@Example.co.uk' })],
  })
  return store
}

/** What every storage engine finds. `open` gives a new, empty store. */
export function describeStoreSearch(open: () => Promise<Store>): void {
  const idsOf = async (query: string | null, rest: Partial<StoreSearch> = {}): Promise<string[]> =>
    (await (await fill(await open())).searchConversations(search(query, rest))).ids

  describe('full-text search', () => {
    it.each([
      ['refund', ['export', 'refund']],
      ['REFUNDED', ['export', 'refund']],
      ['cafe', ['refund']],
      ['order -refund', []],
      ['thanks OR cafe', ['login', 'refund']],
      ['"refunded twice"', ['refund']],
      ['"twice refunded"', []],
      ['A-12345', ['refund']],
      ['12345', ['refund']],
      ['lee.wong@example.co.uk', ['login']],
      ['wong', ['login']],
      ['https://help.example.com/login?step=2', ['login']],
      ['exporti*', ['export']],
      ['refu*', ['export', 'refund']],
      ['退款', ['export']],
      ['没有到账', ['export']],
      ['谢', ['export']],
      ['到退', []],
      ['คืนเงิน', ['export']],
      ['-refund', ['login']],
      ['-refund -thanks', []],
    ])('finds %s', async (query, ids) => {
      expect(await idsOf(query)).toEqual(ids)
    })

    it('takes as many terms as a query can have', async () => {
      const store = await fill(await open())
      const terms = (count: number, of: (n: number) => string) =>
        Array.from({ length: count }, (_, n) => of(n)).join(' ')
      const found = async (query: string) =>
        (await store.searchConversations(search(query, { sort: 'relevance' }))).ids
      expect(await found(terms(64, (n) => `re${'f'.repeat(n % 2)}*`))).toEqual(['refund', 'export'])
      expect(await found(`refund ${terms(63, (n) => `-x${n}*`)}`)).toEqual(['refund', 'export'])
      expect(await found(`refund OR ${terms(62, (n) => `x${n} OR`)} y`)).toEqual(['refund', 'export'])
      expect(await found(`"${terms(240, () => 'no')}"`)).toEqual([])
    })

    it('takes no phrase across two messages', async () => {
      expect(await idsOf('"A-12345 both"')).toEqual([])
    })

    it('finds only the present text of a conversation', async () => {
      const store = await fill(await open())
      await store.apply({
        conversations: [aThread({ id: 'refund', createdAt: 10 * day, updatedAt: 60 * day }, ['Goodbye'])],
      })
      const found = async (query: string) => (await store.searchConversations(search(query))).ids
      expect(await found('cafe')).toEqual([])
      expect(await found('goodbye')).toEqual(['refund'])
    })

    it('follows a new title of a stored thread', async () => {
      const store = await fill(await open())
      const hit = aHit(
        { id: 'refund', createdAt: 10 * day, updatedAt: 60 * day, title: 'Payout' },
        'other text',
      )
      await store.apply({ conversations: [hit] })
      const found = async (query: string) => (await store.searchConversations(search(query))).ids
      expect(await found('payout')).toEqual(['refund'])
      expect(await found('cafe')).toEqual([])
      expect(await found('card')).toEqual(['refund'])
    })

    it('never finds a deleted conversation', async () => {
      const store = await fill(await open())
      await store.apply({ tombstones: [{ conversationId: 'refund', deletedAt: 1 }] })
      expect(await store.searchConversations(search('refund'))).toMatchObject({ total: 1, ids: ['export'] })
      expect((await store.searchConversations(search('-login'))).ids).toEqual(['export'])
    })

    it('puts what says it more often first, then the newer', async () => {
      const store = await open()
      await store.apply({
        conversations: [
          aThread({ id: 'once', createdAt: 3 * day }, ['invoice and other words here']),
          aThread({ id: 'often', createdAt: 1 * day }, ['invoice invoice invoice words here']),
          aThread({ id: 'again', createdAt: 4 * day }, ['invoice and other words here']),
          aThread({ id: 'never', createdAt: 5 * day }, ['nothing of the kind']),
        ],
      })
      const found = await store.searchConversations(search('invoice', { sort: 'relevance' }))
      expect(found).toMatchObject({ total: 3, ids: ['often', 'again', 'once'], ranking: 'all_matches' })
      expect(found.scores).toHaveLength(3)
      expect(found.scores?.[1]).toBe(found.scores?.[2])
    })
  })

  describe('a very broad query', () => {
    it('is ranked among its newest matches, with the others behind them', async () => {
      const store = await open()
      const hits = Array.from({ length: 2_010 }, (_, n) =>
        aHit({ id: `${n}`, createdAt: 1_000 + n }, 'refund'),
      )
      await store.apply({ conversations: hits })
      const found = await store.searchConversations(search('refund', { sort: 'relevance', maxIds: 2_005 }))
      expect(found).toMatchObject({ total: 2_010, ranking: 'newest_matches' })
      expect(found.ids.slice(0, 2)).toEqual(['2009', '2008'])
      expect(found.ids.slice(-5)).toEqual(['9', '8', '7', '6', '5'])
      expect(new Set(found.ids).size).toBe(2_005)
      expect(found.scores).toHaveLength(2_005)
    })
  })

  describe('conditions', () => {
    it.each<[string, ConversationFilters, string[]]>([
      ['state', { state: ['closed'] }, ['refund']],
      ['any of several states', { state: ['closed', 'open'] }, ['export', 'login', 'refund']],
      ['priority', { priority: ['high', 'urgent'] }, ['login']],
      ['assignee', { assigneeIds: ['ada'] }, ['refund']],
      ['nobody assigned', { assigneeIds: [null] }, ['export', 'login']],
      ['assigned to one or nobody', { assigneeIds: ['ada', null] }, ['export', 'login', 'refund']],
      ['team', { teamIds: ['billing'] }, ['export', 'refund']],
      ['customer', { customerId: 'contact-lee' }, ['login']],
      ['e-mail address in any case', { customerEmail: 'lee.wong@EXAMPLE.co.uk' }, ['login']],
      ['tag by name in any case', { tags: ['money', 'äRGER'] }, ['login', 'refund']],
      ['tag by id', { tags: ['t1'] }, ['refund']],
      ['a tag that nobody has', { tags: ['none such'] }, []],
      ['rating', { ratings: [4, 5] }, ['refund']],
      ['rated', { hasRating: true }, ['refund']],
      ['not rated', { hasRating: false }, ['export', 'login']],
      ['waiting', { waiting: true }, ['export', 'login']],
      ['not waiting', { waiting: false }, ['refund']],
      [
        'empty lists, which are no condition',
        { state: [], tags: [], ratings: [] },
        ['export', 'login', 'refund'],
      ],
      ['several at once', { teamIds: ['billing'], waiting: true }, ['export']],
    ])('filter by %s', async (_name, filters, ids) => {
      expect(await idsOf(null, { filters })).toEqual(ids)
      expect(await idsOf('refund OR login', { filters })).toEqual(ids)
    })

    it('take the start of a timeframe and leave its end', async () => {
      expect(await idsOf(null, { timeframe: { start: 10 * day, end: 12 * day } })).toEqual([
        'login',
        'refund',
      ])
      const byUpdate = { timeframe: { start: 40 * day, end: 40 * day + 1 }, timeField: 'updated_at' as const }
      expect(await idsOf(null, byUpdate)).toEqual(['login'])
    })

    it('sort by either time, or by who waits longest', async () => {
      expect(await idsOf(null, { sort: 'oldest' })).toEqual(['refund', 'login', 'export'])
      expect(await idsOf(null, { sort: 'newest', timeField: 'updated_at' })).toEqual([
        'login',
        'export',
        'refund',
      ])
      expect(await idsOf(null, { sort: 'longest_waiting' })).toEqual(['login', 'export', 'refund'])
      expect(await idsOf(null, { sort: 'relevance' })).toEqual(['export', 'login', 'refund'])
    })

    it('count everything however few ids are asked for', async () => {
      const store = await fill(await open())
      const found = await store.searchConversations(search(null, { maxIds: 1 }))
      expect(found).toEqual({ total: 3, ids: ['export'], scores: null, ranking: 'all_matches' })
      expect(await store.searchConversations(search('refund', { maxIds: 1 }))).toMatchObject({ total: 2 })
    })
  })

  describe('older conversations that were active', () => {
    it('count when updated in the timeframe, or with a message in it', async () => {
      const store = await open()
      await store.apply({
        conversations: [
          aThread({ id: 'updated', createdAt: 100, updatedAt: 1_500 }, ['refund']),
          aThread({ id: 'replied', createdAt: 970, updatedAt: 9_000 }, ['refund', 'in the timeframe']),
          aThread({ id: 'before', createdAt: 100, updatedAt: 900 }, ['refund']),
          aThread({ id: 'after', createdAt: 100, updatedAt: 9_000 }, ['refund']),
          aThread({ id: 'created inside', createdAt: 1_200, updatedAt: 1_300 }, ['refund']),
        ],
      })
      const timeframe = { start: 1_000, end: 2_000 }
      expect(await store.countActiveOlder({ query: null, timeframe, filters: {} })).toBe(2)
      const query = parseSearchQuery('"in the timeframe"').query
      expect(await store.countActiveOlder({ query, timeframe, filters: {} })).toBe(1)
    })
  })
}
