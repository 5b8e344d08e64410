import { describe, expect, it } from 'vitest'
import { emptySyncState } from '../../src/domain/coverage'
import type { OwedThread } from '../../src/domain/owed-thread'
import type { SyncRun } from '../../src/domain/sync-run'
import type { Store } from '../../src/storage/port'
import { aContact, aConversation, aHit, aMessage, aThread, jonas, mondayMorning } from '../helpers/builders'

const workspace = {
  id: 'ws1',
  name: 'Acme',
  timezone: 'Europe/Dublin',
  region: 'EU',
  createdAt: 1_600_000_000,
}

async function textsOf(store: Store, id: string): Promise<(string | null)[]> {
  return ((await store.getMessages([id])).get(id) ?? []).map((message) => message.text)
}

/** What every storage engine does with changes. `open` gives a new, empty store. */
export function describeStoreChanges(open: () => Promise<Store>): void {
  describe('a new store', () => {
    it('is empty and says so', async () => {
      const store = await open()
      expect(await store.getWorkspace()).toBeNull()
      expect(await store.getTokenHash()).toBeNull()
      expect(await store.getSyncState()).toEqual(emptySyncState)
      expect(await store.listSyncRuns(10)).toEqual([])
      expect(await store.getCounts()).toEqual({
        conversations: 0,
        messages: 0,
        contacts: 0,
        threads: 0,
        oldestCreatedAt: null,
        newestUpdatedAt: null,
      })
      expect(await store.getConversations(['1001'])).toEqual([])
    })
  })

  describe('contacts that nothing is known of', () => {
    it('are those that a conversation names, each once', async () => {
      const store = await open()
      const named = { id: '1', contactIds: ['known', 'b', 'a'] }
      await store.apply({ conversations: [aHit(named), aHit({ id: '2', contactIds: ['a'] })] })
      await store.apply({ contacts: [aContact({ id: 'known' })] })
      expect(await store.listUnknownContacts()).toEqual(['a', 'b'])
    })
  })

  describe('search hits', () => {
    it('are stored with their opening message and wait for their thread', async () => {
      const store = await open()
      expect(await store.apply({ conversations: [aHit()] })).toEqual({ conversations: 1, messages: 1 })
      expect(await textsOf(store, '1001')).toEqual(['Hello, I need help.'])
      expect(await store.getVersions(['1001', '9'])).toEqual(
        new Map([['1001', { updatedAt: mondayMorning, threadUpdatedAt: null }]]),
      )
      expect(await store.listPendingThreads({ limit: 5 })).toEqual([
        { id: '1001', createdAt: mondayMorning, updatedAt: mondayMorning },
      ])
    })

    it('do not overwrite a newer row', async () => {
      const store = await open()
      await store.apply({ conversations: [aHit({ updatedAt: mondayMorning + 50, state: 'closed' })] })
      await store.apply({ conversations: [aHit({ updatedAt: mondayMorning + 49, state: 'open' })] })
      expect((await store.getConversations(['1001']))[0]?.state).toBe('closed')
    })

    it('update the row of a stored thread, leave its messages, and make it pending', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread({}, ['Hello', 'A reply'])] })
      const hit = aHit({ updatedAt: mondayMorning + 500, state: 'snoozed' }, 'Hello')
      expect(await store.apply({ conversations: [hit] })).toEqual({ conversations: 1, messages: 0 })
      expect(await textsOf(store, '1001')).toEqual(['Hello', 'A reply'])
      const [stored] = await store.getConversations(['1001'])
      expect(stored).toMatchObject({ state: 'snoozed', threadUpdatedAt: mondayMorning, messageCount: 2 })
      expect(await store.countPendingThreads()).toBe(1)
    })

    it('write nothing when nothing has changed', async () => {
      const store = await open()
      await store.apply({ conversations: [aHit()] })
      const { generation } = store
      expect(await store.apply({ conversations: [aHit()] })).toEqual({ conversations: 0, messages: 0 })
      expect(store.generation).toBe(generation)
    })
  })

  describe('threads', () => {
    it('give back every field of the conversation and its messages', async () => {
      const store = await open()
      const conversation = aConversation({
        title: 'Broken “export” button',
        subject: 'Export',
        updatedAt: mondayMorning + 120,
        read: false,
        priority: 'urgent',
        waitingSince: mondayMorning + 60,
        snoozedUntil: mondayMorning + 90_000,
        assigneeId: 'admin-jonas',
        teamId: 'team-7',
        contactIds: ['contact-mira', 'contact-lee'],
        tags: [
          { id: 't2', name: 'billing' },
          { id: 't1', name: 'VIP' },
        ],
        rating: { score: 4, remark: 'Quick!', requestedAt: 5, ratedAt: 6, teammateId: 'admin-jonas' },
        sourceUrl: 'https://shop.example.com/export?id=1',
        statistics: { count_reopens: 1, nested: { a: [1, null] } },
        customAttributes: { Plan: 'Pro', Seats: 12 },
        sla: { sla_status: 'hit' },
        aiAgent: { resolution_state: 'assumed_resolution' },
      })
      const messages = [
        aMessage({
          id: 'source_1001',
          partType: 'source',
          createdAt: mondayMorning,
          text: 'Zoë: it’s broken 🎉 \ud83d',
        }),
        aMessage({
          id: '77',
          updatedAt: mondayMorning + 3000,
          author: { ...jonas, fromAiAgent: true, name: null },
          text: null,
          partType: 'close',
          redacted: true,
          attachments: [
            { name: 'a.png', url: 'https://example.com/a.png', contentType: null, sizeBytes: 12 },
          ],
          details: { assigned_to: { id: 'admin-jonas' } },
        }),
      ]
      await store.apply({
        conversations: [{ conversation, messages, thread: { partsTotal: 1 }, contacts: [] }],
        contacts: [aContact({ name: 'Mira Okafor', email: 'mira@example.com' })],
        admins: [{ id: 'admin-jonas', name: 'Jonas Weber', email: null }],
        teams: [{ id: 'team-7', name: 'Billing' }],
      })
      expect(await store.getConversations(['1001'])).toEqual([
        {
          ...conversation,
          customer: { id: 'contact-mira', name: 'Mira Okafor', email: 'mira@example.com' },
          assignee: { id: 'admin-jonas', name: 'Jonas Weber' },
          team: { id: 'team-7', name: 'Billing' },
          messageCount: 1,
          threadUpdatedAt: mondayMorning + 120,
          partsTotal: 1,
          truncated: false,
        },
      ])
      const [opening, closing] = messages
      expect((await store.getMessages(['1001'])).get('1001')).toEqual([
        { ...opening, text: 'Zoë: it’s broken 🎉 \ufffd' },
        closing,
      ])
    })

    it('replace all messages', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread({}, ['Hello', 'One', 'Two'])] })
      const replaced = aThread({ updatedAt: mondayMorning + 300 }, ['Hello', 'One, edited'])
      expect(await store.apply({ conversations: [replaced] })).toEqual({ conversations: 1, messages: 2 })
      expect(await textsOf(store, '1001')).toEqual(['Hello', 'One, edited'])
      expect(await store.countPendingThreads()).toBe(0)
      expect(await store.getCounts()).toMatchObject({ conversations: 1, messages: 2, threads: 1 })
    })

    it('that arrive late do not undo newer ones', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread({ updatedAt: mondayMorning + 300 }, ['Hello', 'New'])] })
      await store.apply({ conversations: [aThread({ updatedAt: mondayMorning + 200 }, ['Hello'])] })
      expect(await textsOf(store, '1001')).toEqual(['Hello', 'New'])
    })

    it('older than the row are stored, and stay pending', async () => {
      const store = await open()
      await store.apply({ conversations: [aHit({ updatedAt: mondayMorning + 300, state: 'closed' })] })
      await store.apply({ conversations: [aThread({ updatedAt: mondayMorning + 200 }, ['Hello', 'One'])] })
      expect(await textsOf(store, '1001')).toEqual(['Hello', 'One'])
      expect((await store.getConversations(['1001']))[0]).toMatchObject({
        state: 'closed',
        updatedAt: mondayMorning + 300,
        threadUpdatedAt: mondayMorning + 200,
      })
      expect(await store.countPendingThreads()).toBe(1)
    })

    it('that Intercom cut keep the older messages stored before', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread({}, ['Hello', 'One', 'Two'])] })
      const cut = aThread({ updatedAt: mondayMorning + 900 }, ['Hello', 'One', 'Two', 'Three'])
      cut.messages.splice(1, 1)
      await store.apply({ conversations: [cut] })
      expect(await textsOf(store, '1001')).toEqual(['Hello', 'One', 'Two', 'Three'])
      expect((await store.getConversations(['1001']))[0]).toMatchObject({ truncated: false, partsTotal: 3 })
    })

    it('that Intercom cut are marked while older messages are missing', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread({}, ['Hello', 'Late reply'], 600)] })
      expect((await store.getConversations(['1001']))[0]).toMatchObject({ truncated: true, partsTotal: 600 })
    })

    it('twice in one change end as the last of them says', async () => {
      const store = await open()
      const first = aThread({}, ['Hello', 'One'])
      const second = aThread({ updatedAt: mondayMorning + 60 }, ['Hello', 'One', 'Two'])
      await store.apply({ conversations: [first, second, aHit({ id: '2' })] })
      expect(await textsOf(store, '1001')).toEqual(['Hello', 'One', 'Two'])
      expect(await store.getCounts()).toMatchObject({ conversations: 2, messages: 4 })
    })
  })

  describe('pending threads', () => {
    it('come newest first, inside the timeframe of their creation', async () => {
      const store = await open()
      await store.apply({
        conversations: [
          aHit({ id: 'a', createdAt: 100, updatedAt: 900 }),
          aHit({ id: 'b', createdAt: 200, updatedAt: 800 }),
          aHit({ id: 'c', createdAt: 300, updatedAt: 950 }),
          aThread({ id: 'd', createdAt: 150, updatedAt: 990 }),
        ],
      })
      const ids = async (request: Parameters<Store['listPendingThreads']>[0]) =>
        (await store.listPendingThreads(request)).map(({ id }) => id)
      expect(await ids({ limit: 2 })).toEqual(['c', 'a'])
      expect(await ids({ limit: 9, timeframe: { start: 100, end: 300 } })).toEqual(['a', 'b'])
      expect(await store.countPendingThreads({ start: 200, end: 301 })).toBe(2)
    })
  })

  describe('people', () => {
    it('never lose what a later answer does not mention', async () => {
      const store = await open()
      const known = aContact({
        role: 'user',
        name: 'Mira Okafor',
        email: 'mira@example.com',
        signedUpAt: 12,
        customAttributes: { plan: 'pro' },
        tags: [{ id: 't1', name: 'VIP' }],
      })
      await store.apply({ contacts: [known] })
      await store.apply({ conversations: [{ ...aHit(), contacts: [aContact({ lastSeenAt: 99 })] }] })
      expect(await store.getContact('contact-mira')).toEqual({ ...known, lastSeenAt: 99 })
    })

    it('that were merged are found under their old id', async () => {
      const store = await open()
      await store.apply({
        contacts: [aContact({ id: 'new', name: 'Mira' })],
        contactMerges: [{ contactId: 'old', mergedInto: 'new' }],
      })
      expect((await store.getContact('old'))?.name).toBe('Mira')
      expect(await store.getContact('nobody')).toBeNull()
    })

    it('and their teams and tags stay when a later list leaves them out', async () => {
      const store = await open()
      await store.apply({
        admins: [{ id: '1', name: 'Ada', email: 'ada@example.com' }],
        teams: [{ id: '7', name: 'Billing' }],
        tags: [{ id: 't', name: 'old name' }],
      })
      await store.apply({
        admins: [{ id: '2', name: 'Ben', email: null }],
        tags: [{ id: 't', name: 'new name' }],
      })
      expect(await store.listAdmins()).toEqual([
        { id: '1', name: 'Ada', email: 'ada@example.com' },
        { id: '2', name: 'Ben', email: null },
      ])
      expect(await store.listTeams()).toEqual([{ id: '7', name: 'Billing' }])
      expect(await store.listTags()).toEqual([{ id: 't', name: 'new name' }])
    })
  })

  describe('deletions', () => {
    it('remove the conversation for good', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread(), aThread({ id: '2' })] })
      await store.apply({ tombstones: [{ conversationId: '1001', deletedAt: 5 }] })
      await store.apply({ conversations: [aHit({ updatedAt: mondayMorning + 999 })] })
      expect(await store.getConversations(['1001'])).toEqual([])
      expect((await store.getMessages(['1001', '2'])).has('1001')).toBe(false)
      expect(await store.getCounts()).toMatchObject({ conversations: 1, messages: 2 })
    })

    it('win over a fetch in the same change', async () => {
      const store = await open()
      await store.apply({ conversations: [aHit()], tombstones: [{ conversationId: '1001', deletedAt: 5 }] })
      expect((await store.getCounts()).conversations).toBe(0)
    })
  })

  describe('a deletion that is only presumed', () => {
    const presumed = { conversationId: '1001', deletedAt: 5, presumed: true }

    it('removes the conversation, which comes back whole when it is seen again', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread()] })
      await store.apply({ tombstones: [presumed] })
      expect((await store.getCounts()).conversations).toBe(0)
      await store.apply({ conversations: [aHit()] })
      expect(await store.getCounts()).toMatchObject({ conversations: 1, threads: 0, messages: 1 })
      await store.apply({ conversations: [aThread()] })
      expect(await store.getCounts()).toMatchObject({ conversations: 1, threads: 1, messages: 2 })
    })

    it('still wins over a fetch in the same change', async () => {
      const store = await open()
      await store.apply({ conversations: [aHit()], tombstones: [presumed] })
      await store.apply({ conversations: [aHit()], tombstones: [presumed] })
      expect((await store.getCounts()).conversations).toBe(0)
    })

    it('is for good as soon as the list of deletions names it', async () => {
      const store = await open()
      await store.apply({ conversations: [aThread()] })
      await store.apply({ tombstones: [presumed] })
      await store.apply({ tombstones: [{ conversationId: '1001', deletedAt: 6 }] })
      await store.apply({ conversations: [aHit()] })
      expect((await store.getCounts()).conversations).toBe(0)
    })
  })

  describe('threads that are owed', () => {
    const failed: OwedThread = {
      ...{ conversationId: '1001', reason: 'failed', code: 'intercom_server', attempts: 3 },
      ...{ updatedAt: 40, triedAt: 50, nextAt: 60, partsExpected: null, partsStored: null },
    }
    const short: OwedThread = {
      ...{ conversationId: '2', reason: 'short', code: null, attempts: 1 },
      ...{ updatedAt: 40, triedAt: 70, nextAt: null, partsExpected: 9, partsStored: 7 },
    }

    it('are kept as given, the latest attempt first, one for each conversation', async () => {
      const store = await open()
      expect(await store.listOwedThreads()).toEqual([])
      await store.apply({ owedThreads: [failed, { ...short, attempts: 8 }] })
      await store.apply({ owedThreads: [short] })
      expect(await store.listOwedThreads()).toEqual([short, failed])
    })

    it('are settled by their thread or their deletion, and not by a hit', async () => {
      const store = await open()
      await store.apply({ owedThreads: [failed, short] })
      await store.apply({ conversations: [aHit(), aHit({ id: '2' })] })
      expect(await store.listOwedThreads()).toHaveLength(2)
      await store.apply({ conversations: [aThread()] })
      expect(await store.listOwedThreads()).toEqual([short])
      await store.apply({ tombstones: [{ conversationId: '2', deletedAt: 5 }] })
      expect(await store.listOwedThreads()).toEqual([])
    })

    it('stay when the change that brings the thread owes it', async () => {
      const store = await open()
      await store.apply({ owedThreads: [{ ...short, attempts: 8 }] })
      await store.apply({ conversations: [aThread({ id: '2' })], owedThreads: [short] })
      expect(await store.listOwedThreads()).toEqual([short])
    })
  })

  describe('sync records', () => {
    it('are kept as given', async () => {
      const store = await open()
      const syncState = {
        asOf: 500,
        unbrokenSince: 100,
        covered: [
          { start: 1, end: 20 },
          { start: 30, end: 40 },
        ],
      }
      await store.apply({ workspace, tokenHash: 'abc', syncState })
      await store.apply({ syncState: { ...syncState, covered: [{ start: 1, end: 40 }] } })
      expect(await store.getWorkspace()).toEqual(workspace)
      expect(await store.getTokenHash()).toBe('abc')
      expect(await store.getSyncState()).toEqual({ ...syncState, covered: [{ start: 1, end: 40 }] })
    })

    it('list runs latest first, each in its last state', async () => {
      const store = await open()
      const run: SyncRun = {
        id: 'r1',
        startedAt: mondayMorning,
        completedAt: null,
        status: 'in_progress',
        type: 'incremental',
        coverageStart: null,
        coverageEnd: null,
        conversations: 0,
        messages: 0,
        errorMessage: null,
      }
      const failed: SyncRun = {
        ...run,
        completedAt: mondayMorning + 9,
        status: 'failed',
        errorMessage: 'offline',
      }
      const later: SyncRun = {
        ...run,
        id: 'r2',
        startedAt: mondayMorning + 60,
        coverageStart: 5,
        coverageEnd: 6,
      }
      for (const syncRun of [run, later, failed]) await store.apply({ syncRun })
      expect(await store.listSyncRuns(5)).toEqual([later, failed])
      expect(await store.listSyncRuns(1)).toEqual([later])
    })

    it('refuse another workspace, with everything that came with it', async () => {
      const store = await open()
      await store.apply({ workspace })
      await store.apply({ workspace: { ...workspace, name: 'Acme Ltd' } })
      const foreign = store.apply({ workspace: { ...workspace, id: 'ws2' }, conversations: [aHit()] })
      await expect(foreign).rejects.toMatchObject({ kind: 'other_workspace' })
      expect((await store.getWorkspace())?.name).toBe('Acme Ltd')
      expect((await store.getCounts()).conversations).toBe(0)
    })
  })

  describe('a store', () => {
    it('applies changes in the order of the calls and counts them', async () => {
      const store = await open()
      const before = store.generation
      await Promise.all(
        ['open', 'snoozed', 'closed'].map((state, index) =>
          store.apply({
            conversations: [aHit({ state: state as 'open', updatedAt: mondayMorning + index })],
          }),
        ),
      )
      expect((await store.getConversations(['1001']))[0]?.state).toBe('closed')
      expect(store.generation).toBeGreaterThan(before)
    })

    it('gives conversations in the order asked for', async () => {
      const store = await open()
      await store.apply({ conversations: ['3', '1', '2'].map((id) => aHit({ id })) })
      expect((await store.getConversations(['2', 'x', '3', '1'])).map(({ id }) => id)).toEqual([
        '2',
        '3',
        '1',
      ])
    })

    it('rejects calls after it was closed, and can be closed twice', async () => {
      const store = await open()
      await Promise.all([store.close(), store.close()])
      await expect(store.apply({ conversations: [aHit()] })).rejects.toMatchObject({ name: 'StorageError' })
      await expect(store.getCounts()).rejects.toMatchObject({ name: 'StorageError' })
    })
  })
}
