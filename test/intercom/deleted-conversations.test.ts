import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anError, gatewayPage, type StubIntercom, startStubIntercom } from '../helpers/stub-intercom'
import { collect, createTestClient } from './test-client'

let stub: StubIntercom
beforeEach(async () => {
  stub = await startStubIntercom()
})
afterEach(() => stub.close())

const route = 'GET /conversations/deleted'

describe('listDeleted', () => {
  const item = (id: string, deleted_at: number) => ({
    type: 'conversation',
    id,
    metrics_retained: true,
    deleted_at,
  })

  it("follows the query of the next page's address on our own host only", async () => {
    stub.on(
      route,
      {
        json: {
          conversations: [item('3', 300), item('2', 200)],
          pages: { next: 'https://elsewhere.example/steal?per_page=60&order=desc&page=2' },
        },
      },
      { json: { conversations: [item('1', 100)], pages: { next: null } } },
    )
    const pages = await collect(createTestClient(stub.url).client.listDeleted())
    expect(pages).toEqual([
      [
        { conversationId: '3', deletedAt: 300 },
        { conversationId: '2', deletedAt: 200 },
      ],
      [{ conversationId: '1', deletedAt: 100 }],
    ])
    expect(stub.requests.map(({ query }) => query)).toEqual([
      { per_page: '60', order: 'desc' },
      { per_page: '60', order: 'desc', page: '2' },
    ])
  })

  it('ends when a page repeats', async () => {
    const page = {
      conversations: [item('3', 300)],
      pages: { next: 'https://api.intercom.io/conversations/deleted?page=2' },
    }
    stub.on(route, { json: page }, { json: page })
    expect(await collect(createTestClient(stub.url).client.listDeleted())).toHaveLength(1)
  })

  it('yields nothing where the API version has no such list', async () => {
    stub.on(route, anError(400, 'intercom_version_invalid'))
    expect(await collect(createTestClient(stub.url).client.listDeleted())).toEqual([])
  })

  it('says so when a page brought nothing new although there are more', async () => {
    const page = {
      conversations: [item('3', 300)],
      pages: { next: 'https://api.intercom.io/conversations/deleted?page=2' },
    }
    stub.on(route, { json: page }, { json: page })
    const { client, logs } = createTestClient(stub.url)
    await collect(client.listDeleted())
    expect(logs.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'A page of deleted conversations brought nothing new; the list ends here'],
    ])
  })

  it('goes on with a cursor where one is named', async () => {
    stub.on(
      route,
      { json: { conversations: [item('2', 200)], pages: { next: { starting_after: 'abc' } } } },
      { json: { conversations: [item('1', 100)], pages: {} } },
    )
    expect(await collect(createTestClient(stub.url).client.listDeleted())).toHaveLength(2)
    expect(stub.requests[1]?.query).toEqual({ per_page: '60', order: 'desc', starting_after: 'abc' })
  })

  it('asks for smaller pages while the server cannot manage large ones, from the same place on', async () => {
    const pages = [gatewayPage, 'half', anError(504, 'server_error'), 'half', 'half', 'half', 'end']
    stub.always(route, ({ query }) => {
      const answer = pages.shift() ?? 'end'
      if (typeof answer === 'object') return answer
      const [page, size] = [Number(query.page ?? 1), Number(query.per_page)]
      const next = answer === 'end' ? null : `https://x.example/?per_page=${size}&order=desc&page=${page + 1}`
      const from = (page - 1) * size
      const conversations = Array.from({ length: size }, (_, n) => item(`${from + n}`, 10_000 - from - n))
      return { json: { conversations, pages: { next } } }
    })
    const deleted = (await collect(createTestClient(stub.url).client.listDeleted())).flat()
    const asked = stub.requests.map(({ query }) => `${query.per_page} from ${query.page ?? 1}`)
    expect(asked).toEqual([
      '60 from 1',
      '20 from 1',
      '20 from 2',
      '5 from 5',
      '5 from 6',
      '5 from 7',
      '5 from 8',
    ])
    expect(deleted.map(({ conversationId }) => Number(conversationId))).toEqual(
      Array.from({ length: 40 }, (_, n) => n),
    )
  })

  it('comes down to single rows', async () => {
    stub.always(route, ({ query }) =>
      query.per_page === '1' ? { json: { conversations: [item('1', 100)], pages: {} } } : gatewayPage,
    )
    expect(await collect(createTestClient(stub.url).client.listDeleted())).toHaveLength(1)
    expect(stub.requests.map(({ query }) => query.per_page)).toEqual(['60', '20', '5', '1'])
  })
})
