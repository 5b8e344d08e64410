import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openReadOnlyView } from '../../../src/storage/sqljs/read-only-view'
import { findViolations, Ledger } from './batch-store'
import { Contenders, createRandom } from './contenders'
import { inherit } from './heirs'

/** Then the store is looked at as a whole, and a new one begins: an old one grows slow. */
const killsPerStore = 20

export interface ContestSummary {
  seed: number
  kills: number
  /** What the killed process had last said it was doing. */
  killedIn: Record<string, number>
  /** How often the store changed hands. */
  owners: number
  acknowledged: number
  /** In words; the contest ends with the first. */
  violations: string[]
}

export interface ContestOptions {
  /** The bundled program that the contenders run, with the bundled snapshot worker beside it. */
  program: string
  /** An empty folder. */
  folder: string
  kills: number
  seed: number
}

/**
 * Three processes write batches to one store, handing it on and being killed at moments drawn from `seed`. Whatever
 * is acknowledged is looked for after every kill.
 */
export async function runContest({ program, folder, kills, seed }: ContestOptions): Promise<ContestSummary> {
  const random = createRandom(seed)
  const summary: ContestSummary = { seed, kills: 0, killedIn: {}, owners: 0, acknowledged: 0, violations: [] }
  for (let store = 1; summary.kills < kills && summary.violations.length === 0; store++) {
    const dbPath = join(folder, `store-${store}`, 'data.db')
    mkdirSync(dirname(dbPath), { recursive: true })
    const maker = store % 2 === 0 ? 'worker' : 'here'
    const command = (): string[] => [program, dbPath, String(5 + Math.floor(random() * 60)), maker]
    const most = Math.min(killsPerStore, kills - summary.kills)
    await contendForOne({ dbPath, command, random, kills: most }, summary)
  }
  return summary
}

/** Counts a kill in the summary. */
export function countKill(summary: ContestSummary, phase: string): void {
  summary.killedIn[phase] = (summary.killedIn[phase] ?? 0) + 1
  summary.kills++
}

async function contendForOne(
  options: { dbPath: string; command: () => string[]; random: () => number; kills: number },
  summary: ContestSummary,
): Promise<void> {
  const { dbPath, command, random, kills } = options
  const ledger = new Ledger()
  const contenders = new Contenders({
    command,
    random,
    patience: 40,
    hear: (word, rest) => {
      if (word === 'try') ledger.attempted.add(rest)
      if (word === 'ack') ledger.acknowledged.add(rest)
      if (word === 'aside') summary.violations.push(`set aside without damage: ${rest}`)
    },
  })
  try {
    for (let n = 0; n < kills && summary.violations.length === 0; n++) {
      countKill(summary, (await contenders.killOne()) ?? 'end')
      summary.violations.push(...(await lookBeside(dbPath, ledger)))
    }
  } finally {
    await contenders.killAll()
  }
  summary.acknowledged += ledger.acknowledged.size
  summary.owners += contenders.owners
  summary.violations.push(...(await inherit(dbPath, ledger)))
}

// Through the files alone, beside those who write: what has been acknowledged by now is in them.
async function lookBeside(dbPath: string, ledger: Ledger): Promise<string[]> {
  const known = new Ledger()
  for (const id of ledger.acknowledged) known.acknowledged.add(id)
  if (known.acknowledged.size === 0) return []
  const view = await openReadOnlyView(dbPath)
  const violations = await findViolations(view, known)
  await view.close()
  // What the living announce meanwhile may be there before it is read here; the end of the contest judges that.
  return violations.filter((text) => !text.startsWith('never written'))
}
