import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { getConversation } from '../../src/queries/conversation'
import type { Store } from '../../src/storage/port'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { parseSearchQuery } from '../../src/text/query-parser'
import { aThread } from '../helpers/builders'
import { temporaryFolder, uncontestedLock } from '../helpers/sqljs'

async function openStore(): Promise<Store> {
  const path = join(temporaryFolder(), 'data.db')
  const { store } = await openSqljsStore({ path, lock: uncontestedLock() })
  onTestFinished(() => store.close())
  return store
}

/** A version of conversation 1: some messages, and each of them as well as the title says how many. */
function version(number: number) {
  const length = 1 + (number % 30)
  const name = `version${length}`
  return aThread(
    { id: '1', title: name, createdAt: 1000, updatedAt: 2000 + number },
    Array.from({ length }, () => name),
  )
}

const reads: Record<string, (store: Store) => Promise<unknown>> = {
  async messages(store) {
    const messages = (await store.getMessages(['1'])).get('1') ?? []
    for (const { text } of messages) expect(text).toBe(`version${messages.length}`)
  },
  async row(store) {
    const [stored] = await store.getConversations(['1'])
    if (stored) expect(stored.title).toBe(`version${stored.messageCount}`)
  },
  async 'the answer of get_conversation'(store) {
    const answer = await getConversation(store, { conversation_id: '1' })
    if (!answer) return
    const { title, message_count: count, messages } = answer.conversation
    expect(messages.map(({ text }) => text)).toEqual(Array.from({ length: count }, () => title))
  },
  async 'a search'(store) {
    const search = { timeframe: null, timeField: 'created_at', filters: {}, sort: 'relevance' } as const
    const query = parseSearchQuery('version*').query
    const found = await store.searchConversations({ ...search, query, maxIds: 10 })
    expect([...found.ids, found.total]).toEqual(found.total === 0 ? [0] : ['1', 1])
  },
}

describe('reads while a conversation is being replaced', () => {
  it('see one version of it, whole', async () => {
    const store = await openStore()
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant('write'), fc.constantFrom(...Object.keys(reads))), { maxLength: 25 }),
        fc.scheduler(),
        async (steps, scheduler) => {
          // All of them begin without waiting for one another, in an order of chance.
          const all = steps.map(async (step) => {
            await scheduler.schedule(Promise.resolve())
            if (step === 'write') {
              number += 1
              await store.apply({ conversations: [version(number)] })
            } else await reads[step]?.(store)
          })
          await scheduler.waitAll()
          await Promise.all(all)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('changes that wait for one another', () => {
  it('leave the event loop free between any two of them', async () => {
    const store = await openStore()
    const order: string[] = []
    let isDone = false
    const turn = (): void => {
      order.push('turn')
      if (!isDone) setImmediate(turn)
    }
    turn()
    await Promise.all(
      [1, 2, 3, 4].map((id) =>
        store.apply({ conversations: [aThread({ id: `${id}` })] }).then(() => order.push('applied')),
      ),
    )
    isDone = true
    const between = order.join(' ').match(/applied( turn)* applied/g) ?? []
    expect(order.filter((each) => each === 'applied')).toHaveLength(4)
    expect(between.filter((each) => !each.includes('turn'))).toEqual([])
  })
})
