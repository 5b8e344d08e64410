import { describe, expect, it } from 'vitest'
import type { SearchWindow } from '../../src/intercom/api'
import { startTestSimulator, testNow } from '../helpers/simulator'
import { collect, createTestClient } from './test-client'

type Simulator = Awaited<ReturnType<typeof startTestSimulator>>

const wholeHistory: SearchWindow = {
  timeframe: { start: 0, end: testNow + 1 },
  field: 'created_at',
  order: 'ascending',
  pageSize: 25,
}

/** The client's waits move the simulator's clock on, so that windows end without anybody waiting. */
function aClient(simulator: Simulator) {
  return createTestClient(simulator.url, {
    token: simulator.token,
    now: () => simulator.clock.nowMs(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      simulator.clock.advance(ms / 1000)
    },
  }).client
}

async function searchIds(simulator: Simulator, window: Partial<SearchWindow> = {}): Promise<string[]> {
  const pages = await collect(aClient(simulator).searchConversations({ ...wholeHistory, ...window }))
  return pages.flatMap((page) => page.conversations.map(({ conversation }) => conversation.id))
}

const sorted = (ids: Iterable<string>) => [...ids].sort((a, b) => Number(a) - Number(b))

describe('against the simulator', () => {
  it('finds every conversation once, page by page', async () => {
    const simulator = await startTestSimulator({ size: 130, clock: 'frozen' })
    expect(sorted(await searchIds(simulator))).toEqual(sorted(simulator.world.ids()))
    expect(simulator.requests.count('conversations.search')).toBe(6)
  })

  it.each(['strict', 'inclusive'] as const)('cuts windows exactly when > is %s', async (comparison) => {
    const simulator = await startTestSimulator({ size: 80, clock: 'frozen', comparison })
    const edge = simulator.world.conversation(simulator.world.ids()[40] ?? '')?.created_at ?? 0
    const before = await searchIds(simulator, { timeframe: { start: 0, end: edge } })
    const after = await searchIds(simulator, { timeframe: { start: edge, end: testNow + 1 } })
    expect(after[0]).toBe(simulator.world.ids()[40])
    expect(sorted([...before, ...after])).toEqual(sorted(simulator.world.ids()))
  })

  it('reads every thread in full', async () => {
    const simulator = await startTestSimulator({ size: 40, clock: 'frozen' })
    const client = aClient(simulator)
    const fetched = await Promise.all(simulator.world.ids().map((id) => client.fetchConversation(id)))
    for (const { conversation, messages } of fetched) {
      const saying = messages.filter(({ text }) => text !== null).map(({ id }) => id)
      expect(saying.sort()).toEqual(
        simulator.world
          .messages(conversation.id)
          .map(({ id }) => id)
          .sort(),
      )
    }
  })

  it('knows that a thread of more than 500 parts is cut', async () => {
    const simulator = await startTestSimulator({ size: 20, clock: 'frozen', longThreadParts: 620 })
    const { messages, thread } = await aClient(simulator).fetchConversation(
      simulator.world.longThreadId ?? '',
    )
    expect(thread).toEqual({ partsTotal: 620 })
    expect(messages).toHaveLength(501)
  })

  it('names the workspace, its people and its tags', async () => {
    const simulator = await startTestSimulator({ size: 20, clock: 'frozen' })
    const client = aClient(simulator)
    expect((await client.fetchMe()).workspace).toMatchObject({ timezone: 'Europe/Dublin', region: 'US' })
    const { admins, teams, tags } = simulator.world.stage.staff
    expect(await client.listAdmins()).toHaveLength(admins.length - 1)
    expect(await client.listTeams()).toHaveLength(teams.length)
    expect(await client.listTags()).toHaveLength(tags.length)
  })

  it('loses nothing under a limit of nine requests per window', async () => {
    const simulator = await startTestSimulator({ size: 100, clock: 'frozen', rateLimit: 9 })
    const client = aClient(simulator)
    const fetched = await Promise.all(simulator.world.ids().map((id) => client.fetchConversation(id)))
    expect(fetched.map(({ conversation }) => conversation.id)).toEqual(simulator.world.ids())
    expect(client.requestCounts()).toEqual({ sent: 100, rateLimited: 0 })
  })

  it('loses nothing in a burst of refusals', async () => {
    const simulator = await startTestSimulator({ size: 60, clock: 'frozen' })
    simulator.setFaults({ fault: 'rate_limited', endpoints: ['conversations.get'], after: 5, times: 12 })
    const client = aClient(simulator)
    const fetched = await Promise.all(simulator.world.ids().map((id) => client.fetchConversation(id)))
    expect(fetched.map(({ conversation }) => conversation.id)).toEqual(simulator.world.ids())
    expect(client.requestCounts().rateLimited).toBe(12)
  })

  it.each(['bad_gateway', 'server_error_html', 'empty_body', 'not_json', 'connection_dropped'] as const)(
    'gets through two times %s in the middle of a search',
    async (fault) => {
      const simulator = await startTestSimulator({ size: 90, clock: 'frozen' })
      simulator.setFaults({ fault, endpoints: ['conversations.search'], after: 1, times: 2 })
      expect(sorted(await searchIds(simulator))).toEqual(sorted(simulator.world.ids()))
    },
  )

  it.each([
    ['token_revoked', 'unauthorised'],
    ['missing_scope', 'missing_scope'],
    ['plan_restricted', 'plan'],
    ['gateway_timeout', 'server'],
  ] as const)('tells %s as %s', async (fault, kind) => {
    const simulator = await startTestSimulator({ size: 10, clock: 'frozen' })
    simulator.setFaults({ fault })
    await expect(aClient(simulator).listTags()).rejects.toMatchObject({ kind })
  })

  it('tells that it is down, and goes on when it is back', async () => {
    const simulator = await startTestSimulator({ size: 10, clock: 'frozen' })
    const client = aClient(simulator)
    await simulator.goDown()
    await expect(client.fetchMe()).rejects.toMatchObject({ kind: 'network' })
    await simulator.comeBack()
    expect((await client.fetchMe()).workspace.name).not.toBe('')
  })

  it('sees deletions, redactions and merged contacts', async () => {
    const simulator = await startTestSimulator({ size: 30, clock: 'frozen' })
    const client = aClient(simulator)
    const [first = '', second = '', third = ''] = simulator.world.ids()
    simulator.change.delete(first)
    simulator.change.redact(second)
    const [from = ''] = (await client.fetchConversation(third)).conversation.contactIds
    const [into = ''] = (await client.fetchConversation(second)).conversation.contactIds
    simulator.change.mergeContacts(from, into)

    await expect(client.fetchConversation(first)).rejects.toMatchObject({ kind: 'not_found' })
    const deleted = (await collect(client.listDeleted())).flat()
    expect(deleted.map(({ conversationId }) => conversationId)).toContain(first)
    expect((await client.fetchConversation(second)).messages[0]).toMatchObject({ redacted: true })
    expect((await client.fetchContact(from)).id).toBe(into)
    expect((await client.fetchContacts([from, into])).map(({ id }) => id)).toEqual([into])
  })

  it("takes the time from Intercom's clock", async () => {
    const simulator = await startTestSimulator({ size: 10, clock: 'frozen' })
    const client = createTestClient(simulator.url, { token: simulator.token }).client
    await client.fetchMe()
    expect(client.now()).toBe(testNow)
  })
})
