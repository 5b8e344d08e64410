import { describe, expect, it } from 'vitest'
import { startLaptopWorld } from '../helpers/laptop-world'
import { daysAgo, everything, hold, startSchedulerWorld } from '../helpers/scheduler-world'
import { searchedWindows } from '../helpers/searched-windows'

describe('questions over timeframes that overlap', () => {
  it('share what they have in common: every conversation is fetched once', async () => {
    const { scheduler, source, memory } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    source.fetchedIds.length = 0
    const { release, reached } = hold(source, 'count')
    const first = await scheduler.refresh(daysAgo(50, 40))
    await reached
    const within = await scheduler.refresh(daysAgo(48, 42))
    const across = await scheduler.refresh(daysAgo(45, 35))
    release()
    await Promise.all([first.done, within.done, across.done])
    expect([first, within, across].map(({ refresh }) => refresh)).toEqual(['started', 'running', 'started'])
    expect(source.fetchedIds.toSorted()).toEqual(['c7', 'c8', 'c9'])
    expect(memory.runs()).toHaveLength(3)
    for (const question of [daysAgo(50, 40), daysAgo(45, 35), daysAgo(50, 35)]) {
      expect((await scheduler.refresh(question)).refresh).toBe('none')
    }
  })

  it('start one run when ten of them come at once', async () => {
    const { scheduler, memory, source } = startSchedulerWorld()
    await (await scheduler.refresh(everything)).done
    const tickets = await Promise.all(
      Array.from({ length: 10 }, (_, index) => scheduler.refresh(daysAgo(50 - index, 35 + index / 2))),
    )
    await Promise.all(tickets.map(({ done }) => done))
    expect(tickets.map(({ refresh }) => refresh)).toEqual(['started', ...Array(9).fill('running')])
    expect(memory.runs()).toHaveLength(2)
    expect(source.countRequests('count')).toBe(1)
  })
})

describe('the timeframe of a question', () => {
  it('is filled before the rest of an order that waits and brings it anyway', async () => {
    const world = await startLaptopWorld({ size: 60, settings: { initialSyncDays: 2 } })
    const { scheduler } = world
    const first = await scheduler.run({})
    const order = await scheduler.run({ days: 60 })
    const question = await scheduler.refresh(world.daysAgo(40, 35))
    expect(question.refresh).toBe('running')
    await Promise.all([first.done, order.done])
    expect(searchedWindows(world.simulator)).toEqual(['what is new', '40 to 35', '35 to 2', '60 to 40'])
  })

  it('is filled before the days of a background turn, whichever of them came first', async () => {
    const world = await startLaptopWorld({ size: 60, settings: { initialSyncDays: 2 } })
    const { scheduler } = world
    const first = await scheduler.run({})
    const turn = await scheduler.run({ backgroundTurn: true })
    const question = await scheduler.refresh(world.daysAgo(30, 25))
    expect(question.refresh).toBe('started')
    await Promise.all([first.done, turn.done, question.done])
    expect(searchedWindows(world.simulator)).toEqual(['what is new', '30 to 25', '7 to 2'])
  })
})
