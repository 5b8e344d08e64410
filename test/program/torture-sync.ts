import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Simulator } from '../../src/simulator/server'
import { openSqljsView } from '../../src/storage/sqljs/open-sqljs-store'
import { readStoredFile } from '../helpers/stored-file'
import { Contenders, createRandom } from '../storage/sqljs/contenders'
import { type ContestOptions, type ContestSummary, countKill } from '../storage/sqljs/contest'

/** More than the simulated workspace is old, so that everything is wanted. */
const historyDays = '400'

/** Conversation id -> messages of its acknowledged thread; null while only its row was acknowledged. */
type SyncLedger = Map<string, number | null>

export interface SyncSummary extends ContestSummary {
  /** Syncs that came to their end, each with every thread of the workspace. */
  completed: number
}

/**
 * Three processes sync one workspace into one store and are killed at moments drawn from `seed`; the next one takes
 * the sync up. A new store begins when a sync has completed, until there were enough kills and one whole sync more.
 */
export async function runSyncContest(
  options: ContestOptions & { simulator: Simulator },
): Promise<SyncSummary> {
  const { folder, kills, seed } = options
  const random = createRandom(seed)
  const summary: SyncSummary = {
    ...{ seed, kills: 0, killedIn: {}, owners: 0, acknowledged: 0, violations: [] },
    completed: 0,
  }
  for (let store = 1; summary.kills < kills && summary.violations.length === 0; store++) {
    const dbPath = join(folder, `synced-${store}`, 'data.db')
    mkdirSync(dirname(dbPath), { recursive: true })
    await contendForSync(dbPath, random, options, summary)
  }
  return summary
}

async function contendForSync(
  dbPath: string,
  random: () => number,
  { program, simulator, kills }: ContestOptions & { simulator: Simulator },
  summary: SyncSummary,
): Promise<void> {
  const ledger: SyncLedger = new Map()
  const contenders = new Contenders({
    command: () => [program, dbPath, simulator.url, historyDays],
    random,
    // Fewer than a whole sync says.
    patience: 15,
    hear: (word, rest) => {
      if (word === 'batch') recordBatch(ledger, rest)
      if (word === 'aside') summary.violations.push(`set aside without damage: ${rest}`)
      if (word === 'completed') contenders.end()
    },
  })
  try {
    while (summary.kills < kills && summary.violations.length === 0) {
      const phase = await contenders.killOne()
      if (phase === null) break
      countKill(summary, phase)
      summary.violations.push(...(await findLost(dbPath, new Map(ledger))))
    }
    if (summary.violations.length === 0) await contenders.ended()
  } finally {
    await contenders.killAll()
  }
  summary.completed++
  summary.owners += contenders.owners
  summary.acknowledged += ledger.size
  summary.violations.push(...(await findLost(dbPath, ledger)))
  summary.violations.push(...(await findMissing(dbPath, simulator)))
}

function recordBatch(ledger: SyncLedger, json: string): void {
  const batch = JSON.parse(json) as { id: string; messages: number | null }[]
  for (const { id, messages } of batch) ledger.set(id, messages ?? ledger.get(id) ?? null)
}

/** What the ledger says and the files do not hold, or hold otherwise. */
async function findLost(dbPath: string, ledger: SyncLedger): Promise<string[]> {
  if (ledger.size === 0) return []
  const file = await readStoredFile(dbPath)
  const violations = file.repeatedMessages.map((id) => `twice: message ${id}`)
  if (file.integrity !== 'ok') violations.push(file.integrity)
  for (const [id, messages] of ledger) {
    const stored = file.messageCounts.get(id)
    if (stored === undefined) violations.push(`lost: conversation ${id}`)
    else if (messages !== null && stored !== messages) {
      violations.push(`${stored} of ${messages} messages: conversation ${id}`)
    }
  }
  return violations
}

// By the workspace and not by the ledger: who is killed between a commit and its word leaves a thread unsaid.
async function findMissing(dbPath: string, { world }: Simulator): Promise<string[]> {
  const view = await openSqljsView(dbPath)
  const { threads, messages } = await view.getCounts()
  await view.close()
  let wanted = 0
  for (const id of world.ids()) wanted += world.messages(id).length
  if (threads === world.count() && messages === wanted) return []
  return [`completed with ${threads} threads of ${world.count()}, ${messages} messages of ${wanted}`]
}
