import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createIntercomClient } from '../../src/intercom/client'
import { createLocalService } from '../../src/service/local'
import type { Service } from '../../src/service/service'
import { createWorkspaceGuard } from '../../src/service/workspace-guard'
import type { Store } from '../../src/storage/port'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createWorkerBuilder } from '../../src/storage/sqljs/snapshot-builder'
import { createScheduler } from '../../src/sync/scheduler'
import { memoryOf, resetPeak } from './proc'
import type { Stalls, StallsOrder } from './stalls'

/**
 * A process that owns a store and asks it questions, one every few milliseconds, while something else goes on in it:
 * nothing, a sync, or snapshots. Prints how long its event loop was held up, and how long the questions took.
 */
const order = JSON.parse(process.argv[2] ?? '') as StallsOrder

const questions = ['help', 'please book', 'thank you', '"next week"', 'how much', 'cancel']
const betweenQuestionsMs = 10
const restMs = 3_000
const snapshots = 3
// Commits during a snapshot, as a sync would make them.
const betweenCommitsMs = 25

const logger = { debug() {}, info() {}, warn: complain, error: complain }
const key = randomBytes(32).toString('hex')
const claimed = await acquireLock({ dbPath: order.path, socket: join(order.path, 'none.sock'), key })
if (claimed.kind !== 'held') throw new Error('The lock of the store is taken.')
const snapshotBuilder = order.maker === 'worker' ? createWorkerBuilder(workerProgram()) : null
const { store } = await openSqljsStore({ path: order.path, lock: claimed.lock, logger, snapshotBuilder })
process.stdout.write(JSON.stringify(await measure()))
await store.close()
claimed.lock.release()

async function measure(): Promise<Stalls> {
  const { url: apiUrl, token, days } = order
  const api = createIntercomClient({ token, apiUrl, region: 'us', apiVersion: '2.16', version: '0', logger })
  const fetchWorkspace = async (signal: AbortSignal) => (await api.fetchMe({ signal })).workspace
  const guard = createWorkspaceGuard({ store, token, fetchWorkspace })
  const scheduler = createScheduler({
    ...{ store, api, logger, onWorkspaceAccepted: guard.recordAccepted },
    settings: {
      ...{ initialSyncDays: days, syncDays: days, backfillLimit: 10_000, overlapSeconds: 600 },
      ...{ backgroundSyncIntervalMinutes: 0, maxSyncAgeMinutes: 100_000 },
    },
  })
  // Nothing kept: what is measured is the work of an answer.
  const settings = { maxSyncAgeMinutes: 100_000, cacheTtlSeconds: 0 }
  const service = createLocalService({ ...{ store, scheduler, api, guard, settings }, version: '0' })
  const actions = {
    rest: () => sleep(restMs),
    sync: async () => (await scheduler.run({ days })).done,
    snapshot: () => takeSnapshots(store),
  }
  // What is loaded and prepared once is none of the action's doing.
  await askAll(service)
  const stalls = await watch(service, actions[order.action])
  await scheduler.stop()
  return stalls
}

async function watch(service: Service, action: () => Promise<unknown>): Promise<Stalls> {
  const canReset = resetPeak(process.pid)
  const latencies: number[] = []
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const startedMs = performance.now()
  let isDone = false
  const acting = action().finally(() => {
    isDone = true
  })
  for (let asked = 0; !isDone; asked++) {
    const askedMs = performance.now()
    // Every other one is about the state, which takes no time of its own.
    if (asked % 2 === 0) await service.getDataInfo({})
    else await service.searchConversations({ query: questions[asked % questions.length], limit: 50 })
    latencies.push(performance.now() - askedMs)
    await Promise.race([acting, sleep(betweenQuestionsMs)])
  }
  await acting
  loop.disable()
  latencies.sort((a, b) => a - b)
  return {
    seconds: (performance.now() - startedMs) / 1000,
    loopWorstMs: loop.max / 1e6,
    loopP99Ms: loop.percentile(99) / 1e6,
    answers: latencies.length,
    answerP95Ms: latencies[Math.floor(latencies.length * 0.95)] ?? 0,
    answerWorstMs: latencies.at(-1) ?? 0,
    peakMb: canReset ? (memoryOf(process.pid)?.peak ?? null) : null,
  }
}

async function askAll(service: Service): Promise<void> {
  await service.getDataInfo({})
  for (const query of questions) await service.searchConversations({ query, limit: 50 })
}

/** One after the other; conversations go on being changed meanwhile. */
async function takeSnapshots(to: Store): Promise<void> {
  const all = { query: null, timeframe: null, timeField: 'updated_at', filters: {}, sort: 'newest' } as const
  const { ids } = await to.searchConversations({ ...all, maxIds: 200 })
  for (let round = 0; round < snapshots; round++) {
    let isDone = false
    await touch(to, ids[round] ?? '')
    const snapshot = to.writeSnapshot().finally(() => {
      isDone = true
    })
    for (let next = 10; !isDone; next++) {
      await touch(to, ids[next % ids.length] ?? '')
      await Promise.race([snapshot, sleep(betweenCommitsMs)])
    }
    await snapshot
  }
}

async function touch(to: Store, id: string): Promise<void> {
  const [stored] = await to.getConversations([id])
  const messages = (await to.getMessages([id])).get(id)
  if (stored === undefined || messages === undefined) throw new Error(`There is no conversation ${id}.`)
  const conversation = { ...stored, updatedAt: stored.updatedAt + 1 }
  const thread = { partsTotal: stored.partsTotal ?? messages.length }
  await to.apply({ conversations: [{ conversation, messages, thread, contacts: [] }] })
}

function workerProgram(): URL {
  const program = join(order.program, '..', 'snapshot-worker.js')
  if (!existsSync(program)) throw new Error(`There is no ${program}.`)
  return pathToFileURL(program)
}

// A snapshot that was not made where it should have been is not what is measured.
function complain(message: string, fields?: Record<string, unknown>): void {
  process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`)
  process.exitCode = 1
}
