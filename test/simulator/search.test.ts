import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../src/simulator/server'
import type { WireConversation } from '../../src/simulator/wire/wire-types'
import { ask, testNow } from '../helpers/simulator'

interface Found {
  conversations: WireConversation[]
  total_count: number
  pages: { next?: { starting_after: string; page: number }; total_pages: number; page: number }
}

let simulator: Simulator
let all: WireConversation[]

beforeAll(async () => {
  simulator = await startSimulator({
    size: 300,
    now: testNow,
    token: 'test-token',
    seed: 'search',
    rateLimit: 100_000,
  })
  all = simulator.world.ids().flatMap((id) => simulator.world.listItem(id) ?? [])
})
afterAll(() => simulator.close())

async function search(query: object, more: object = {}): Promise<Found> {
  const { json } = await ask(simulator, '/conversations/search', {
    query,
    pagination: { per_page: 150 },
    ...more,
  })
  return json as Found
}

/** Ids found over all pages, in the order of the answers. */
async function everyPage(query: object, sort: object, perPage: number): Promise<string[]> {
  const ids: string[] = []
  let after: string | undefined
  do {
    const pagination = { per_page: perPage, ...(after === undefined ? {} : { starting_after: after }) }
    const page = await search(query, { sort, pagination })
    ids.push(...page.conversations.map(({ id }) => id))
    after = page.pages.next?.starting_after
  } while (after !== undefined)
  return ids
}

async function refusal(query: unknown, more: object = {}): Promise<[number, string | undefined]> {
  const { status, json } = await ask(simulator, '/conversations/search', { query, ...more })
  return [status, (json as { errors?: { code: string }[] }).errors?.[0]?.code]
}

const single = (field: string, operator: string, value: unknown) => ({ field, operator, value })
const and = (...value: object[]) => ({ operator: 'AND', value })
const or = (...value: object[]) => ({ operator: 'OR', value })
const everything = single('created_at', '>', 0)

function expectSame(found: Found, wanted: (item: WireConversation) => boolean): void {
  const ids = all.filter(wanted).map(({ id }) => id)
  expect(found.total_count).toBe(ids.length)
  expect(ids.length).toBeGreaterThan(0)
  const served = found.conversations.map(({ id }) => id)
  expect(served.every((id) => ids.includes(id))).toBe(true)
  expect(served).toHaveLength(Math.min(150, ids.length))
}

describe('filters', () => {
  const middle = testNow - 30 * 86_400

  it.each([
    ['>', (item: WireConversation) => item.created_at > middle],
    ['<', (item: WireConversation) => item.created_at < middle],
  ] as const)('created_at %s a time', async (operator, wanted) => {
    expectSame(await search(single('created_at', operator, middle)), wanted)
    expectSame(await search(single('created_at', operator, String(middle))), wanted)
  })

  it('a half-open window written as > lo-1 and < hi', async () => {
    const [lo, hi] = [middle, middle + 5 * 86_400]
    const query = and(single('updated_at', '>', lo - 1), single('updated_at', '<', hi))
    expectSame(await search(query), (item) => item.updated_at >= lo && item.updated_at < hi)
  })

  it('the bound itself is left out, or kept when comparison is inclusive', async () => {
    const bound = all[100]?.updated_at ?? 0
    const query = and(single('updated_at', '>', bound), single('read', 'IN', [true, false]))
    const strict = await search(query)
    simulator.setComparison('inclusive')
    const inclusive = await search(query)
    simulator.setComparison('strict')
    expect(inclusive.total_count - strict.total_count).toBe(all.filter((i) => i.updated_at === bound).length)
  })

  it('state, open, read, priority, assignee and team', async () => {
    expectSame(await search(single('state', '=', 'closed')), (item) => item.state === 'closed')
    expectSame(await search(single('open', '=', true)), (item) => item.state !== 'closed')
    expectSame(await search(single('read', '=', false)), (item) => !item.read)
    expectSame(await search(single('priority', 'IN', ['high', 'urgent'])), ({ priority }) =>
      ['high', 'urgent'].includes(priority),
    )
    const admin = all.find((item) => item.admin_assignee_id > 0)?.admin_assignee_id
    expectSame(await search(single('admin_assignee_id', '=', admin)), (i) => i.admin_assignee_id === admin)
    expectSame(await search(single('team_assignee_id', '!=', 0)), (i) => i.team_assignee_id !== 0)
  })

  it('tags, teammates, contacts and rating', async () => {
    const tag = all.flatMap((item) => item.tags.tags)[0]?.id
    expectSame(await search(single('tag_ids', '=', tag)), (i) => i.tags.tags.some(({ id }) => id === tag))
    const mate = all.flatMap((item) => item.teammates?.teammates ?? [])[0]?.id ?? ''
    expectSame(
      await search(single('teammate_ids', 'NIN', [mate])),
      (i) => !i.teammates?.teammates.some(({ id }) => id === mate),
    )
    const contact = all[9]?.contacts.contacts[0]?.id
    expectSame(
      await search(single('contact_ids', '=', contact)),
      (i) => i.contacts.contacts[0]?.id === contact,
    )
    expectSame(
      await search(single('conversation_rating.score', '<', 3)),
      (i) => (i.conversation_rating?.rating ?? 9) < 3,
    )
  })

  it('text: contains, starts, ends, and their denial', async () => {
    expectSame(await search(single('source.author.email', '~', '.example')), (i) =>
      i.source.author.email.includes('.example'),
    )
    expectSame(await search(single('source.author.name', '^', 'a')), (i) =>
      (i.source.author.name ?? '').toLowerCase().startsWith('a'),
    )
    expectSame(await search(single('source.author.email', '$', 'mail.example')), (i) =>
      i.source.author.email.endsWith('mail.example'),
    )
    expectSame(
      await search(single('source.delivered_as', '!~', 'customer')),
      (i) => !i.source.delivered_as.includes('customer'),
    )
  })

  it('source.body takes one word at a time', async () => {
    const one = await search(single('source.body', '=', 'order'))
    expect(one.total_count).toBeGreaterThan(0)
    expect(one.conversations.every(({ source }) => /\border\b/i.test(source.body))).toBe(true)
    expect((await search(single('source.body', '=', 'order number'))).total_count).toBe(0)
  })

  it('statistics, and a field that is null', async () => {
    expectSame(
      await search(single('statistics.count_reopens', '>', 0)),
      (i) => (i.statistics?.count_reopens ?? 0) > 0,
    )
    expectSame(await search(single('waiting_since', '=', null)), (i) => i.waiting_since === null)
  })

  it('groups within a group', async () => {
    const query = and(
      or(single('state', '=', 'open'), single('state', '=', 'snoozed')),
      or(single('source.type', '=', 'email'), single('priority', '=', 'high')),
    )
    expectSame(
      await search(query),
      (i) => i.state !== 'closed' && (i.source.type === 'email' || i.priority === 'high'),
    )
  })
})

describe('what the grammar refuses', () => {
  it.each([
    ['no query', undefined, 'parameter_missing'],
    ['an unknown field', single('shoe_size', '=', 1), 'parameter_invalid'],
    ['an unknown operator', single('state', 'LIKE', 'open'), 'parameter_invalid'],
    ['an operator of another type', single('state', '>', 'open'), 'parameter_invalid'],
    ['a word for a date', single('created_at', '>', 'yesterday'), 'type_mismatch'],
    ['IN without a list', single('state', 'IN', 'open'), 'parameter_invalid'],
    ['three levels', and(or(and(everything))), 'parameter_invalid'],
    ['sixteen filters in a group', and(...Array.from({ length: 16 }, () => everything)), 'parameter_invalid'],
    ['an empty group', and(), 'parameter_invalid'],
  ])('%s', async (_, query, code) => {
    expect(await refusal(query)).toEqual([400, code])
  })

  it.each([
    ['more than 150 a page', { pagination: { per_page: 151 } }],
    ['a cursor of its own making', { pagination: { starting_after: 'bm8=' } }],
    ['an unknown order', { sort: { field: 'updated_at', order: 'upwards' } }],
  ])('%s', async (_, more) => {
    expect((await refusal(everything, more))[0]).toBe(400)
  })

  it('fifteen filters and two levels are fine', async () => {
    const query = and(...Array.from({ length: 15 }, () => or(everything)))
    expect((await search(query)).total_count).toBe(300)
  })
})

describe('paging', () => {
  const orders = ['ascending', 'descending'] as const
  it.each(
    orders.flatMap((order) =>
      ['updated_at', 'created_at', 'id', 'statistics.last_close_at'].map((field) => ({ field, order })),
    ),
  )('returns every conversation exactly once, sorted by $field $order', async (sort) => {
    const ids = await everyPage(everything, sort, 37)
    expect(ids).toHaveLength(300)
    expect(new Set(ids)).toEqual(new Set(simulator.world.ids()))
    if (sort.field === 'updated_at') {
      const times = ids.map((id) => simulator.world.listItem(id)?.updated_at ?? 0)
      const sorted = [...times].sort((a, b) => (sort.order === 'ascending' ? a - b : b - a))
      expect(times).toEqual(sorted)
    }
  })

  it('loses and repeats nothing when many share one second across the edge of a page', async () => {
    const crowd = simulator.world.ids().slice(0, 40)
    const at = testNow + 5000
    simulator.clock.set(at)
    for (const id of crowd) simulator.change.tag(id, 'vip')
    const query = single('updated_at', '>', testNow + 4000)
    const ids = await everyPage(query, { field: 'updated_at', order: 'ascending' }, 7)
    expect([...ids].sort()).toEqual([...crowd].sort())
  })

  it('sends 20 by default, counts pages, and leaves next out at the end', async () => {
    const first = await search(everything, { pagination: undefined })
    expect(first.conversations).toHaveLength(20)
    expect(first.pages).toMatchObject({ page: 1, per_page: 20, total_pages: 15 })
    const last = await search(single('id', '=', simulator.world.ids()[0]))
    expect(last.pages).toEqual({ type: 'pages', page: 1, per_page: 150, total_pages: 1 })
    const none = await search(single('created_at', '<', 5))
    expect(none).toMatchObject({ conversations: [], total_count: 0, pages: { total_pages: 0 } })
  })

  it('the cursor is base64 of sort time in milliseconds, id, next page', async () => {
    const sort = { field: 'created_at', order: 'ascending' }
    const page = await search(everything, { sort, pagination: { per_page: 2 } })
    const last = page.conversations[1]
    const cursor = Buffer.from(page.pages.next?.starting_after ?? '', 'base64').toString()
    expect(JSON.parse(cursor)).toEqual([(last?.created_at ?? 0) * 1000, Number(last?.id), 2])
  })

  it('goes on after the conversation at the edge was deleted', async () => {
    const sort = { field: 'created_at', order: 'ascending' }
    const before = await everyPage(everything, sort, 150)
    const page = await search(everything, { sort, pagination: { per_page: 10 } })
    simulator.change.delete(before[9] ?? '')
    const after = page.pages.next?.starting_after
    const next = await search(everything, { sort, pagination: { per_page: 10, starting_after: after } })
    expect(next.conversations.map(({ id }) => id)).toEqual(before.slice(10, 20))
    expect(next.total_count).toBe(299)
  })

  it('hits carry the first message and no parts', async () => {
    const { conversations } = await search(everything)
    expect(conversations[0]?.source.body).toMatch(/^<p>/)
    expect(conversations[0]).not.toHaveProperty('conversation_parts')
  })
})
