import { describe, expect, it } from 'vitest'
import { ask, startTestSimulator, testNow } from '../helpers/simulator'

const codeOf = (json: unknown) => (json as { errors?: { code: string }[] } | null)?.errors?.[0]?.code

describe('the door', () => {
  it('asks for a token', async () => {
    const { url } = await startTestSimulator()
    const response = await fetch(`${url}/me`)
    expect(response.status).toBe(401)
    expect(codeOf(await response.json())).toBe('missing_authorization')
  })

  it.each(['Bearer wrong', 'test-token', 'Bearer test-token='])('refuses %j', async (authorization) => {
    const simulator = await startTestSimulator()
    const { status, json } = await ask(simulator, '/me', undefined, { authorization })
    expect([status, codeOf(json)]).toEqual([401, 'unauthorized'])
  })

  it('takes another token after a change of token', async () => {
    const simulator = await startTestSimulator()
    simulator.setToken('next==')
    expect((await ask(simulator, '/me')).status).toBe(200)
    expect((await ask(simulator, '/me', undefined, { authorization: 'Bearer test-token' })).status).toBe(401)
  })

  it('names the workspace', async () => {
    const simulator = await startTestSimulator({ timezone: 'America/New_York', region: 'EU' })
    const { json } = await ask(simulator, '/me')
    expect(json).toMatchObject({
      type: 'admin',
      app: { id_code: simulator.world.workspace.idCode, timezone: 'America/New_York', region: 'EU' },
    })
  })

  it('answers 404 for an unknown resource, 406 to whoever does not take JSON', async () => {
    const simulator = await startTestSimulator()
    expect((await ask(simulator, '/nowhere')).status).toBe(404)
    expect((await ask(simulator, '/admins', {})).status).toBe(404)
    expect((await ask(simulator, '/nowhere', undefined, { accept: 'text/html' })).status).toBe(406)
  })

  it('refuses a body that is no JSON', async () => {
    const simulator = await startTestSimulator()
    const response = await fetch(`${simulator.url}/conversations/search`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token' },
      body: '{"query":',
    })
    expect([response.status, codeOf(await response.json())]).toEqual([400, 'parameter_invalid'])
  })
})

describe('versions', () => {
  it('echoes the version asked for, or tells its own', async () => {
    const simulator = await startTestSimulator()
    const asked = await ask(simulator, '/me', undefined, { 'intercom-version': '2.11' })
    expect(asked.headers.get('intercom-version')).toBe('2.11')
    expect((await ask(simulator, '/me')).headers.get('intercom-version')).toBe('2.16')
  })

  it('refuses a version that never was, and a resource that came later', async () => {
    const simulator = await startTestSimulator()
    const never = await ask(simulator, '/me', undefined, { 'intercom-version': '3.7' })
    expect([never.status, codeOf(never.json)]).toEqual([400, 'intercom_version_invalid'])
    const later = await ask(simulator, '/conversations/deleted', undefined, { 'intercom-version': '2.15' })
    expect([later.status, codeOf(later.json)]).toEqual([400, 'intercom_version_invalid'])
  })

  it('writes priority and missing assignees as the version does', async () => {
    const simulator = await startTestSimulator()
    const id = simulator.change.create({ text: 'Hello' })
    const read = async (version: string) =>
      (await ask(simulator, `/conversations/${id}`, undefined, { 'intercom-version': version })).json
    expect(await read('2.16')).toMatchObject({ priority: 'none', admin_assignee_id: 0, channel: {} })
    const older = await read('2.14')
    expect(older).toMatchObject({ priority: 'not_priority', admin_assignee_id: null })
    expect(older).not.toHaveProperty('channel')
    expect(older).not.toHaveProperty('company')
  })
})

describe('conversations', () => {
  it('GET returns the thread, with text instead of HTML when asked', async () => {
    const simulator = await startTestSimulator()
    const id = simulator.change.create({ text: 'Fish & chips: see [menu](https://menu.example/)' })
    const part = simulator.change.reply(id, { by: 1, text: '- one\n- two' })
    const html = await ask(simulator, `/conversations/${id}`)
    expect(html.json).toMatchObject({
      source: {
        body: '<p>Fish &amp; chips: see <a href="https://menu.example/" rel="nofollow noopener noreferrer" target="_blank">menu</a></p>',
      },
      conversation_parts: {
        total_count: 1,
        conversation_parts: [{ id: part, body: '<ul><li>one</li><li>two</li></ul>' }],
      },
    })
    const plain = await ask(simulator, `/conversations/${id}?display_as=plaintext`)
    expect(plain.json).toMatchObject({
      source: { body: 'Fish & chips: see menu (https://menu.example/)' },
      conversation_parts: { conversation_parts: [{ body: 'one\ntwo' }] },
    })
  })

  it.each(['1', '215470000001', 'abc', '%E0%A4%A'])('GET of %s is 404', async (id) => {
    const { status, json } = await ask(await startTestSimulator(), `/conversations/${id}`)
    expect([status, codeOf(json)]).toEqual([404, 'not_found'])
  })

  it('the list pages through everything, latest update first', async () => {
    const simulator = await startTestSimulator()
    const ids: string[] = []
    let path = '/conversations?per_page=50'
    for (let page = 1; page <= 3; page++) {
      const { json } = await ask(simulator, path)
      const { conversations, pages } = json as {
        conversations: { id: string }[]
        pages: { next?: { starting_after: string } }
      }
      ids.push(...conversations.map(({ id }) => id))
      path = `/conversations?per_page=50&starting_after=${encodeURIComponent(pages.next?.starting_after ?? '')}`
    }
    expect(new Set(ids)).toEqual(new Set(simulator.world.ids()))
    expect(ids).toHaveLength(120)
  })

  it('deleted ones are listed by pages whose next is an address', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen' })
    const [first = '', second = ''] = simulator.world.ids()
    simulator.change.delete(first)
    simulator.clock.advance(10)
    simulator.change.delete(second, { metricsRetained: false })
    const { json } = await ask(simulator, '/conversations/deleted?per_page=1')
    expect(json).toEqual({
      type: 'conversations.list',
      total_count: 4,
      pages: {
        type: 'pages',
        next: `${simulator.url}/conversations/deleted?per_page=1&order=desc&page=2`,
        page: 1,
        per_page: 1,
        total_pages: 4,
      },
      conversations: [
        { type: 'conversation', id: second, metrics_retained: false, deleted_at: testNow + 10 },
      ],
    })
    const next = await ask(simulator, '/conversations/deleted?per_page=1&order=desc&page=2')
    expect(next.json).toMatchObject({ conversations: [{ id: first, deleted_at: testNow }] })
    const last = await ask(simulator, '/conversations/deleted?per_page=1&order=desc&page=4')
    expect(last.json).toMatchObject({ pages: { next: null } })
  })
})

describe('people and labels', () => {
  it('come in lists of their own, the admin who left not among them', async () => {
    const simulator = await startTestSimulator()
    const { admins, teams, tags } = simulator.world.stage.staff
    const listed = (await ask(simulator, '/admins')).json as { admins: { id: string }[] }
    expect(listed.admins.map(({ id }) => id)).toEqual(admins.filter((a) => !a.deleted).map(({ id }) => id))
    expect((await ask(simulator, '/teams')).json).toMatchObject({
      teams: teams.map(({ id, name }) => ({ id, name })),
    })
    expect((await ask(simulator, '/tags')).json).toMatchObject({
      data: tags.map(({ id, name }) => ({ id, name })),
    })
  })
})

describe('the log of requests', () => {
  it('counts by endpoint and status and keeps what was asked', async () => {
    const simulator = await startTestSimulator()
    await ask(simulator, '/me')
    await ask(simulator, '/conversations/1')
    await ask(simulator, '/contacts/search', { query: { field: 'id', operator: 'IN', value: [] } })
    expect(simulator.requests.total).toBe(3)
    expect(simulator.requests.count('conversations.get')).toBe(1)
    expect(simulator.requests.byStatus).toEqual({ 200: 2, 404: 1 })
    expect(simulator.requests.recent[2]).toMatchObject({
      method: 'POST',
      path: '/contacts/search',
      status: 200,
      body: { query: { field: 'id', operator: 'IN', value: [] } },
    })
    simulator.requests.reset()
    expect(simulator.requests.total).toBe(0)
  })
})
