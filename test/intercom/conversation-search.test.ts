import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SearchWindow } from '../../src/intercom/api'
import hit from '../fixtures/conversation-2.16.json'
import {
  anError,
  gatewayPage,
  type StubAnswer,
  type StubIntercom,
  startStubIntercom,
} from '../helpers/stub-intercom'
import { collect, createTestClient } from './test-client'

let stub: StubIntercom
beforeEach(async () => {
  stub = await startStubIntercom()
})
afterEach(() => stub.close())

const route = 'POST /conversations/search'
const window: SearchWindow = {
  timeframe: { start: 1000, end: 2000 },
  field: 'updated_at',
  order: 'ascending',
  pageSize: 150,
}

function aPage(ids: (string | number)[], next: unknown, at = 1500): StubAnswer {
  const conversations = ids.map((id) => ({ ...hit, id, created_at: at, updated_at: at }))
  return {
    json: { type: 'conversation.list', conversations, total_count: 3, pages: { type: 'pages', next } },
  }
}

const cursorTo = (starting_after: string) => ({ page: 2, starting_after })

async function idsOf(overrides: Partial<SearchWindow> = {}) {
  const test = createTestClient(stub.url)
  const pages = await collect(test.client.searchConversations({ ...window, ...overrides }))
  return {
    ...test,
    pages: pages.map((page) => page.conversations.map(({ conversation }) => conversation.id)),
  }
}

describe('searchConversations', () => {
  it('follows the cursor to the last page', async () => {
    stub.on(route, aPage(['1', '2'], cursorTo('abc')), aPage(['3'], null))
    const { client } = createTestClient(stub.url)
    const pages = await collect(client.searchConversations(window))
    expect(pages.map(({ total }) => total)).toEqual([3, 3])
    expect(pages.flatMap((page) => page.conversations.map((c) => [c.conversation.id, c.thread]))).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
    ])
    expect(stub.requests.map(({ json }) => json)).toEqual([
      {
        query: {
          operator: 'AND',
          value: [
            { field: 'updated_at', operator: '>', value: 999 },
            { field: 'updated_at', operator: '<', value: 2000 },
          ],
        },
        pagination: { per_page: 150 },
        sort: { field: 'updated_at', order: 'ascending' },
      },
      expect.objectContaining({ pagination: { per_page: 150, starting_after: 'abc' } }),
    ])
  })

  it.each([null, undefined, {}, { starting_after: '' }, { starting_after: null }])(
    'takes %j for the end',
    async (next) => {
      stub.on(route, aPage(['1'], next))
      expect((await idsOf()).pages).toEqual([['1']])
    },
  )

  it('yields one empty page when nothing matches', async () => {
    stub.on(route, { json: { conversations: [], total_count: 0, pages: { total_pages: 0 } } })
    expect((await idsOf()).pages).toEqual([[]])
  })

  it('ends when a cursor repeats', async () => {
    stub.on(route, aPage(['1'], cursorTo('abc')), aPage(['2'], cursorTo('abc')))
    const { pages, logs } = await idsOf()
    expect(pages).toEqual([['1'], ['2']])
    expect(logs.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('ends when a page brings nothing new', async () => {
    stub.on(route, aPage(['1', '2'], cursorTo('abc')), aPage(['2', '1'], cursorTo('def')))
    expect((await idsOf()).pages).toEqual([['1', '2']])
  })

  it('leaves out the two seconds that inclusive bounds would add', async () => {
    const at = (id: string, updated_at: number) => ({ ...hit, id, updated_at })
    stub.on(route, {
      json: { conversations: [at('1', 999), at('2', 1000), at('3', 1999), at('4', 2000)], total_count: 4 },
    })
    const pages = await collect(createTestClient(stub.url).client.searchConversations(window))
    expect(pages.map(({ conversations }) => conversations.map((each) => each.conversation.id))).toEqual([
      ['2', '3'],
    ])
    expect(pages.map(({ leftOut, total }) => [leftOut, total])).toEqual([[2, 4]])
  })

  it('skips and reports a hit that has no id or no creation time, and keeps the rest of the page', async () => {
    const good = { ...hit, id: 5, updated_at: 1500 }
    stub.on(route, {
      json: {
        conversations: [{ ...hit, id: null }, { ...hit, created_at: null }, null, 'x', good],
        total_count: 5,
      },
    })
    const { pages, logs } = await idsOf()
    expect(pages).toEqual([['5']])
    expect(logs.filter(({ level }) => level === 'warn').map(({ fields }) => fields)).toEqual([
      { id: null },
      { id: '7016' },
      { id: null },
      { id: null },
    ])
  })

  it('reports once when the order is not the one asked for, and loses nothing', async () => {
    stub.on(
      route,
      aPage(['1'], cursorTo('a'), 1600),
      aPage(['2'], cursorTo('b'), 1500),
      aPage(['3'], null, 1400),
    )
    const { pages, logs } = await idsOf()
    expect(pages).toEqual([['1'], ['2'], ['3']])
    expect(logs.map(({ message }) => message)).toEqual([
      "Intercom's search does not keep to the order asked for",
    ])
  })

  it('asks for smaller pages while the server cannot manage large ones, and grows back', async () => {
    stub.on(
      route,
      gatewayPage,
      anError(504, 'service_unavailable'),
      ...[1, 2, 3, 4, 5].map((n) => aPage([n], cursorTo(`cursor ${n}`))),
      aPage([6], null),
    )
    const { pages } = await idsOf()
    expect(pages.flat()).toEqual(['1', '2', '3', '4', '5', '6'])
    const sizes = stub.requests.map(
      ({ json }) => (json as { pagination: { per_page: number } }).pagination.per_page,
    )
    expect(sizes).toEqual([150, 50, 16, 16, 16, 32, 32, 32])
  })

  it('never asks for more than 150 or less than one', async () => {
    stub.on(route, aPage([], null), aPage([], null))
    await idsOf({ pageSize: 1000 })
    await idsOf({ pageSize: 0 })
    expect(stub.requests.map(({ json }) => json)).toMatchObject([
      { pagination: { per_page: 150 } },
      { pagination: { per_page: 1 } },
    ])
  })
})

describe('searchOpenConversations', () => {
  it('asks for what is open or snoozed, whatever its age, and follows the cursor', async () => {
    stub.on(route, aPage(['1', '2'], cursorTo('abc')), aPage(['3'], null))
    const pages = await collect(createTestClient(stub.url).client.searchOpenConversations())
    expect(pages.flatMap(({ conversations }) => conversations.map((each) => each.conversation.id))).toEqual([
      '1',
      '2',
      '3',
    ])
    expect(stub.requests[0]?.json).toEqual({
      query: { field: 'state', operator: 'IN', value: ['open', 'snoozed'] },
      pagination: { per_page: 150 },
      sort: { field: 'updated_at', order: 'ascending' },
    })
  })
})

describe('countConversations', () => {
  it('asks for one hit and returns the total', async () => {
    stub.on(route, aPage(['1'], cursorTo('abc')))
    const { client } = createTestClient(stub.url)
    expect(await client.countConversations(window)).toBe(3)
    expect(stub.requests[0]?.json).toMatchObject({ pagination: { per_page: 1 } })
  })
})
