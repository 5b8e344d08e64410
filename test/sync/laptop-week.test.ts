import { expect, it, test } from 'vitest'
import { createRandom, hashText, type Random } from '../../src/simulator/generate/random'
import { compareWithSource } from '../bench/verify'
import { startLaptopWorld } from '../helpers/laptop-world'
import { findUncovered } from './fault-history'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

type World = Awaited<ReturnType<typeof startLaptopWorld>>

/** What the network is like after the lid was opened, before all is well; for how many seconds of being awake. */
type Phase = ['down' | 'slow', number]

interface Absence {
  /** How long the lid is closed. */
  seconds: number
  /** Closed under a run, at one of its requests, rather than between two. */
  atRequest?: number
  /** How far the local clock is from Intercom's on waking. */
  clockOff?: number
  phases: Phase[]
}

interface Week {
  seed: string
  absences: Absence[]
  /** Whether questions are asked while the network is bad. */
  questions?: boolean
}

interface Lived {
  /** What is not as it has to be; empty when all is well. */
  violations: string[]
  mostRunsAtOnce: number
  failedRuns: number
}

/** Lives through a week; people go on writing, closing and deleting all the while, and rest only at its end. */
async function live({ seed, absences, questions = false }: Week): Promise<Lived> {
  const world = await startLaptopWorld({ seed, size: 30 })
  const { simulator, store, scheduler, path } = world
  const random = createRandom(hashText(`week ${seed}`))
  const people = simulator.live({ everyMs: 2 ** 31 - 1, seed: `people ${seed}`, rare: 0.3 })
  const violations: string[] = []
  const checkCoverage = async (when: string): Promise<void> => {
    violations.push(...(await findUncovered(store, simulator, 0, when)))
  }
  /** A stretch in pieces, with something happening before each. */
  const during = async (seconds: number, pieces: number, spend: (seconds: number) => unknown) => {
    for (let piece = 0; piece < pieces; piece += 1) {
      people.step()
      if (questions && random.chance(0.5)) void askSomething(world, random)
      await spend(seconds / pieces)
    }
  }

  scheduler.start()
  await world.awake(15 * minute)
  for (const [index, absence] of absences.entries()) {
    const { seconds, atRequest, clockOff = 0, phases } = absence
    await during(5 * minute, 3, world.awake)
    if (atRequest !== undefined) {
      world.closeLidAtRequest(atRequest, seconds)
      await during(12 * minute, 8, world.awake)
    } else await during(seconds, 20, world.asleep)
    world.local.offSeconds = clockOff
    for (const [network, length] of phases) {
      if (network === 'down') await simulator.goDown()
      else world.network.becomes('slow')
      await during(length, 4, world.awake)
      await simulator.comeBack()
      world.network.becomes('well')
      await checkCoverage(`absence ${index}, ${network}`)
    }
    const wellSince = simulator.clock.now()
    await during(16 * minute, 3, world.awake)
    await checkCoverage(`absence ${index}, well`)
    const { asOf } = await store.getSyncState()
    if ((asOf ?? 0) < wellSince) violations.push(`absence ${index}: the gap is open 16 minutes later`)
    if ((asOf ?? 0) > simulator.clock.now()) violations.push(`absence ${index}: as_of is in the future`)
  }
  people.stop()
  await world.awake(45 * minute)
  await checkCoverage('at the end')
  const failedRuns = (await store.listSyncRuns(1_000)).filter(({ status }) => status === 'failed').length
  await scheduler.stop()
  await store.close()
  const { differences } = await compareWithSource(path, simulator.world)
  violations.push(...differences.map((difference) => `at the end: ${difference}`))
  return { violations, failedRuns, mostRunsAtOnce: world.mostRunsAtOnce() }
}

function askSomething({ ask }: World, random: Random): Promise<void> {
  const [from, to] = random.pick([
    [2, 0],
    [30, 20],
    [100, 80],
    [50, 0],
  ] as const)
  return ask(from, to)
}

const badMorning: Phase[] = [
  ['down', 90],
  ['slow', 5 * minute],
]

it('leaves no hole and no duplicate after three days with the lid closed and a bad morning', async () => {
  const { violations, mostRunsAtOnce, failedRuns } = await live({
    seed: 'three days',
    absences: [{ seconds: 3 * day, phases: badMorning }],
  })
  expect(violations).toEqual([])
  expect(mostRunsAtOnce).toBe(1)
  expect(failedRuns).toBeGreaterThan(0)
})

/** A week by chance, of which the seed decides everything. */
function makeWeek(seed: string): Week {
  const random = createRandom(hashText(`plan ${seed}`))
  const makePhase = (): Phase =>
    random.chance(0.5) ? ['down', random.between(20, 400)] : ['slow', random.between(60, 600)]
  const makeAbsence = (): Absence => ({
    seconds: random.pick([20 * minute, 9 * hour, day, 3 * day]),
    ...(random.chance(0.4) ? { atRequest: random.between(1, 12) } : {}),
    clockOff: random.pick([0, 0, 5 * hour, -5 * hour, 40, -2 * day]),
    phases: Array.from({ length: random.between(0, 3) }, makePhase),
  })
  const absences = Array.from({ length: 3 }, makeAbsence)
  return { seed, absences, questions: random.chance(0.6) }
}

test.each(['1', '2', '3', '4', '5', '6'])(
  'a week by chance leaves the copy equal to its source (%s)',
  async (seed) => {
    const { violations, mostRunsAtOnce } = await live(makeWeek(seed))
    expect(violations).toEqual([])
    expect(mostRunsAtOnce).toBe(1)
  },
)
