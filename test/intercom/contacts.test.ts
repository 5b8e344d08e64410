import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anError, type StubIntercom, type StubRequest, startStubIntercom } from '../helpers/stub-intercom'
import { createTestClient } from './test-client'

let stub: StubIntercom
beforeEach(async () => {
  stub = await startStubIntercom()
})
afterEach(() => stub.close())

const aContact = (id: string) => ({ type: 'contact', id, role: 'user', name: `Name of ${id}`, email: null })

function merged(into: string) {
  return { ...anError(410, 'contact_merged'), headers: { link: `<${into}>; rel="canonical"` } }
}

const idsAsked = ({ json }: StubRequest) => (json as { query: { value: string[] } }).query.value

describe('fetchContact', () => {
  it('reads what the domain keeps', async () => {
    stub.on('GET /contacts/c-1', {
      json: {
        ...aContact('c-1'),
        email: 'mira@harbourlight.example',
        created_at: 100,
        signed_up_at: 90,
        last_seen_at: 200,
        custom_attributes: { plan: 'gold' },
        tags: {
          type: 'list',
          data: [
            { type: 'tag', id: '7', name: 'vip' },
            { type: 'tag', id: '8' },
          ],
          total_count: 2,
        },
      },
    })
    expect(await createTestClient(stub.url).client.fetchContact('c-1')).toEqual({
      id: 'c-1',
      role: 'user',
      name: 'Name of c-1',
      email: 'mira@harbourlight.example',
      createdAt: 100,
      signedUpAt: 90,
      lastSeenAt: 200,
      customAttributes: { plan: 'gold' },
      tags: [{ id: '7', name: 'vip' }],
    })
  })

  it('follows a merged contact, on our own host only', async () => {
    stub.on('GET /contacts/c-1', merged('https://elsewhere.example/contacts/c-2'))
    stub.on('GET /contacts/c-2', merged('/contacts/c-3'))
    stub.on('GET /contacts/c-3', { json: aContact('c-3') })
    expect((await createTestClient(stub.url).client.fetchContact('c-1')).id).toBe('c-3')
  })

  it('gives up on a chain of merges that does not end', async () => {
    stub.on('GET /contacts/c-1', merged('/contacts/c-2'), merged('/contacts/c-2'))
    stub.on('GET /contacts/c-2', merged('/contacts/c-1'), merged('/contacts/c-1'))
    await expect(createTestClient(stub.url).client.fetchContact('c-1')).rejects.toMatchObject({
      kind: 'not_found',
      apiCode: 'contact_merged',
    })
  })
})

describe('fetchContacts', () => {
  it('asks for fifty at a time, each id once', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `c-${index}`)
    stub.always('POST /contacts/search', (request) => ({
      json: { type: 'list', data: idsAsked(request).map(aContact) },
    }))
    const contacts = await createTestClient(stub.url).client.fetchContacts([...ids, 'c-0', 'c-1'])
    expect(contacts).toHaveLength(60)
    expect(stub.requests.map((request) => idsAsked(request).length).sort()).toEqual([10, 50])
    expect(stub.requests[0]?.json).toMatchObject({ query: { field: 'id', operator: 'IN' } })
  })

  it('asks nothing for no ids', async () => {
    expect(await createTestClient(stub.url).client.fetchContacts([])).toEqual([])
    expect(stub.requests).toEqual([])
  })

  it('asks one by one where the list is refused, leaving out merged and deleted ones', async () => {
    stub.on('POST /contacts/search', anError(400, 'parameter_invalid'))
    stub.on('GET /contacts/c-1', { json: aContact('c-1') })
    stub.on('GET /contacts/c-2', merged('/contacts/c-9'))
    stub.on('GET /contacts/c-3', anError(404, 'not_found'))
    const contacts = await createTestClient(stub.url).client.fetchContacts(['c-1', 'c-2', 'c-3'])
    expect(contacts.map(({ id }) => id)).toEqual(['c-1'])
  })

  it('does not hide a refusal of another kind', async () => {
    stub.on('POST /contacts/search', anError(401, 'token_unauthorized'))
    await expect(createTestClient(stub.url).client.fetchContacts(['c-1'])).rejects.toMatchObject({
      kind: 'missing_scope',
      hint: 'Add "Read and list users and companies" to the app\'s permissions in Intercom\'s Developer Hub, then try again.',
    })
  })
})
