import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { scrubbedEnvironment, temporaryFolder } from '../helpers/program'
import { startTestSimulator } from '../helpers/simulator'
import { readStoredFile } from '../helpers/stored-file'

const childProgram = fileURLToPath(new URL('./sync-child.ts', import.meta.url))
const kills = 20
/** More than the simulated workspace is old, so that everything is wanted. */
const historyDays = '400'

interface Acknowledged {
  batch: { id: string; updatedAt: number; messages: number | null }[]
  completed: boolean
}

interface ChildRun {
  acknowledged: Acknowledged[]
  killed: boolean
}

function startChild(home: string, apiUrl: string): ChildProcessWithoutNullStreams {
  const args = ['--import', 'tsx', childProgram, home, apiUrl, historyDays]
  return spawn(process.execPath, args, { env: scrubbedEnvironment(), stdio: 'pipe' })
}

/** Whole lines of what the child has printed: half a line was not acknowledged to anybody. */
function readLedger(output: string): Acknowledged[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Acknowledged)
}

function countBatches(output: string): number {
  return readLedger(output).filter(({ batch }) => batch.length > 0).length
}

/** When to kill: so many milliseconds after so many acknowledged batches, whatever the speed of the machine. */
interface Kill {
  batches: number
  delayMs: number
}

/** Runs the child to the moment of its kill; null lets it end by itself. */
function runChild(home: string, apiUrl: string, kill: Kill | null): Promise<ChildRun> {
  const child = startChild(home, apiUrl)
  return new Promise((resolve, reject) => {
    let output = ''
    let errors = ''
    let isAimedAt = false
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (isAimedAt || kill === null || countBatches(output) < kill.batches) return
      isAimedAt = true
      setTimeout(() => child.kill('SIGKILL'), kill.delayMs)
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('close', (code, signal) => {
      const acknowledged = readLedger(output)
      if (code === 0 || signal === 'SIGKILL') resolve({ acknowledged, killed: signal !== null })
      else reject(new Error(`the child ended with ${code}: ${errors}`))
    })
  })
}

/** A small generator with a fixed seed, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** What the ledger says and the files do not hold, or hold otherwise. */
async function findLost(home: string, ledger: Ledger): Promise<string[]> {
  const file = await readStoredFile(join(home, 'data.db'))
  expect(file.integrity).toBe('ok')
  expect(file.repeatedMessages).toEqual([])
  return [...ledger]
    .filter(([id, messages]) => {
      const stored = file.messageCounts.get(id)
      return stored === undefined || (messages !== null && stored !== messages)
    })
    .map(([id]) => id)
}

/** Conversation id -> messages of its acknowledged thread; null while only its row was acknowledged. */
type Ledger = Map<string, number | null>

function record(ledger: Ledger, acknowledged: Acknowledged[]): void {
  for (const { id, messages } of acknowledged.flatMap(({ batch }) => batch)) {
    ledger.set(id, messages ?? ledger.get(id) ?? null)
  }
}

function countThreads(ledger: Ledger): number {
  return [...ledger.values()].filter((messages) => messages !== null).length
}

it('keeps every acknowledged batch through kill -9 at random moments of a sync, and takes it up again', async () => {
  const simulator = await startTestSimulator({ size: 1_500, latency: { baseMs: 10 } })
  const random = createRandom(20_261_121)
  let home = temporaryFolder()
  let ledger: Ledger = new Map()
  let killedAmongThreads = 0

  for (let killed = 0; killed < kills; ) {
    const kill = { batches: 1 + Math.floor(random() * 7), delayMs: Math.floor(random() * 40) }
    const run = await runChild(home, simulator.url, kill)
    record(ledger, run.acknowledged)
    expect(await findLost(home, ledger), `lost at kill ${killed + 1}`).toEqual([])
    if (run.killed) {
      killed += 1
      if (countThreads(ledger) > 0) killedAmongThreads += 1
    } else {
      home = temporaryFolder()
      ledger = new Map()
    }
  }
  expect(killedAmongThreads).toBeGreaterThan(0)

  const countRequests = () => simulator.requests.count('conversations.get')
  const requestsBefore = countRequests()
  const threadsBefore = countThreads(ledger)
  const last = await runChild(home, simulator.url, null)
  record(ledger, last.acknowledged)
  expect(last.acknowledged.some(({ completed }) => completed)).toBe(true)
  expect(await findLost(home, ledger)).toEqual([])
  expect(countThreads(ledger)).toBe(simulator.world.count())
  expect(countRequests() - requestsBefore).toBeLessThanOrEqual(simulator.world.count() - threadsBefore)
}, 180_000)
