import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Simulator } from '../../src/simulator/server'
import { ask, startTestSimulator, testNow } from '../helpers/simulator'

afterEach(() => {
  vi.useRealTimers()
})

async function workspace(): Promise<{ simulator: Simulator; id: string }> {
  const simulator = await startTestSimulator({ clock: 'frozen' })
  const id = simulator.change.create({ text: 'The till is silent.' })
  simulator.clock.advance(60)
  return { simulator, id }
}

async function idsUpdatedSince(simulator: Simulator, time: number): Promise<string[]> {
  const { json } = await ask(simulator, '/conversations/search', {
    query: { field: 'updated_at', operator: '>', value: time - 1 },
    sort: { field: 'updated_at', order: 'ascending' },
  })
  return (json as { conversations: { id: string }[] }).conversations.map(({ id }) => id)
}

const lastPart = (simulator: Simulator, id: string) =>
  simulator.world.conversation(id)?.conversation_parts.conversation_parts.at(-1)

describe('a change', () => {
  it('moves the conversation to the end of the order by updated_at', async () => {
    const { simulator } = await workspace()
    const oldest = simulator.world.ids()[0] ?? ''
    simulator.change.reply(oldest, { text: 'Still there?' })
    expect(await idsUpdatedSince(simulator, testNow + 60)).toEqual([oldest])
  })

  it('a reply adds a part, a reply of the customer opens again what was closed', async () => {
    const { simulator, id } = await workspace()
    simulator.change.reply(id, { by: 1, text: 'Plug it in.' })
    simulator.clock.advance(60)
    simulator.change.close(id, 1)
    expect(simulator.world.listItem(id)).toMatchObject({
      state: 'closed',
      open: false,
      waiting_since: null,
      updated_at: testNow + 120,
      statistics: { first_close_at: testNow + 120, first_admin_reply_at: testNow + 60, count_reopens: 0 },
    })
    simulator.clock.advance(60)
    simulator.change.reply(id, { text: 'It is plugged in!' })
    expect(simulator.world.listItem(id)).toMatchObject({
      state: 'open',
      waiting_since: testNow + 180,
      statistics: { count_reopens: 1, count_conversation_parts: 3 },
    })
    expect(lastPart(simulator, id)).toMatchObject({ part_type: 'open', body: '<p>It is plugged in!</p>' })
  })

  it('snooze, assignment, tags, rating and priority show where they belong', async () => {
    const { simulator, id } = await workspace()
    const { admins, teams } = simulator.world.stage.staff
    simulator.change.assign(id, { team: 2 })
    simulator.change.assign(id, { admin: 3 })
    simulator.change.tag(id, 'vip')
    simulator.change.rate(id, 5, 'Splendid')
    simulator.change.setPriority(id, 'urgent')
    simulator.change.snooze(id, testNow + 86_400)
    const item = simulator.world.listItem(id)
    expect(item).toMatchObject({
      state: 'snoozed',
      open: true,
      snoozed_until: testNow + 86_400,
      admin_assignee_id: Number(admins[3]?.id),
      team_assignee_id: Number(teams[2]?.id),
      priority: 'urgent',
      conversation_rating: { rating: 5, remark: 'Splendid' },
      statistics: { count_assignments: 2 },
    })
    expect(item?.tags.tags.map(({ name }) => name)).toEqual(['vip'])
    simulator.change.untag(id, 'vip')
    simulator.change.assign(id, 'nobody')
    expect(simulator.world.listItem(id)).toMatchObject({ tags: { tags: [] }, admin_assignee_id: 0 })
  })

  it('redaction replaces the body and moves both times', async () => {
    const { simulator, id } = await workspace()
    const part = simulator.change.reply(id, { text: 'My PIN is 1234.' })
    simulator.clock.advance(60)
    simulator.change.redact(id, part)
    expect(lastPart(simulator, id)).toMatchObject({
      redacted: true,
      body: '<p><i>This message was deleted</i></p>',
      attachments: [],
      created_at: testNow + 60,
      updated_at: testNow + 120,
    })
    simulator.clock.advance(60)
    simulator.change.redact(id)
    const { source, updated_at: updatedAt } = simulator.world.listItem(id) ?? {}
    expect(source).toMatchObject({ redacted: true, body: '<p><i>This message was deleted</i></p>' })
    expect(updatedAt).toBe(testNow + 180)
  })

  it('deletion takes it out of search and list, answers 404 and lists it as deleted', async () => {
    const { simulator, id } = await workspace()
    simulator.change.delete(id)
    expect((await ask(simulator, `/conversations/${id}`)).status).toBe(404)
    expect(await idsUpdatedSince(simulator, testNow)).toEqual([])
    expect(simulator.world.deleted.at(-1)).toEqual({ id, deletedAt: testNow + 60, metricsRetained: true })
    expect(simulator.world.count()).toBe(120)
  })

  it('a merge closes and links the secondary conversation', async () => {
    const { simulator, id } = await workspace()
    const other = simulator.change.create({ text: 'The same again.' })
    simulator.change.merge(other, id)
    expect(simulator.world.listItem(other)).toMatchObject({
      state: 'closed',
      linked_objects: { data: [{ id }] },
    })
    expect(simulator.world.listItem(id)).toMatchObject({
      linked_objects: { data: [{ id: other }], total_count: 1 },
    })
    expect(lastPart(simulator, id)?.part_type).toBe('merged_primary_conversation')
  })

  it('to a conversation that does not exist is refused', async () => {
    const { simulator } = await workspace()
    expect(() => simulator.change.reply('1')).toThrow('Resource Not Found')
    expect(() => simulator.change.redact(simulator.world.ids()[0] ?? '', '1')).toThrow('Resource Not Found')
  })

  it('part ids are never used twice', async () => {
    const { simulator } = await workspace()
    for (const id of simulator.world.ids()) simulator.change.reply(id)
    const parts = [...simulator.world.conversations()].flatMap(
      ({ conversation_parts: list }) => list.conversation_parts,
    )
    expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length)
  })
})

describe('a workspace that lives', () => {
  it('changes by itself, the same way for the same seed, until it is stopped', async () => {
    const run = async () => {
      const simulator = await startTestSimulator({ clock: 'frozen' })
      const live = simulator.live({ everyMs: 1000, seed: 'busy' })
      const steps = Array.from({ length: 40 }, () => {
        simulator.clock.advance(30)
        return live.step()
      })
      live.stop()
      return { steps, world: JSON.stringify([...simulator.world.conversations()]) }
    }
    const first = await run()
    expect(await run()).toEqual(first)
    expect(new Set(first.steps.map(({ what }) => what)).size).toBeGreaterThan(4)
  })

  it('merges no two contacts of whom one has become the other', async () => {
    const simulator = await startTestSimulator({ size: 40, clock: 'frozen' })
    const live = simulator.live({ everyMs: 1_000_000, seed: 'b', rare: 0.8 })
    const done = Array.from({ length: 200 }, () => live.step().what)
    live.stop()
    expect(done).toContain('merge-contacts')
  })

  it('makes a change every so often', async () => {
    const simulator = await startTestSimulator({ clock: 'frozen' })
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const before = simulator.world.revision
    const live = simulator.live({ everyMs: 5000 })
    vi.advanceTimersByTime(15_000)
    expect(simulator.world.revision).toBeGreaterThanOrEqual(before + 3)
    live.stop()
    const after = simulator.world.revision
    vi.advanceTimersByTime(60_000)
    expect(simulator.world.revision).toBe(after)
  })
})
