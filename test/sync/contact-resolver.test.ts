import { describe, expect, it } from 'vitest'
import type { FetchedConversation } from '../../src/domain/conversation'
import { IntercomApiError } from '../../src/domain/errors'
import { createContactResolver } from '../../src/sync/contact-resolver'
import { aContext, startSyncWorld } from '../helpers/sync-world'

/** A resolver over an empty store, and the ids of some contacts of the workspace. */
async function startContacts(options: Parameters<typeof startSyncWorld>[0] = {}) {
  const { simulator, store, api } = await startSyncWorld({ size: 30, ...options })
  const ids = [
    ...new Set(
      simulator.world
        .ids()
        .flatMap((id) => simulator.world.listItem(id)?.contacts.contacts.map((each) => each.id) ?? []),
    ),
  ]
  const context = aContext(store, api())
  const resolver = createContactResolver()
  const note = (...contactIds: string[]) =>
    resolver.note({ conversation: { contactIds }, contacts: [] } as unknown as FetchedConversation)
  return { simulator, store, context, resolver, note, ids }
}

describe('contacts that nobody has named', () => {
  it('are fetched fifty in a request', async () => {
    const { simulator, store, context, resolver, note, ids } = await startContacts({ size: 260 })
    note(...ids)
    expect(ids.length).toBeGreaterThan(50)
    await resolver.resolve(context)
    expect(simulator.requests.byEndpoint).toEqual({ 'contacts.search': Math.ceil(ids.length / 50) })
    for (const id of ids) expect((await store.getContact(id))?.role).not.toBeNull()
  })

  it('are asked for once in the life of a process', async () => {
    const { simulator, context, resolver, note, ids } = await startContacts()
    note(...ids)
    await resolver.resolve(context)
    simulator.requests.reset()
    note(...ids)
    await resolver.resolve(context)
    expect(simulator.requests.total).toBe(0)
  })

  it('are not asked for when the store knows them', async () => {
    const { simulator, context, resolver, note, ids } = await startContacts()
    note(...ids)
    await resolver.resolve(context)
    simulator.requests.reset()
    const another = createContactResolver()
    another.note({ conversation: { contactIds: ids }, contacts: [] } as unknown as FetchedConversation)
    await another.resolve(context)
    expect(simulator.requests.total).toBe(0)
  })
})

describe('a contact that was merged into another', () => {
  it('is found under its old id, and conversations that name it show who it is', async () => {
    const { simulator, store, context, resolver, note, ids } = await startContacts()
    const [old = '', into = '', other = ''] = ids
    simulator.change.mergeContacts(old, into)
    note(old, other)
    await resolver.resolve(context)
    const contact = await store.getContact(old)
    expect(contact).toMatchObject({ id: into })
    expect(contact?.name ?? contact?.email).toEqual(expect.any(String))
    expect(simulator.requests.byEndpoint).toEqual({ 'contacts.search': 1, 'contacts.get': 2 })
    const [id = ''] = simulator.world.ids()
    const fetched = await context.api.fetchConversation(id)
    await store.apply({
      conversations: [
        { ...fetched, conversation: { ...fetched.conversation, contactIds: [old] }, contacts: [] },
      ],
    })
    const [stored] = await store.getConversations([id])
    expect(stored?.customer).toEqual({ id: old, name: contact?.name, email: contact?.email })
  })
})

describe('a contact that is not known', () => {
  it('is asked for by its id once, because the search may be minutes behind', async () => {
    const { simulator, store, context, resolver, note, ids } = await startContacts()
    note('nobody', ids[0] ?? '')
    await resolver.resolve(context)
    note('nobody')
    await resolver.resolve(context)
    expect(simulator.requests.byEndpoint).toEqual({ 'contacts.search': 1, 'contacts.get': 1 })
    expect(await store.getContact('nobody')).toBeNull()
  })

  it('is one of 200 at most that a run asks for one by one; the next run goes on', async () => {
    const { simulator, context, resolver, note } = await startContacts()
    note(...Array.from({ length: 230 }, (_, n) => `nobody-${n}`))
    await resolver.resolve(context)
    expect(simulator.requests.count('contacts.get')).toBe(200)
    simulator.requests.reset()
    await resolver.resolve(context)
    expect(simulator.requests.byEndpoint).toEqual({ 'contacts.get': 30 })
    await resolver.resolve(context)
    expect(simulator.requests.total).toBe(30)
  })
})

describe('contacts that cannot be read just now', () => {
  it.each(['contacts.search', 'contacts.get'])(
    'are asked for again by the next run: %s',
    async (endpoint) => {
      const { simulator, store, context, resolver, note, ids } = await startContacts()
      const [old = '', into = ''] = ids
      simulator.change.mergeContacts(old, into)
      simulator.setFaults({ fault: 'server_error', endpoints: [endpoint] })
      note(old)
      await resolver.resolve(context)
      expect(await store.getContact(old)).toBeNull()
      simulator.setFaults()
      await resolver.resolve(context)
      expect((await store.getContact(old))?.id).toBe(into)
    },
  )

  it('keep no others waiting, and are given up after five runs when they alone fail', async () => {
    const { simulator, store, context, resolver, note, ids } = await startContacts()
    const [into = '', ...merged] = ids.slice(0, 6)
    for (const id of merged) simulator.change.mergeContacts(id, into)
    const [failing = '', ...others] = merged
    const { api } = context
    const asked: string[] = []
    const fetchContact: typeof api.fetchContact = async (id, options) => {
      asked.push(id)
      if (id === failing) throw new IntercomApiError('server', 'Intercom had an internal error.')
      return api.fetchContact(id, options)
    }
    note(...merged)
    for (let run = 1; run <= 7; run += 1) {
      await resolver.resolve({ ...context, api: { ...api, fetchContact } })
    }
    for (const id of others) expect((await store.getContact(id))?.id).toBe(into)
    expect(asked).toEqual([...merged, failing, failing, failing, failing])
  })

  it('are not asked for again where the token lacks the permission', async () => {
    const { simulator, context, resolver, note, ids } = await startContacts()
    simulator.setFaults({ fault: 'missing_scope' })
    note(...ids)
    await resolver.resolve(context)
    simulator.requests.reset()
    await resolver.resolve(context)
    expect(simulator.requests.total).toBe(0)
  })

  it('do not hide that the token is refused', async () => {
    const { simulator, context, resolver, note, ids } = await startContacts()
    simulator.setFaults({ fault: 'token_revoked' })
    note(...ids)
    await expect(resolver.resolve(context)).rejects.toMatchObject({ kind: 'unauthorised' })
  })
})
