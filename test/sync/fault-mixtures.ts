import { drawFaults } from '../../src/simulator/fault-mixture'
import { createRandom, hashText } from '../../src/simulator/generate/random'
import { type FaultHistory, type FaultHistoryOptions, runFaultHistory } from './fault-history'

/** The history of a mixture: the seed decides its faults, the local clock, and whether processes end early. */
export function drawHistory(seed: number): FaultHistoryOptions {
  const random = createRandom(hashText(`mixture ${seed}`))
  const clocks = [0, -300_000, 7_200, 5, -20]
  return {
    seed,
    rules: drawFaults(seed),
    restarts: random.chance(0.5),
    ...(random.chance(0.3) ? { localClockOff: (round) => clocks[round % clocks.length] ?? 0 } : {}),
  }
}

/** Lives through the mixture of a seed. */
export function runMixture(seed: number): Promise<FaultHistory> {
  return runFaultHistory(drawHistory(seed))
}
