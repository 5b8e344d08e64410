import { drawHistory, runMixture } from '../sync/fault-mixtures'

/**
 * `tsx test/bench/fault-matrix.ts [seeds] [first]`: random mixtures of faults, one history each (200 from seed 1
 * on), and at the end the seeds under which the copy did not come out equal to its source.
 */
const [count = 200, first = 1] = process.argv.slice(2).map(Number)
const failed: number[] = []
for (let seed = first; seed < first + count; seed += 1) {
  const { violations, runs, failedRuns, requests } = await runMixture(seed)
  const faults = drawHistory(seed).rules.map(({ fault }) => fault)
  process.stdout.write(
    `${seed}: ${runs} runs, ${failedRuns} failed, ${requests} requests, ${faults.join(' ')}\n`,
  )
  if (violations.length === 0) continue
  failed.push(seed)
  process.stdout.write(
    violations
      .slice(0, 10)
      .map((line) => `  ${line}\n`)
      .join(''),
  )
}
process.stdout.write(`${count - failed.length} of ${count} equal to the source\n`)
if (failed.length > 0) {
  process.stdout.write(`not equal: seeds ${failed.join(', ')}\n`)
  process.exitCode = 1
}
