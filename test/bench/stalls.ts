import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Simulator } from '../../src/simulator/server'
import { runNode } from './process'
import type { Row, Section } from './rows'
import { worldDays } from './workspace'

/** What the measuring process is told. */
export interface StallsOrder {
  path: string
  /** The built program, whose worker is used. */
  program: string
  url: string
  token: string
  days: number
  action: 'rest' | 'sync' | 'snapshot'
  /** Where large snapshots are made. */
  maker: Maker
}

/** What it found while the action went on. */
export interface Stalls {
  seconds: number
  /** The longest that nothing else could run, a question's own work included. */
  loopWorstMs: number
  loopP99Ms: number
  answers: number
  answerP95Ms: number
  answerWorstMs: number
  peakMb: number | null
}

type Maker = 'worker' | 'this_thread'

const child = fileURLToPath(new URL('stalls-child.ts', import.meta.url))
const mostPeakMb = 600
const mostP95Ms = 50

/**
 * How long a store keeps its process from answering: while it is filled by a sync, and while snapshots of the full
 * one are taken, by a worker thread and by the thread that answers.
 */
export async function measureStalls(
  simulator: Simulator,
  { program, folder, say }: { program: string; folder: string; say(line: string): void },
): Promise<Section[]> {
  const run = async (home: string, action: StallsOrder['action'], maker: Maker): Promise<Stalls> => {
    say(`Stalls: ${action}, snapshots by ${maker}`)
    mkdirSync(home, { recursive: true })
    const { url, token } = simulator
    const days = worldDays + 1
    const order: StallsOrder = { path: join(home, 'data.db'), program, url, token, days, action, maker }
    const tsx = pathToFileURL(fileURLToPath(import.meta.resolve('tsx'))).href
    return JSON.parse(await runNode(['--import', tsx, child, JSON.stringify(order)]))
  }
  const before = join(folder, 'stalls-before')
  const after = join(folder, 'stalls-after')
  try {
    const sync = {
      before: await run(before, 'sync', 'this_thread'),
      after: await run(after, 'sync', 'worker'),
    }
    const rest = await run(after, 'rest', 'worker')
    const snapshot = {
      before: await run(after, 'snapshot', 'this_thread'),
      after: await run(after, 'snapshot', 'worker'),
    }
    const size = `${simulator.world.count().toLocaleString('en')} conversations`
    const fileMb = Math.round(statSync(join(after, 'data.db')).size / 1e6)
    return [
      { title: `stalls while ${size} are synced`, rows: compare(sync, rest) },
      {
        title: `stalls while snapshots of ${size} are taken (file ${fileMb} MB)`,
        rows: compare(snapshot, rest),
      },
    ]
  } finally {
    for (const home of [before, after]) rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

function compare({ before, after }: { before: Stalls; after: Stalls }, rest: Stalls): Row[] {
  const ms = { unit: 'ms', comparedWith: 'snapshots made by the thread that answers' }
  const atRest = { unit: 'ms', comparedWith: 'nothing else going on' }
  const answers = `answers (${after.answers.toLocaleString('en')} in ${after.seconds.toFixed(1)} s)`
  return [
    { what: 'event loop held up, worst', figure: after.loopWorstMs, reference: before.loopWorstMs, ...ms },
    { what: 'event loop held up, worst', figure: after.loopWorstMs, reference: rest.loopWorstMs, ...atRest },
    { what: 'event loop held up, 99th of 100', figure: after.loopP99Ms, reference: before.loopP99Ms, ...ms },
    { what: `${answers}, worst`, figure: after.answerWorstMs, reference: before.answerWorstMs, ...ms },
    { what: `${answers}, 95th of 100`, figure: after.answerP95Ms, reference: before.answerP95Ms, ...ms },
    {
      ...{ what: `${answers}, 95th of 100`, figure: after.answerP95Ms, unit: 'ms' },
      ...{ comparedWith: 'target', bound: 'at most', reference: mostP95Ms },
    },
    {
      ...{ what: 'time taken', figure: after.seconds, unit: 's', reference: before.seconds },
      comparedWith: ms.comparedWith,
    },
    {
      ...{ what: 'memory, peak', figure: after.peakMb, unit: 'MB', reference: before.peakMb },
      comparedWith: ms.comparedWith,
    },
    {
      ...{ what: 'memory, peak', figure: after.peakMb, unit: 'MB' },
      ...{ comparedWith: 'target', bound: 'at most', reference: mostPeakMb },
    },
  ]
}
