import { parseArgs } from 'node:util'
import { outliveMixture } from '../program/fault-histories'
import { startFaultWorld } from '../program/fault-world'
import { drawHistory, runMixture } from '../sync/fault-mixtures'

/**
 * `tsx test/bench/fault-matrix.ts [seeds] [first] [--program dist/cli.js]`: random mixtures of faults, one history
 * each (200 from seed 1 on), and at the end the seeds under which the copy did not come out equal to its source.
 * With a program it is the built one that syncs, else the scheduler within this process.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { program: { type: 'string' } },
})
const [count = 200, first = 1] = positionals.map(Number)

/** The built program waits for much of its time. */
const lanes = values.program === undefined ? 1 : 4
const failed: number[] = []
let next = first
await Promise.all(Array.from({ length: lanes }, runLane))
say(`${count - failed.length} of ${count} equal to the source`)
if (failed.length > 0) {
  say(`not equal: seeds ${failed.sort((one, other) => one - other).join(', ')}`)
  process.exitCode = 1
}

async function runLane(): Promise<void> {
  while (next < first + count) {
    const seed = next
    next += 1
    const { violations, told } = await (values.program === undefined
      ? runHere(seed)
      : runProgram(values.program, seed))
    const faults = drawHistory(seed).rules.map(({ fault }) => fault)
    say(`${seed}: ${told}, ${faults.join(' ')}`)
    if (violations.length === 0) continue
    failed.push(seed)
    for (const violation of violations.slice(0, 10)) say(`  ${violation}`)
  }
}

interface Outcome {
  violations: string[]
  told: string
}

async function runHere(seed: number): Promise<Outcome> {
  const { violations, runs, failedRuns, requests } = await runMixture(seed)
  return { violations, told: `${runs} runs, ${failedRuns} failed, ${requests} requests` }
}

/** A new workspace and an empty home folder. */
async function runProgram(program: string, seed: number): Promise<Outcome> {
  const world = await startFaultWorld({ program, seed: `mixture ${seed}`, size: 40 })
  try {
    const violations = await outliveMixture(world, seed)
    return {
      violations,
      told: `${world.errors.length} syncs failed, ${world.simulator.requests.total} requests`,
    }
  } finally {
    await world.close()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
