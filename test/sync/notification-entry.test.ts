import { describe, expect, it } from 'vitest'
import { createNotificationReader } from '../../src/intercom/notification'
import { createNotificationEntry, type NotificationEntryOptions } from '../../src/sync/notification-entry'
import { createScheduler } from '../../src/sync/scheduler'
import { aContact } from '../helpers/builders'
import { aDelivery, clientSecret, signBody } from '../helpers/notifications'
import { settings } from '../helpers/scheduler-world'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'
import { startSyncWorld } from '../helpers/sync-world'

type World = Awaited<ReturnType<typeof startSyncWorld>>

/** A synced workspace and the entry for its notifications. */
async function startNotified(options: Partial<NotificationEntryOptions> = {}) {
  const world = await startSyncWorld({ size: 6 })
  await world.sync()
  world.simulator.clock.advance(3_600)
  world.simulator.requests.reset()
  return { ...world, ...createEntry(world, options) }
}

function createEntry({ simulator, store, api }: World, options: Partial<NotificationEntryOptions>) {
  const timers = createTestTimers()
  const scheduler = createScheduler({ store, api: api(), settings, logger: quietLogger, timers })
  const entry = createNotificationEntry({
    ...{ store, scheduler, timers, logger: quietLogger },
    read: createNotificationReader(clientSecret),
    ...options,
  })
  let deliveries = 0
  const workspaceId = simulator.world.workspace.idCode
  const deliver = (topic: string, item: unknown, other: { id?: string; workspaceId?: string } = {}) => {
    deliveries += 1
    const createdAt = simulator.clock.now()
    const sent = aDelivery({ id: `notif_${deliveries}`, workspaceId, topic, item, createdAt, ...other })
    return entry.receive(sent.body, sent.signature)
  }
  return { entry, deliver }
}

const about = (id: string) => ({ type: 'conversation', id })

async function lastWords({ store }: Pick<World, 'store'>, id: string): Promise<string | null | undefined> {
  return (await store.getMessages([id])).get(id)?.at(-1)?.text
}

describe('a notification about a conversation', () => {
  it('brings what has changed in it, with one request', async () => {
    const world = await startNotified()
    const [id = ''] = world.simulator.world.ids()
    world.simulator.change.reply(id, { text: 'Is anybody there?' })
    expect(await world.deliver('conversation.user.replied', about(id))).toEqual({ result: 'accepted' })
    await world.entry.stop()
    expect(await lastWords(world, id)).toBe('Is anybody there?')
    // The token's workspace is asked for once in the life of a process.
    expect(world.simulator.requests.byEndpoint).toEqual({ me: 1, 'conversations.get': 1 })
  })

  it('brings a new one', async () => {
    const world = await startNotified()
    const id = world.simulator.change.create({ text: 'The first words.' })
    await world.deliver('conversation.user.created', about(id))
    await world.entry.stop()
    expect(await lastWords(world, id)).toBe('The first words.')
  })

  it('is answered before the network is', async () => {
    const world = await startNotified({ scheduler: { fetchConversation: () => new Promise(() => {}) } })
    const [id = ''] = world.simulator.world.ids()
    expect(await world.deliver('conversation.read', about(id))).toEqual({ result: 'accepted' })
    expect(await world.deliver('conversation.read', about(id))).toEqual({ result: 'accepted' })
  })

  it('is not believed, only followed: an old one brings no old state back', async () => {
    const world = await startNotified()
    const [id = ''] = world.simulator.world.ids()
    const old = { ...world.simulator.world.listItem(id), state: 'open', title: 'old' }
    world.simulator.change.close(id)
    await world.deliver('conversation.admin.closed', about(id))
    await world.deliver('conversation.user.replied', old)
    await world.entry.stop()
    expect(await world.store.getConversations([id])).toMatchObject([{ state: 'closed' }])
  })

  it('is one of many that cost one request', async () => {
    const world = await startNotified()
    const [id = ''] = world.simulator.world.ids()
    await Promise.all(Array.from({ length: 20 }, () => world.deliver('conversation.user.replied', about(id))))
    await world.entry.stop()
    expect(world.simulator.requests.count('conversations.get')).toBe(1)
  })

  it('is tried again while Intercom fails', async () => {
    const world = await startNotified()
    const [id = ''] = world.simulator.world.ids()
    world.simulator.setFaults({ fault: 'server_error', endpoints: ['conversations.get'], times: 7 })
    world.simulator.change.reply(id, { text: 'Is anybody there?' })
    await world.deliver('conversation.user.replied', about(id))
    await expect.poll(() => lastWords(world, id)).toBe('Is anybody there?')
    await world.entry.stop()
  })
})

describe('a notification that comes twice', () => {
  it('counts once', async () => {
    const world = await startNotified()
    const [id = ''] = world.simulator.world.ids()
    const twice = { id: 'notif_same' }
    expect(await world.deliver('conversation.read', about(id), twice)).toEqual({ result: 'accepted' })
    expect(await world.deliver('conversation.read', about(id), twice)).toEqual({ result: 'duplicate' })
    await world.entry.stop()
  })

  it('counts when it could not be stored before', async () => {
    const world = await startSyncWorld({ size: 3 })
    await world.sync()
    let tries = 0
    const { store } = world
    const { deliver } = createEntry(world, {
      store: {
        getWorkspace: () => store.getWorkspace(),
        getContact: (id) => store.getContact(id),
        apply: (change) => {
          tries += 1
          return tries === 1 ? Promise.reject(new Error('disk full')) : store.apply(change)
        },
      },
    })
    const [id = ''] = world.simulator.world.ids()
    const twice = { id: 'notif_same' }
    await expect(deliver('conversation.deleted', about(id), twice)).rejects.toThrow('disk full')
    expect(await deliver('conversation.deleted', about(id), twice)).toEqual({ result: 'accepted' })
    expect(await store.getConversations([id])).toEqual([])
  })
})

describe('a notification of a deletion', () => {
  it('removes the conversation at once, for good, and without a request', async () => {
    const world = await startNotified()
    const [id = ''] = world.simulator.world.ids()
    const before = await world.api().fetchConversation(id)
    world.simulator.requests.reset()
    expect(await world.deliver('conversation.deleted', about(id))).toEqual({ result: 'accepted' })
    expect(await world.store.getConversations([id])).toEqual([])
    await world.store.apply({ conversations: [before] })
    expect(await world.store.getConversations([id])).toEqual([])
    expect(world.simulator.requests.total).toBe(0)
  })
})

describe('a notification of merged contacts', () => {
  const mira = { type: 'contact', id: 'c-new', role: 'user', name: 'Mira Okafor', email: 'mira@example.com' }

  it('makes the one known under the id of the other', async () => {
    const world = await startNotified()
    await world.deliver('contact.merged', { ...mira, merged_from: { type: 'contact', id: 'c-old' } })
    expect(await world.store.getContact('c-old')).toMatchObject({ id: 'c-new', name: 'Mira Okafor' })
  })

  it('changes nothing that is known of either', async () => {
    const world = await startNotified()
    await world.store.apply({ contacts: [aContact({ id: 'c-new', name: 'Mira Okafor-Lindt' })] })
    await world.deliver('contact.merged', { ...mira, merged_from: 'c-old' })
    expect(await world.store.getContact('c-old')).toMatchObject({ name: 'Mira Okafor-Lindt', email: null })
  })
})

describe('a notification without effect', () => {
  it.each([
    ['ping', { type: 'ping' }],
    ['contact.user.updated', { type: 'contact', id: 'c-1' }],
    ['conversation.user.replied', null],
  ])('is acknowledged and ignored: %s', async (topic, item) => {
    const { deliver, simulator, entry } = await startNotified()
    expect(await deliver(topic, item)).toEqual({ result: 'ignored', reason: 'no_effect' })
    await entry.stop()
    expect(simulator.requests.total).toBe(0)
  })

  it('is one of another workspace', async () => {
    const { deliver, simulator, entry } = await startNotified()
    const [id = ''] = simulator.world.ids()
    const receipt = await deliver('conversation.deleted', about(id), { workspaceId: 'another' })
    expect(receipt).toEqual({ result: 'ignored', reason: 'other_workspace' })
    await entry.stop()
    expect(simulator.requests.total).toBe(0)
  })

  it('is one before the first sync, which will read it all', async () => {
    const world = await startSyncWorld({ size: 3 })
    const { deliver } = createEntry(world, {})
    expect(await deliver('conversation.read', about(world.simulator.world.ids()[0] ?? ''))).toEqual({
      result: 'ignored',
      reason: 'nothing_stored',
    })
  })

  it('is one too many while too many wait', async () => {
    const { deliver } = await startNotified({
      fetching: { mostConversations: 1 },
      scheduler: { fetchConversation: () => new Promise(() => {}) },
    })
    await deliver('conversation.read', about('1'))
    expect(await deliver('conversation.read', about('2'))).toEqual({ result: 'ignored', reason: 'busy' })
  })
})

describe('what is no notification of ours', () => {
  it.each([
    ['forged', (body: Buffer) => signBody(body, 'another secret')],
    ['forged', () => undefined],
  ] as const)('is refused as %s', async (reason, sign) => {
    const { entry, simulator, store } = await startNotified()
    const [id = ''] = simulator.world.ids()
    const workspaceId = simulator.world.workspace.idCode
    const { body } = aDelivery({ topic: 'conversation.deleted', item: about(id), workspaceId })
    expect(await entry.receive(body, sign(body))).toEqual({ result: 'refused', reason })
    expect(await store.getConversations([id])).toHaveLength(1)
  })

  it('is refused when it is signed and cannot be read', async () => {
    const { entry } = await startNotified()
    const body = Buffer.from('{"type":"something else"}')
    expect(await entry.receive(body, signBody(body))).toEqual({ result: 'refused', reason: 'unreadable' })
  })

  it('is everything after the stop', async () => {
    const { entry, deliver } = await startNotified()
    await entry.stop()
    expect(await deliver('ping', {})).toEqual({ result: 'refused', reason: 'stopped' })
  })
})
