import type { FaultRule } from '../../src/simulator/faults'
import { createRandom, hashText } from '../../src/simulator/generate/random'
import type { FaultHistoryOptions } from '../sync/fault-history'
import { drawHistory } from '../sync/fault-mixtures'
import type { FaultWorld, Way } from './fault-world'

const tools: readonly Way[] = ['force_sync', 'sync_conversations', 'search_conversations']
const rounds = 3

/**
 * Lives through the mixture of faults of a seed, which also decides by what syncs are asked for, whether the server
 * ends in the middle of one or a terminal command does one, and whether the local clock is wrong. Resolves to what
 * is not as it has to be.
 */
export async function outliveMixture(world: FaultWorld, seed: number): Promise<string[]> {
  const { rules, restarts = false, localClockOff } = drawHistory(seed)
  const random = createRandom(hashText(`program ${seed}`))
  // To start a process takes as long as several syncs.
  const special = random.chance(0.3) ? random.int(rounds) : null
  // A cut thread is whole only where the older parts have been seen.
  world.setFaults(...rules.filter(({ fault }) => fault !== 'part_cap'))
  for (let round = 0; round < rounds; round += 1) {
    if (round === 1 && localClockOff) await world.restart(localClockOff(1))
    if (round !== special) await world.sync(random.pick(tools))
    else if (restarts) await world.syncAndEnd(random.pick(['close', 'kill']), random.between(1, 60))
    else await world.sync(random.pick(['command', 'command_alone']))
    if (round === 0 && (await world.hasEveryThread())) world.setFaults(...rules)
    world.change(6)
    world.leap(random.pick([0, 1, 20, 300, 2_000, 90_000]))
  }
  return [...(await world.findUncovered(rules)), ...(await world.settle())]
}

/** Lives through one fault in a workspace that is synced already. Resolves to what is not as it has to be. */
export async function outliveFault(
  world: FaultWorld,
  rules: readonly FaultRule[],
  { localClockOff, restarts = false }: Partial<FaultHistoryOptions> = {},
): Promise<string[]> {
  if (localClockOff) await world.restart(localClockOff(1))
  world.setFaults(...rules)
  world.change(5)
  // The names of teammates and tags are an hour old now.
  world.leap(4_000)
  // With force everything is fetched again, so that the fault meets many requests.
  await world.sync('sync_conversations')
  world.change(5)
  // Soon enough for an index and a server that are minutes behind.
  world.leap(20)
  if (restarts) await world.syncAndEnd('kill', 10)
  else await world.sync('force_sync')
  const struck = world.simulator.struckFaults()
  const missed = rules.filter(({ fault }) => !struck.includes(fault))
  return [...missed.map(({ fault }) => `${fault} has never struck`), ...(await world.settle())]
}
