import type { ValidateFunction } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../src/simulator/server'
import { loadOpenapi, openapiIsPresent, openapiPath } from '../helpers/openapi'
import { testNow } from '../helpers/simulator'

if (!openapiIsPresent) {
  process.stderr.write(`Not checked against Intercom's description: ${openapiPath} is absent.\n`)
}

describe.skipIf(!openapiIsPresent)("answers follow Intercom's own description", () => {
  let validatorOf: ReturnType<typeof loadOpenapi>
  let simulator: Simulator

  beforeAll(async () => {
    validatorOf = loadOpenapi()
    simulator = await startSimulator({ size: 300, now: testNow, token: 'test-token', longThreadParts: 520 })
  })
  afterAll(() => simulator.close())

  async function ask(
    path: string,
    body?: object,
    token = 'test-token',
  ): Promise<{ status: number; json: unknown }> {
    const response = await fetch(simulator.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'intercom-version': '2.16', accept: 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: await response.json() }
  }

  function expectValid(validate: ValidateFunction, json: unknown): void {
    validate(json)
    expect(validate.errors?.slice(0, 3) ?? []).toEqual([])
  }

  it.each([
    ['/me', '/me'],
    ['/admins', '/admins'],
    ['/teams', '/teams'],
    ['/tags', '/tags'],
    ['/conversations', '/conversations?per_page=150'],
    ['/conversations/deleted', '/conversations/deleted?per_page=2'],
    ['/contacts', '/contacts?per_page=150'],
  ])('GET %s', async (path, address) => {
    const { status, json } = await ask(address)
    expect(status).toBe(200)
    expectValid(validatorOf(path, 'get', 200), json)
  })

  it('the check itself finds a misspelt field and a wrong type', async () => {
    const validate = validatorOf('/conversations/{conversation_id}', 'get', 200)
    const id = simulator.world.ids()[0]
    const conversation = (await ask(`/conversations/${id}`)).json as Record<string, unknown>
    expect(validate({ ...conversation, updatedAt: 1 })).toBe(false)
    expect(validate({ ...conversation, updated_at: '2025-03-06' })).toBe(false)
    expect(validate({ ...conversation, statistics: { count_reopens: 'none' } })).toBe(false)
  })

  it('GET of every conversation', async () => {
    const validate = validatorOf('/conversations/{conversation_id}', 'get', 200)
    for (const id of simulator.world.ids()) {
      const { json } = await ask(`/conversations/${id}`)
      expectValid(validate, json)
    }
  })

  it('POST /conversations/search', async () => {
    const { json } = await ask('/conversations/search', {
      query: { field: 'created_at', operator: '>', value: 1 },
      pagination: { per_page: 150 },
    })
    expectValid(validatorOf('/conversations/search', 'post', 200), json)
  })

  it('POST /contacts/search and GET of one contact', async () => {
    const { json } = await ask('/contacts/search', { query: { field: 'role', operator: '=', value: 'user' } })
    expectValid(validatorOf('/contacts/search', 'post', 200), json)
    const { id } = (json as { data: { id: string }[] }).data[0] ?? { id: '' }
    const contact = await ask(`/contacts/${id}`)
    expectValid(validatorOf('/contacts/{contact_id}', 'get', 200), contact.json)
  })

  it('refusals', async () => {
    const missing = await ask('/conversations/1')
    expect(missing.status).toBe(404)
    expectValid(validatorOf('/conversations/{conversation_id}', 'get', 404), missing.json)
    const stranger = await ask('/conversations', undefined, 'wrong')
    expect(stranger.status).toBe(401)
    expectValid(validatorOf('/conversations', 'get', 401), stranger.json)
    const { people } = simulator.world.stage
    const merged = await ask(`/contacts/${people.idOf(49)}`)
    expect(merged.status).toBe(410)
    expectValid(validatorOf('/contacts/{contact_id}', 'get', 410), merged.json)
  })

  it('a workspace that has been worked in', async () => {
    const [first = '', second = '', third = ''] = simulator.world.ids().slice(-30)
    const part = simulator.change.reply(first, { text: 'Once more, please.' })
    simulator.change.redact(first, part)
    simulator.change.redact(second)
    simulator.change.rate(second, 4, 'Good.')
    simulator.change.snooze(second, testNow + 86_400)
    simulator.change.merge(third, first)
    const created = simulator.change.create({ text: 'Hello?' })
    const validate = validatorOf('/conversations/{conversation_id}', 'get', 200)
    for (const id of [first, second, third, created])
      expectValid(validate, (await ask(`/conversations/${id}`)).json)
  })
})
