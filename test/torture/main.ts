/**
 * The long run of the torture tests: `npm run torture -- [--kills 500] [--seed N]`. Two kills in three hit processes
 * that write batches, one in three hits a sync. Ends with 1 when anything acknowledged was lost or applied twice.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startSimulator } from '../../src/simulator/server'
import { runSyncContest } from '../program/torture-sync'
import { bundleChild, bundleWorker } from '../storage/sqljs/child-bundle'
import { type ContestSummary, runContest } from '../storage/sqljs/contest'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed)
if (!Number.isInteger(kills) || !Number.isInteger(seed) || kills < 3) throw new Error('Not a whole number')

const syncKills = Math.floor(kills / 3)
const folder = mkdtempSync(join(tmpdir(), 'fast-intercom-torture-'))
const simulator = await startSimulator({
  size: 500,
  token: 'test-token',
  latency: { baseMs: 5 },
  rateLimit: 1_000_000,
})

const report = async (name: string, run: () => Promise<ContestSummary>): Promise<boolean> => {
  const started = Date.now()
  const summary = await run()
  const seconds = Math.round((Date.now() - started) / 1000)
  process.stdout.write(`${name}: ${JSON.stringify({ ...summary, seconds }, null, 2)}\n`)
  return summary.violations.length === 0
}

process.stdout.write(`${kills} kills, seed ${seed}\n`)
await bundleWorker(folder)
const writer = await bundleChild('contending-child', folder)
const syncer = await bundleChild(
  'torture-child',
  folder,
  fileURLToPath(new URL('../program', import.meta.url)),
)
const kept = [
  await report('append and snapshot', () =>
    runContest({ program: writer, folder, kills: kills - syncKills, seed }),
  ),
  await report('sync', () => runSyncContest({ program: syncer, folder, simulator, kills: syncKills, seed })),
]
await simulator.close()
if (kept.every(Boolean)) rmSync(folder, { recursive: true, force: true })
else {
  process.stdout.write(`The stores are kept in ${folder}\n`)
  process.exitCode = 1
}
