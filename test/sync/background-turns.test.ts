import { describe, expect, it, test } from 'vitest'
import { startLaptopWorld } from '../helpers/laptop-world'
import { searchedWindows } from '../helpers/searched-windows'

const hour = 3_600
const day = 24 * hour

type World = Awaited<ReturnType<typeof startLaptopWorld>>

/** Seconds from an instant on Intercom's clock to as_of; negative when everything since then is missing. */
async function asOfSince({ store }: World, instant: number): Promise<number> {
  return ((await store.getSyncState()).asOf ?? 0) - instant
}

/** A synced workspace whose background loop has taken its first turn. */
async function startSynced(options: Parameters<typeof startLaptopWorld>[0] = {}) {
  const world = await startLaptopWorld({ size: 20, ...options })
  world.scheduler.start()
  await world.awake(60)
  return world
}

describe('after waking', () => {
  it('everything is fresh within seconds, however little of the interval was over', async () => {
    const world = await startSynced()
    for (const seconds of [6 * 60, 9 * hour]) {
      world.asleep(seconds)
      const wokeAt = world.simulator.clock.now()
      await world.awake(20)
      expect(await asOfSince(world, wokeAt)).toBeGreaterThanOrEqual(0)
    }
  })

  it('no request is sent when what is stored is fresh', async () => {
    const world = await startSynced()
    world.simulator.requests.reset()
    world.asleep(3 * 60)
    await world.awake(20)
    expect(world.simulator.requests.total).toBe(0)
  })

  it('the gap is closed within two minutes although the API is down for the first', async () => {
    const world = await startSynced()
    world.asleep(9 * hour)
    const wokeAt = world.simulator.clock.now()
    await world.simulator.goDown()
    await world.awake(60)
    expect(world.scheduler.status().lastError?.error.code).toBe('intercom_network')
    await world.simulator.comeBack()
    await world.awake(60)
    expect(await asOfSince(world, wokeAt)).toBeGreaterThan(60)
    expect(world.scheduler.status().lastError).toBeNull()
  })

  it('failures from before count no more', async () => {
    const world = await startSynced()
    await world.simulator.goDown()
    await world.awake(2 * hour)
    world.asleep(2 * 60)
    await world.simulator.comeBack()
    const wokeAt = world.simulator.clock.now()
    await world.awake(20)
    expect(await asOfSince(world, wokeAt)).toBeGreaterThanOrEqual(0)
  })
})

describe('while the API is down', () => {
  it('a turn is tried again after waits that grow to a quarter of an hour, and then succeeds', async () => {
    const world = await startSynced()
    await world.simulator.goDown()
    await world.awake(2 * hour)
    const failed = (await world.store.listSyncRuns(100)).filter(({ status }) => status === 'failed')
    // After nine minutes, then 30, 60, 120, 240 and 480 seconds later, and from then on each 900.
    expect(failed).toHaveLength(12)
    await world.simulator.comeBack()
    const wellSince = world.simulator.clock.now()
    await world.awake(15 * 60)
    expect(await asOfSince(world, wellSince)).toBeGreaterThanOrEqual(0)
  })
})

describe('a wrong local clock', () => {
  const table: [string, { atStart?: number; later: number }][] = [
    ['hours fast', { atStart: 5 * hour, later: 5 * hour }],
    ['hours slow', { atStart: -5 * hour, later: -5 * hour }],
    ['put right by some hours forward', { atStart: -5 * hour, later: 0 }],
    ['put right by some days back', { atStart: 2 * day, later: 0 }],
    ['set forward while all was well', { later: 5 * hour }],
    ['set back while all was well', { later: -5 * hour }],
  ]
  test.each(table)('that is %s neither hides what happens nor makes as_of lie', async (_, clock) => {
    const world = await startLaptopWorld({ size: 20 })
    const { simulator, store, local } = world
    local.offSeconds = clock.atStart ?? 0
    const startedAt = simulator.clock.now()
    world.scheduler.start()
    await world.awake(60)
    expect(await asOfSince(world, startedAt)).toBeGreaterThanOrEqual(0)
    expect(await asOfSince(world, simulator.clock.now())).toBeLessThanOrEqual(0)

    local.offSeconds = clock.later
    const [id = ''] = simulator.world.ids()
    simulator.change.reply(id, { text: 'Is the lamp on its way?' })
    const repliedAt = simulator.clock.now()
    // At once where the clock has jumped, and after the interval where it has been wrong all the time.
    await world.awake(clock.atStart === clock.later ? 11 * 60 : 20)
    const messages = (await store.getMessages([id])).get(id) ?? []
    expect(messages.at(-1)?.text).toBe('Is the lamp on its way?')
    expect(await asOfSince(world, repliedAt)).toBeGreaterThanOrEqual(0)
    expect(await asOfSince(world, simulator.clock.now())).toBeLessThanOrEqual(0)
  })

  it.each([5 * hour, -5 * hour])('set by %i seconds holds no attempt back', async (seconds) => {
    const world = await startSynced()
    await world.simulator.goDown()
    await world.awake(2 * hour)
    world.local.offSeconds = seconds
    await world.simulator.comeBack()
    const wellSince = world.simulator.clock.now()
    await world.awake(20)
    expect(await asOfSince(world, wellSince)).toBeGreaterThanOrEqual(0)
  })
})

it('a sync is made each interval, although older data counts as fresh', async () => {
  const world = await startSynced({ settings: { maxSyncAgeMinutes: 600 } })
  await world.awake(9 * 60)
  const later = world.simulator.clock.now()
  await world.awake(2 * 60)
  expect(await asOfSince(world, later)).toBeGreaterThanOrEqual(0)
})

describe('what was asked about lately', () => {
  it('is filled by the next turn, after what is new and before the days that are kept', async () => {
    const world = await startLaptopWorld({ size: 60, settings: { initialSyncDays: 2 } })
    const { simulator, scheduler } = world
    await (await scheduler.run({})).done
    await simulator.goDown()
    await world.ask(40, 35)
    await simulator.comeBack()
    simulator.clock.advance(400)
    simulator.requests.reset()
    scheduler.start()
    await world.awake(60)
    expect(searchedWindows(simulator)).toEqual(['what is new', '40 to 35', '7 to 2'])
  })

  it('is filled before the kept days by an order that takes a turn, too', async () => {
    const world = await startLaptopWorld({ size: 60, settings: { initialSyncDays: 2 } })
    const { simulator, scheduler } = world
    await (await scheduler.run({})).done
    await simulator.goDown()
    await world.ask(40, 35)
    await simulator.comeBack()
    simulator.requests.reset()
    const turn = await scheduler.run({ backgroundTurn: true })
    await turn.done
    expect(searchedWindows(simulator)).toEqual(['what is new', '40 to 35', '7 to 2'])
    expect(await (await scheduler.run({ backgroundTurn: true })).done).toMatchObject({ status: 'completed' })
  })

  it('is not filled any more an hour later', async () => {
    const world = await startLaptopWorld({ size: 60, settings: { initialSyncDays: 2 } })
    const { simulator, scheduler } = world
    await (await scheduler.run({})).done
    await simulator.goDown()
    await world.ask(40, 35)
    await simulator.comeBack()
    simulator.clock.advance(hour + 1)
    simulator.requests.reset()
    scheduler.start()
    await world.awake(60)
    expect(searchedWindows(simulator)).toEqual(['what is new', '7 to 2'])
  })
})
