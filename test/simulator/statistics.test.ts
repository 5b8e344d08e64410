import { describe, expect, it } from 'vitest'
import type { WireThread } from '../../src/simulator/wire/wire-types'
import { createWorld } from '../../src/simulator/world'
import { startTestSimulator, testNow } from '../helpers/simulator'

const world = createWorld({ size: 400, seed: 'test', now: testNow })
const threads = [...world.conversations()]
const partsOf = (thread: WireThread) => thread.conversation_parts.conversation_parts

describe('derived fields agree with the parts', () => {
  it('updated_at is the time of the latest part', () => {
    const wrong = threads.filter((thread) => {
      const latest = Math.max(thread.created_at, ...partsOf(thread).map((part) => part.updated_at))
      return thread.updated_at !== latest
    })
    expect(wrong).toEqual([])
  })

  it('parts come in order of time', () => {
    const wrong = threads.filter((thread) =>
      partsOf(thread).some((part, position, all) => part.created_at < (all[position - 1]?.created_at ?? 0)),
    )
    expect(wrong).toEqual([])
  })

  it('state is that of the last part, and open says the same', () => {
    for (const thread of threads) {
      expect(thread.state).toBe(partsOf(thread).at(-1)?.state ?? 'open')
      expect(thread.open).toBe(thread.state !== 'closed')
    }
  })

  it('counts and first reply are those of the parts', () => {
    for (const thread of threads) {
      if (thread.statistics === null) continue
      const parts = partsOf(thread)
      const replies = parts.filter(
        (part) => part.author.type === 'admin' && part.body !== null && part.part_type !== 'note',
      )
      expect(thread.statistics.count_conversation_parts).toBe(parts.length)
      expect(thread.statistics.first_admin_reply_at).toBe(replies[0]?.created_at ?? null)
      expect(thread.statistics.last_admin_reply_at).toBe(replies.at(-1)?.created_at ?? null)
      expect(thread.statistics.count_assignments).toBe(
        parts.filter((part) => part.assigned_to !== null).length,
      )
    }
  })

  it('statistics are null as long as no customer has written', () => {
    const outbound = threads.filter((thread) => thread.statistics === null)
    expect(outbound.length).toBeGreaterThan(0)
    expect(outbound.every((thread) => thread.source.delivered_as !== 'customer_initiated')).toBe(true)
  })

  it('first_contact_reply is null exactly when statistics are', () => {
    expect(threads.filter((t) => (t.first_contact_reply === null) !== (t.statistics === null))).toEqual([])
  })
})

describe('durations leave out the hours in which the office is closed', () => {
  it('a question of Thursday 16:30 answered on Friday 9:15 took 45 minutes', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen' })
    // Thursday 6 March 2025 and Friday 7 March, Dublin being on UTC in winter.
    simulator.clock.set(Date.UTC(2025, 2, 6, 16, 30) / 1000)
    const id = simulator.change.create({ text: 'A question.' })
    simulator.clock.set(Date.UTC(2025, 2, 7, 9, 15) / 1000)
    simulator.change.reply(id, { by: 2, text: 'The answer.' })
    const statistics = simulator.world.conversation(id)?.statistics
    expect(statistics?.time_to_admin_reply).toBe(2700)
    expect(statistics?.median_time_to_reply).toBe(2700)
    expect(statistics?.first_admin_reply_at).toBe(1_741_338_900)
  })
})
