import { describe, expect, it } from 'vitest'
import { drawFaults } from '../../src/simulator/fault-mixture'
import type { FaultRule } from '../../src/simulator/faults'
import type { Simulator } from '../../src/simulator/server'
import type { WireThread } from '../../src/simulator/wire/wire-types'
import { ask, startTestSimulator, testNow } from '../helpers/simulator'

interface Page {
  conversations: {
    id: string
    updated_at: number
    statistics: object | null
    admin_assignee_id: number | null
  }[]
  total_count: number
  pages: { next?: { starting_after: string } | null }
}

const everything = { field: 'updated_at', operator: '>', value: 0 }

async function search(
  simulator: Simulator,
  { after, perPage = 20, query = everything }: { after?: string; perPage?: number; query?: object } = {},
) {
  const { status, json } = await ask(simulator, '/conversations/search', {
    query,
    sort: { field: 'updated_at', order: 'ascending' },
    pagination: { per_page: perPage, ...(after === undefined ? {} : { starting_after: after }) },
  })
  const page = json as Page
  return {
    status,
    ids: page?.conversations?.map(({ id }) => id) ?? [],
    next: page?.pages?.next?.starting_after,
    page,
  }
}

async function searchAll(simulator: Simulator, perPage = 20, mostPages = 40): Promise<string[]> {
  const found: string[] = []
  let after: string | undefined
  for (let pages = 0; pages < mostPages; pages++) {
    const { ids, next } = await search(simulator, { perPage, ...(after === undefined ? {} : { after }) })
    found.push(...ids)
    if (next === undefined) break
    after = next
  }
  return found
}

async function getThread(simulator: Simulator, id: string): Promise<WireThread> {
  return (await ask(simulator, `/conversations/${id}`)).json as WireThread
}

const frozen = (...rules: FaultRule[]) => startWith({ clock: 'frozen' }, ...rules)

async function startWith(options: object, ...rules: FaultRule[]): Promise<Simulator> {
  const simulator = await startTestSimulator({ size: 60, ...options })
  simulator.setFaults(...rules)
  return simulator
}

describe('late copies', () => {
  it('index_lag: search hears of changes, new and deleted conversations later than GET', async () => {
    const simulator = await frozen({ fault: 'index_lag', amount: 60 })
    const [changed = '', deleted = ''] = simulator.world.ids()
    simulator.clock.advance(10)
    simulator.change.reply(changed, { text: 'Any news?' })
    simulator.change.delete(deleted)
    const created = simulator.change.create()
    const since = { field: 'updated_at', operator: '>', value: testNow }
    expect((await search(simulator, { query: since })).ids).toEqual([])
    expect(await searchAll(simulator)).toContain(deleted)
    expect((await getThread(simulator, changed)).updated_at).toBe(testNow + 10)
    expect((await ask(simulator, `/conversations/${deleted}`)).status).toBe(404)
    simulator.clock.advance(60)
    expect((await search(simulator, { query: since })).ids).toEqual([changed, created])
    expect(await searchAll(simulator)).not.toContain(deleted)
  })

  it('index_lag: without it search is up to date at once', async () => {
    const simulator = await frozen({ fault: 'index_lag', amount: 60 })
    const created = simulator.change.create()
    expect(await searchAll(simulator)).not.toContain(created)
    simulator.setFaults()
    expect(await searchAll(simulator)).toContain(created)
  })

  it('thread_lag: GET answers as it stood, and does not know what is younger', async () => {
    const simulator = await frozen({ fault: 'thread_lag', amount: 30 })
    const [changed = ''] = simulator.world.ids()
    const before = await getThread(simulator, changed)
    simulator.clock.advance(5)
    simulator.change.reply(changed, { text: 'Any news?' })
    const created = simulator.change.create()
    expect(await getThread(simulator, changed)).toEqual(before)
    expect((await ask(simulator, `/conversations/${created}`)).status).toBe(404)
    expect(await searchAll(simulator)).toContain(created)
    simulator.clock.advance(30)
    expect((await getThread(simulator, changed)).updated_at).toBe(testNow + 5)
    expect((await ask(simulator, `/conversations/${created}`)).status).toBe(200)
  })

  it('thread_behind: GET names an older updated_at than the hit', async () => {
    const simulator = await frozen({ fault: 'thread_behind', amount: 5 })
    const { page } = await search(simulator, { perPage: 1 })
    const [hit] = page.conversations
    expect((await getThread(simulator, hit?.id ?? '')).updated_at).toBe((hit?.updated_at ?? 0) - 5)
  })
})

describe('pages of a search', () => {
  it('unsorted: everything once and in no order', async () => {
    const simulator = await frozen()
    const sorted = await searchAll(simulator)
    simulator.setFaults({ fault: 'unsorted' })
    const found = await searchAll(simulator)
    expect(found).not.toEqual(sorted)
    expect([...found].sort()).toEqual([...sorted].sort())
    expect(await searchAll(simulator)).toEqual(found)
  })

  it('drifting_totals: another count on each page', async () => {
    const simulator = await frozen({ fault: 'drifting_totals', amount: 3, seed: 4 })
    const totals: number[] = []
    for (let turn = 0; turn < 12; turn++) totals.push((await search(simulator)).page.total_count)
    expect(Math.min(...totals)).toBe(57)
    expect(Math.max(...totals)).toBe(63)
  })

  it('repeated_cursor: the second page leads to itself', async () => {
    const simulator = await frozen({ fault: 'repeated_cursor' })
    const first = await search(simulator)
    const second = await search(simulator, { after: first.next ?? '' })
    expect(second.next).toBe(first.next)
    expect((await search(simulator, { after: second.next ?? '' })).ids).toEqual(second.ids)
  })

  it('repeated_hits: a page begins with the end of the one before', async () => {
    const simulator = await frozen({ fault: 'repeated_hits', amount: 2 })
    const first = await search(simulator)
    const second = await search(simulator, { after: first.next ?? '' })
    expect(second.ids.slice(0, 2)).toEqual(first.ids.slice(-2))
    expect(new Set(await searchAll(simulator)).size).toBe(60)
  })

  it('dropped_hits: counted and not sent', async () => {
    const simulator = await frozen({ fault: 'dropped_hits', amount: 50 })
    const { ids, page } = await search(simulator, { perPage: 60 })
    expect(page.total_count).toBe(60)
    expect(ids.length).toBeGreaterThan(10)
    expect(ids.length).toBeLessThan(50)
  })

  it('slow_pages: a long page is a time-out of the gateway, a short one an answer', async () => {
    const simulator = await frozen({ fault: 'slow_pages', amount: 10 })
    expect((await search(simulator, { perPage: 11 })).status).toBe(504)
    expect((await search(simulator, { perPage: 10 })).ids).toHaveLength(10)
  })

  it('short_pages: fewer rows than were asked for, and nothing left out', async () => {
    const simulator = await frozen({ fault: 'short_pages', amount: 7 })
    const { ids, page } = await search(simulator, { perPage: 20 })
    expect([ids.length, page.total_count]).toEqual([7, 60])
    expect(new Set(await searchAll(simulator)).size).toBe(60)
  })

  it('inclusive_bounds: > and < include their bounds', async () => {
    const simulator = await frozen()
    const newest = (await searchAll(simulator)).at(-1) ?? ''
    const at = (await getThread(simulator, newest)).updated_at
    const query = { field: 'updated_at', operator: '>', value: at }
    expect((await search(simulator, { query })).ids).toEqual([])
    simulator.setFaults({ fault: 'inclusive_bounds' })
    expect((await search(simulator, { query })).ids).toEqual([newest])
  })
})

describe('shapes', () => {
  it('part_cap: the newest parts only, and the true number', async () => {
    const simulator = await frozen({ fault: 'part_cap', amount: 2 })
    const [id = ''] = simulator.world.ids()
    const held = simulator.world.conversation(id)?.conversation_parts
    const sent = (await getThread(simulator, id)).conversation_parts
    expect(sent.total_count).toBe(held?.total_count)
    expect(sent.conversation_parts).toEqual(held?.conversation_parts.slice(-2))
  })

  it('null_details and null_assignees: what may be absent is null', async () => {
    const simulator = await frozen({ fault: 'null_details' }, { fault: 'null_assignees' })
    const { conversations } = (await search(simulator, { perPage: 60 })).page
    expect(conversations.every(({ statistics }) => statistics === null)).toBe(true)
    const assignees = new Set(conversations.map(({ admin_assignee_id }) => admin_assignee_id))
    expect([assignees.has(null), assignees.has(0)]).toEqual([true, false])
    const thread = await getThread(simulator, simulator.world.ids()[0] ?? '')
    expect([thread.statistics, thread.conversation_rating, thread.teammates]).toEqual([null, null, null])
  })

  it('unknown_shapes: other types and more fields around the same words', async () => {
    const simulator = await frozen()
    const [id = ''] = simulator.world.ids()
    const known = await getThread(simulator, id)
    simulator.setFaults({ fault: 'unknown_shapes' })
    const thread = await getThread(simulator, id)
    const bodiesOf = (each: WireThread) => each.conversation_parts.conversation_parts.map(({ body }) => body)
    expect(bodiesOf(thread)).toEqual(bodiesOf(known))
    const types = thread.conversation_parts.conversation_parts.map(({ part_type }) => part_type)
    expect(new Set(types)).toEqual(new Set(['voice_memo', 'custom_action_scheduled']))
    expect(thread).toMatchObject({ priority: 'critical', monitors: [] })
  })

  it('strike only the conversations that they name', async () => {
    const simulator = await frozen()
    const answered = simulator.world.ids().filter((id) => simulator.world.listItem(id)?.statistics)
    const [first = '', second = ''] = answered
    simulator.setFaults({ fault: 'null_details', ids: [first] })
    expect((await getThread(simulator, first)).statistics).toBeNull()
    expect((await getThread(simulator, second)).statistics).not.toBeNull()
    const { conversations } = (await search(simulator, { perPage: 60 })).page
    expect(conversations.find(({ id }) => id === first)?.statistics).toBeNull()
    expect(conversations.find(({ id }) => id === second)?.statistics).not.toBeNull()
  })
})

describe('what happens meanwhile', () => {
  it('changes_while_reading: the same changes each time that it is switched on', async () => {
    const run = async () => {
      const simulator = await frozen({ fault: 'changes_while_reading', amount: 4 })
      for (let turn = 0; turn < 10; turn++) {
        simulator.clock.advance(1)
        await ask(simulator, '/me')
      }
      return [...simulator.world.conversations()]
    }
    const first = await run()
    const untouched = await frozen()
    expect(first).not.toEqual([...untouched.world.conversations()])
    expect(await run()).toEqual(first)
  })

  it('bulk_update: many conversations share a second, over the edge of a page', async () => {
    const simulator = await frozen({ fault: 'bulk_update', amount: 30, times: 1 })
    simulator.clock.advance(7)
    await ask(simulator, '/me')
    const first = await search(simulator, { perPage: 45 })
    const second = await search(simulator, { perPage: 45, after: first.next ?? '' })
    const moments = [first, second].map(({ page }) => page.conversations.map((each) => each.updated_at))
    expect([moments[0]?.at(-1), moments[1]?.[0]]).toEqual([testNow + 7, testNow + 7])
    expect(new Set([...first.ids, ...second.ids]).size).toBe(60)
  })
})

describe('the connection', () => {
  it('shared_rate_limit: another app uses up the limit', async () => {
    const simulator = await startWith(
      { clock: 'frozen', rateLimit: 10 },
      { fault: 'shared_rate_limit', amount: 3 },
    )
    const answers = [await ask(simulator, '/me'), await ask(simulator, '/me'), await ask(simulator, '/me')]
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['6', '2', '0'])
    expect((await ask(simulator, '/me')).status).toBe(429)
  })

  it('no_rate_headers: nothing is said of the limit', async () => {
    const simulator = await frozen({ fault: 'no_rate_headers' })
    const { status, headers } = await ask(simulator, '/me')
    expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-reset')]).toEqual([
      200,
      null,
      null,
    ])
  })

  it('wrong_date: the Date header goes ahead of the times in the answers', async () => {
    const simulator = await frozen({ fault: 'wrong_date', amount: 90 })
    const { headers } = await ask(simulator, '/me')
    expect(Date.parse(headers.get('date') ?? '')).toBe((testNow + 90) * 1000)
  })

  it('no_answer: the connection stays open until the client gives up', async () => {
    const simulator = await frozen({ fault: 'no_answer', times: 1 })
    const client = new AbortController()
    const asked = fetch(`${simulator.url}/me`, { signal: client.signal })
    while (simulator.requests.mostInFlight === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    client.abort()
    await expect(asked).rejects.toThrow('aborted')
    expect((await ask(simulator, '/me')).status).toBe(200)
  })
})

describe('a mixture', () => {
  it('is the same for the same seed', () => {
    expect(drawFaults('a')).toEqual(drawFaults('a'))
    expect(drawFaults('a')).not.toEqual(drawFaults('b'))
  })

  it('draws every kind of fault sooner or later, two to six at a time', () => {
    const mixtures = Array.from({ length: 300 }, (_, seed) => drawFaults(seed))
    expect(new Set(mixtures.map(({ length }) => length))).toEqual(new Set([2, 3, 4, 5, 6]))
    const drawn = new Set(mixtures.flat().map(({ fault }) => fault))
    for (const fault of ['index_lag', 'unsorted', 'part_cap', 'wrong_date', 'bulk_update', 'plan_restricted'])
      expect(drawn).toContain(fault)
  })

  it('is switched on while the simulator runs', async () => {
    const simulator = await startTestSimulator({ size: 30 })
    simulator.setFaults(...drawFaults(3))
    simulator.setFaults()
    expect((await search(simulator)).ids).toHaveLength(20)
  })
})
