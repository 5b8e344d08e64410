import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIntercomClient } from '../../src/intercom/client'
import type { FaultName, FaultRule } from '../../src/simulator/faults'
import { createRandom, hashText } from '../../src/simulator/generate/random'
import { type Simulator, startSimulator } from '../../src/simulator/server'
import type { Store } from '../../src/storage/port'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createScheduler, type Scheduler } from '../../src/sync/scheduler'
import { compareWithSource } from '../bench/verify'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'

const testNow = 1_741_262_400
/** Small, so that a small workspace has many pages. */
const pageSize = 15
const overlapSeconds = 600

export interface FaultHistoryOptions {
  seed: string | number
  rules: readonly FaultRule[]
  /** Faults begin after the first sync. */
  afterFirstSync?: boolean
  /** Changes to the workspace between two runs; 0 for a workspace that rests. */
  changes?: number
  rounds?: number
  size?: number
  /** How far the local clock is from Intercom's, anew in each round. */
  localClockOff?: (round: number) => number
  /** Whether processes end in the middle of runs and others begin. */
  restarts?: boolean
}

export interface FaultHistory {
  /** What is not as it has to be; empty when all is well. */
  violations: string[]
  runs: number
  failedRuns: number
  requests: number
}

/**
 * A workspace that lives and a process that keeps a copy of it, as the background loop would, while faults strike.
 * After each run nothing may be missing from what is reported as covered; when the workspace has come to rest the
 * copy has to become equal to it, faults or not.
 */
export async function runFaultHistory(options: FaultHistoryOptions): Promise<FaultHistory> {
  const folder = mkdtempSync(join(tmpdir(), 'fast-intercom-faults-'))
  const { size = 60, seed } = options
  const simulator = await startSimulator({
    ...{ size, seed: `faults ${seed}`, now: testNow, clock: 'frozen', token: 'test-token' },
  })
  try {
    return await live(simulator, join(folder, 'data.db'), options)
  } finally {
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function live(simulator: Simulator, path: string, options: FaultHistoryOptions): Promise<FaultHistory> {
  const { seed, rules, changes = 6, rounds = 5, afterFirstSync = false, restarts = false } = options
  const random = createRandom(hashText(`history ${seed}`))
  const { store } = await openSqljsStore({ path, lock: uncontestedLock })
  const workspace = simulator.live({ everyMs: 2 ** 31 - 1, seed: `changes ${seed}`, rare: 0.3 })
  const violations: string[] = []
  const off = { seconds: 0 }
  let process = startProcess(simulator, store, off)
  let runs = 0
  let failedRuns = 0

  /** Resolves to whether the run came to its end and no thread is pending. */
  const sync = async (endAfterRequests: number | null): Promise<boolean> => {
    runs += 1
    process.endAfter(endAfterRequests)
    const ended = await process.run()
    if (!ended) failedRuns += 1
    if (endAfterRequests !== null) {
      await process.stop()
      process = startProcess(simulator, store, off)
    }
    violations.push(...(await findUncovered(store, simulator, hiddenSeconds(rules), `run ${runs}`)))
    return ended && (await store.countPendingThreads()) === 0
  }

  if (afterFirstSync) await sync(null)
  simulator.setFaults(...rules.filter(({ fault }) => fault !== 'part_cap'))
  for (let round = 0; round < rounds; round += 1) {
    off.seconds = options.localClockOff?.(round) ?? 0
    await sync(restarts && random.chance(0.3) ? random.between(1, 90) : null)
    // A cut thread is whole only where the older parts have been seen.
    const { threads, conversations } = await store.getCounts()
    if (conversations > 0 && threads === conversations) simulator.setFaults(...rules)
    for (let left = changes; left > 0; left -= 1) {
      workspace.step()
      simulator.clock.advance(random.int(30))
    }
    simulator.clock.advance(random.pick([0, 1, 20, 300, 2_000, 90_000]))
  }
  simulator.setFaults(...rules.filter(({ fault }) => !changing.has(fault)))
  let isSettled = false
  for (let rest = 0; rest < 16; rest += 1) {
    isSettled = await sync(null)
    if (rest >= 3 && isSettled) break
    simulator.clock.advance(400)
  }
  if (!isSettled) violations.push('at the end: no run has come to its end with every thread')
  await process.stop()
  workspace.stop()
  await store.close()
  const { differences } = await compareWithSource(path, simulator.world)
  violations.push(...differences.map((difference) => `at the end: ${difference}`))
  return { violations, runs, failedRuns, requests: simulator.requests.total }
}

const uncontestedLock = { generation: 1, isHeld: () => true, release: () => {} }

/** What a program is between its start and its end: it remembers nothing but what is in the store. */
function startProcess(simulator: Simulator, store: Store, off: { seconds: number }) {
  const localNowMs = (): number => simulator.clock.nowMs() + off.seconds * 1_000
  const timers = { ...createTestTimers(), nowMs: localNowMs }
  let requestsLeft: number | null = null
  let ending: Promise<void> | null = null
  const client = createIntercomClient({
    ...{ token: 'test-token', region: 'us', apiUrl: simulator.url, apiVersion: '2.16', version: '0' },
    now: localNowMs,
    // A wait for the rate limit or for a retry moves the clock instead.
    sleep: async (durationMs) => simulator.clock.advance(durationMs / 1_000),
    fetch: (input, init) => {
      if (requestsLeft !== null && --requestsLeft <= 0) ending ??= scheduler.stop()
      return fetch(input, init)
    },
  })
  const scheduler: Scheduler = createScheduler({
    store,
    api: {
      ...client,
      searchConversations: (window, options) => client.searchConversations({ ...window, pageSize }, options),
    },
    settings: {
      ...{ initialSyncDays: 90, syncDays: 7, backfillLimit: 1_000, overlapSeconds },
      ...{ maxSyncAgeMinutes: 5, backgroundSyncIntervalMinutes: 0 },
    },
    logger: quietLogger,
    timers,
  })
  return {
    endAfter(requests: number | null) {
      requestsLeft = requests
    },
    /** Whether a run came to its end well. */
    async run(): Promise<boolean> {
      try {
        const { done } = await scheduler.run({})
        await done
        return true
      } catch {
        return false
      }
    },
    async stop(): Promise<void> {
      await (ending ?? scheduler.stop())
    },
  }
}

const changing: ReadonlySet<FaultName> = new Set(['changes_while_reading', 'bulk_update'])
const hiding: ReadonlySet<FaultName> = new Set(['index_lag', 'wrong_date'])

/** What happened in the last so many seconds the API itself does not show, or dates otherwise. */
export function hiddenSeconds(rules: readonly FaultRule[]): number {
  const hidden = rules.filter(({ fault }) => hiding.has(fault)).map(({ amount = 60 }) => Math.abs(amount))
  return hidden.reduce((sum, seconds) => sum + seconds, 0)
}

/** Conversations that the source has and a covered timeframe lacks; what is younger than `hidden` seconds may. */
export async function findUncovered(
  store: Store,
  { world }: Simulator,
  hidden: number,
  when: string,
): Promise<string[]> {
  const { asOf, covered } = await store.getSyncState()
  if (asOf === null) return []
  const promised = world.ids().filter((id) => {
    const createdAt = world.listItem(id)?.created_at ?? 0
    return (
      createdAt < asOf - hidden && covered.some(({ start, end }) => start <= createdAt && createdAt < end)
    )
  })
  const versions = await store.getVersions(promised)
  return promised.filter((id) => !versions.has(id)).map((id) => `${when}: ${id} is covered and not stored`)
}
