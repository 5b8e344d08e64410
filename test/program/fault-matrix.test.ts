import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { builtProgram } from '../helpers/program'
import { faultCases } from '../sync/fault-cases'
import { outliveFault, outliveMixture } from './fault-histories'
import { type FaultWorld, startFaultWorld } from './fault-world'

// Each takes a second or two; on a machine with much else to do, the ones with many refusals take a while longer.
vi.setConfig({ testTimeout: 120_000 })

const threads = ['conversations.get']
const cases: typeof faultCases = [
  ...faultCases,
  ['not_found, of threads after their hits', [{ fault: 'not_found', endpoints: threads, times: 3 }]],
  ['no_answer, to a few requests', [{ fault: 'no_answer', after: 10, times: 3 }]],
]
const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

/** Each lane has one process at a time, and waits for much of its time: for a window's end, for another try. */
const lanes = [0, 1, 2]
const laneOf = <Item>(items: readonly Item[], lane: number): Item[] =>
  items.filter((_, index) => index % lanes.length === lane)

describe.concurrent.each(lanes)('the copy of the built program, lane %i', (lane) => {
  const start = () => startFaultWorld({ program: builtProgram, seed: `lane ${lane}`, size: 30 })
  let world: FaultWorld

  // The first mixture of each lane meets an empty home folder.
  beforeAll(async () => {
    world = await start()
  })
  afterAll(() => world.close())

  async function judge(violations: string[]): Promise<void> {
    if (violations.length > 0) {
      // What is wrong with this copy is not to be told of the faults to come.
      await world.close()
      world = await start()
    }
    expect(violations).toEqual([])
  }

  it.sequential.each(laneOf(seeds, lane))('equals its source after the mixture of seed %i', async (seed) => {
    await judge(await outliveMixture(world, seed))
  })

  it.sequential.each(laneOf(cases, lane))('equals its source after %s', async (_, rules, options) => {
    await judge(await outliveFault(world, rules, options))
  })

  it.sequential('is told from its source when that has said one thing more', async () => {
    const { simulator } = world
    const id = simulator.world.ids().at(-1) ?? ''
    simulator.change.note(id, 'For the record: quokka.')
    expect(await world.findDifferences()).toEqual([
      expect.stringMatching(`^${id}: \\d+ messages at the source`),
    ])
  })
})
