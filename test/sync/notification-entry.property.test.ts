import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNotificationReader } from '../../src/intercom/notification'
import type { World } from '../../src/simulator/world'
import type { Store } from '../../src/storage/port'
import { createNotificationEntry } from '../../src/sync/notification-entry'
import { createScheduler } from '../../src/sync/scheduler'
import { aDelivery, clientSecret } from '../helpers/notifications'
import { settings } from '../helpers/scheduler-world'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'
import { startSyncWorld } from '../helpers/sync-world'

/** A change to the workspace, or one or two deliveries of a notification that is or was on its way. */
type Step =
  | { do: 'reply' | 'note' | 'close' | 'reopen' | 'redact' | 'delete' | 'create'; at: number }
  | { do: 'deliver'; at: number; twice: boolean }
  /** The next fetch is overtaken by a change after it was answered, which is notified at once. */
  | { do: 'overtake' }
  | { do: 'wait'; seconds: number }

const place = fc.nat({ max: 999 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('reply', 'note', 'close', 'reopen', 'redact', 'delete', 'create'),
      at: place,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), at: place, twice: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('overtake' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.nat({ max: 3 }) }) },
)

/** What the source, and what the store, says of each conversation; null for one that is not there. */
function sourceOf(world: World, ids: readonly string[]) {
  return ids.map((id) => {
    const thread = world.conversation(id)
    if (thread === null) return [id, null]
    return [id, thread.state, thread.updated_at, thread.conversation_parts.conversation_parts.length]
  })
}

async function storedOf(store: Store, ids: readonly string[]) {
  const stored = new Map((await store.getConversations(ids)).map((each) => [each.id, each]))
  const messages = await store.getMessages(ids)
  return ids.map((id) => {
    const found = stored.get(id)
    if (found === undefined) return [id, null]
    return [id, found.state, found.updatedAt, (messages.get(id)?.length ?? 1) - 1]
  })
}

describe('notifications in any order, late or twice', () => {
  it('leave every conversation that they are about as the source has it', async () => {
    const { simulator, store, sync, api } = await startSyncWorld({ size: 15 })
    await sync()
    const { change, clock, world } = simulator
    const workspaceId = world.workspace.idCode
    let notified = 0

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        clock.advance(5_000)
        const timers = createTestTimers()
        const scheduler = createScheduler({ store, api: api(), settings, logger: quietLogger, timers })
        const read = createNotificationReader(clientSecret)
        let overtaken = 0
        let underWay = 0
        const fetchConversation = async (id: string): Promise<void> => {
          underWay += 1
          await scheduler.fetchConversation(id).finally(() => {
            underWay -= 1
          })
          if (overtaken === 0 || world.conversation(id) === null) return
          overtaken -= 1
          change.note(id)
          await deliver(notify('conversation.admin.noted', id))
        }
        /** What is delivered after the stop is refused, so all fetches have to be over before it. */
        const rest = async (): Promise<void> => {
          for (let quiet = 0; quiet < 5; quiet = underWay === 0 ? quiet + 1 : 0) {
            await new Promise((resolve) => setImmediate(resolve))
          }
        }
        const entry = createNotificationEntry({
          ...{ read, store, timers, logger: quietLogger },
          scheduler: { fetchConversation },
        })
        const sent: ReturnType<typeof aDelivery>[] = []
        const undelivered = new Set<number>()
        const touched = new Set<string>()

        const notify = (topic: string, id: string): number => {
          notified += 1
          const item = { type: 'conversation', id }
          const createdAt = clock.now()
          undelivered.add(sent.length)
          sent.push(aDelivery({ id: `notif_${notified}`, topic, item, workspaceId, createdAt }))
          touched.add(id)
          return sent.length - 1
        }
        const deliver = async (n: number): Promise<void> => {
          const one = sent[n]
          undelivered.delete(n)
          if (one) await entry.receive(one.body, one.signature)
        }
        const take = async (one: Step): Promise<void> => {
          if (one.do === 'wait') return clock.advance(one.seconds)
          if (one.do === 'overtake') {
            overtaken += 1
            return
          }
          if (one.do === 'deliver') {
            const n = one.at % Math.max(1, sent.length)
            await deliver(n)
            if (one.twice) await deliver(n)
            return
          }
          const ids = world.ids()
          const id = ids[one.at % ids.length] ?? ''
          if (one.do === 'create') notify('conversation.user.created', change.create())
          else if (one.do === 'delete') {
            if (ids.length < 5) return
            change.delete(id)
            notify('conversation.deleted', id)
          } else {
            change[one.do](id)
            notify(`conversation.some.${one.do}`, id)
          }
        }

        for (const one of steps) await take(one)
        for (const n of [...undelivered].reverse()) await deliver(n)
        await rest()
        await entry.stop()
        await scheduler.stop()
        const ids = [...touched]
        expect(await storedOf(store, ids)).toEqual(sourceOf(world, ids))
      }),
      { numRuns: 20, seed: 8 },
    )
  })
})
