import { describe, expect, it } from 'vitest'
import type { Simulator } from '../../src/simulator/server'
import { ask, startTestSimulator } from '../helpers/simulator'

interface ContactWire {
  id: string
  created_at: number
  role: string
  name: string
}
interface List {
  data: ContactWire[]
  total_count: number
  pages: { next?: { starting_after: string } }
}

async function search(
  simulator: Simulator,
  query: object,
  more: object = {},
  version = '2.16',
): Promise<List> {
  const body = { query, pagination: { per_page: 150 }, ...more }
  return (await ask(simulator, '/contacts/search', body, { 'intercom-version': version })).json as List
}

async function everybody(simulator: Simulator): Promise<ContactWire[]> {
  const people: ContactWire[] = []
  let after = ''
  do {
    const { json } = await ask(simulator, `/contacts?per_page=37&starting_after=${encodeURIComponent(after)}`)
    const list = json as List
    people.push(...list.data)
    after = list.pages.next?.starting_after ?? ''
  } while (after !== '')
  return people
}

describe('contacts', () => {
  it('are listed once each, merged ones left out', async () => {
    const simulator = await startTestSimulator({ size: 200 })
    const { people } = simulator.world.stage
    const listed = await everybody(simulator)
    const merged = Math.floor(people.count / 50)
    expect(listed).toHaveLength(people.count - merged)
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length)
    expect(merged).toBeGreaterThan(0)
  })

  it('are found by a list of ids, those who exist', async () => {
    const simulator = await startTestSimulator()
    const { people } = simulator.world.stage
    const [one, two] = [people.idOf(3), people.idOf(8)]
    const found = await search(simulator, {
      field: 'id',
      operator: 'IN',
      value: [one, two, people.idOf(49), 'x'],
    })
    expect(found.data.map(({ id }) => id).sort()).toEqual([one, two].sort())
  })

  it('answer 410 with a link once merged, and the link leads on', async () => {
    const simulator = await startTestSimulator()
    const { people } = simulator.world.stage
    const [from, into] = [people.idOf(3), people.idOf(8)]
    simulator.change.mergeContacts(from, into)
    const gone = await ask(simulator, `/contacts/${from}`)
    expect(gone.status).toBe(410)
    expect(gone.json).toMatchObject({ errors: [{ code: 'contact_merged' }] })
    expect(gone.headers.get('link')).toBe(`</contacts/${into}>; rel="canonical"`)
    expect((await ask(simulator, `/contacts/${into}`)).json).toMatchObject({ id: into, type: 'contact' })
    expect((await ask(simulator, '/contacts/ffff')).status).toBe(404)
  })

  it('a conversation names the contact that a merged one became, its old message the old id', async () => {
    const simulator = await startTestSimulator()
    const { people } = simulator.world.stage
    const id = simulator.change.create({ contact: 3 })
    simulator.change.mergeContacts(people.idOf(3), people.idOf(8))
    const conversation = simulator.world.conversation(id)
    expect(conversation?.contacts.contacts[0]?.id).toBe(people.idOf(8))
    expect(conversation?.source.author.id).toBe(people.idOf(3))
  })
})

describe('dates of contacts', () => {
  // In New York the 10th of January 2025 lasts from 05:00 UTC to 05:00 UTC.
  const dayStart = Date.UTC(2025, 0, 10, 5) / 1000
  const dayEnd = dayStart + 86_400
  const noon = dayStart + 43_200
  const byDay = (operator: string) => ({ field: 'created_at', operator, value: noon })

  it('are whole days of the workspace up to version 2.16', async () => {
    const simulator = await startTestSimulator({ size: 4000, timezone: 'America/New_York' })
    const times = (await everybody(simulator)).map((contact) => contact.created_at)
    const count = (test: (time: number) => boolean) => times.filter(test).length
    expect(count((time) => time >= dayStart && time < dayEnd)).toBeGreaterThan(1)
    expect((await search(simulator, byDay('>'))).total_count).toBe(count((time) => time >= dayEnd))
    expect((await search(simulator, byDay('<'))).total_count).toBe(count((time) => time < dayStart))
    expect((await search(simulator, byDay('='))).total_count).toBe(
      count((time) => time >= dayStart && time < dayEnd),
    )
    expect((await search(simulator, byDay('>'), {}, '2.17')).total_count).toBe(count((time) => time > noon))
  })

  it.each(['>=', '<=', '!=', 'IN', 'NIN'])('do not take %s', async (operator) => {
    const simulator = await startTestSimulator()
    const value = operator.includes('IN') ? [noon] : noon
    const { status } = await ask(simulator, '/contacts/search', {
      query: { field: 'created_at', operator, value },
    })
    expect(status).toBe(400)
  })

  it('the day the clocks change has 23 hours', async () => {
    const { zone } = (await startTestSimulator({ timezone: 'America/New_York' })).world.stage
    const start = zone.dayStart(Date.UTC(2025, 2, 9, 18) / 1000)
    expect(start).toBe(Date.UTC(2025, 2, 9, 5) / 1000)
    expect(zone.nextDayStart(start)).toBe(Date.UTC(2025, 2, 10, 4) / 1000)
  })
})

describe('sort of contacts', () => {
  const query = { field: 'role', operator: '=', value: 'user' }

  it('is descending by default, ascending when asked', async () => {
    const simulator = await startTestSimulator()
    const down = (await search(simulator, query)).data.map((contact) => contact.created_at)
    expect(down).toEqual([...down].sort((a, b) => b - a))
    const sort = { field: 'created_at', order: 'ascending' }
    const up = (await search(simulator, query, { sort })).data.map((contact) => contact.created_at)
    expect(up).toEqual([...down].reverse())
  })

  it('takes short words in older versions only', async () => {
    const simulator = await startTestSimulator()
    const body = { query, sort: { field: 'created_at', order: 'desc' } }
    const refused = await ask(simulator, '/contacts/search', body)
    expect(refused.status).toBe(400)
    expect(refused.json).toMatchObject({ errors: [{ code: 'invalid_sort_order' }] })
    const older = await ask(simulator, '/contacts/search', body, { 'intercom-version': '2.14' })
    expect(older.status).toBe(200)
  })
})
