import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { IntercomApi } from '../../src/intercom/api'
import { createIntercomClient } from '../../src/intercom/client'
import type { Simulator, SimulatorOptions } from '../../src/simulator/server'
import type { Store } from '../../src/storage/port'
import type { SqlStore } from '../../src/storage/sql-store'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed, type SyncNeed } from '../../src/sync/need'
import type { PlanSettings } from '../../src/sync/planner'
import { createProgressTracker, type RunContext } from '../../src/sync/run-context'
import { startTestSimulator } from './simulator'
import { temporaryFolder, uncontestedLock } from './sqljs'
import { createTestTimers, quietLogger } from './sync-timers'

const settings: PlanSettings = {
  initialSyncDays: 90,
  syncDays: 7,
  overlapSeconds: 600,
}

/** The simulator with a clock that stands still, the real client, and the real store in a temporary folder. */
export async function startSyncWorld(
  options: SimulatorOptions & { plan?: Partial<PlanSettings>; apiVersion?: string } = {},
) {
  const { plan, apiVersion = '2.16', ...simulated } = options
  const simulator = await startTestSimulator({ clock: 'frozen', ...simulated })
  const store = await openTestStore()
  let api: IntercomApi
  /** What a new process has: it remembers nothing but what is in the store. */
  const startProcess = () => {
    api = createClient(simulator, apiVersion)
    return createSyncEngine({
      store,
      api,
      settings: { ...settings, ...plan },
      logger: quietLogger,
      timers: createTestTimers(),
    })
  }
  let runs = 0
  let engine = startProcess()
  return {
    simulator,
    store,
    /** The client of the process that is under way. */
    api: () => api,
    /** Runs the need; `signal` ends it early. */
    sync: (need: Partial<SyncNeed> = {}, signal = new AbortController().signal, onProgress = () => {}) =>
      engine.run({ id: `run${++runs}`, need: aNeed(need), signal, onProgress }),
    fetchConversation: (id: string) => engine.fetchConversation(id, new AbortController().signal),
    restart: () => {
      engine = startProcess()
    },
  }
}

/** What a part of a run works with, when it is tried alone. */
export function aContext(store: Store, api: IntercomApi): RunContext {
  return {
    ...{ store, api, logger: quietLogger, timers: createTestTimers() },
    signal: new AbortController().signal,
    progress: createProgressTracker({ requestsSent: () => 0, onProgress: () => {} }),
  }
}

async function openTestStore(): Promise<SqlStore> {
  const path = join(temporaryFolder(), 'data.db')
  const { store } = await openSqljsStore({ path, lock: uncontestedLock() })
  onTestFinished(() => store.close().catch(() => {}))
  return store
}

function createClient(simulator: Simulator, apiVersion: string) {
  return createIntercomClient({
    token: simulator.token,
    region: 'us',
    apiUrl: simulator.url,
    apiVersion,
    version: '0.0.0',
    now: () => simulator.clock.nowMs(),
    // A wait for the rate limit or for a retry moves the clock instead.
    sleep: async (durationMs) => simulator.clock.advance(durationMs / 1_000),
  })
}
