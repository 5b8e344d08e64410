import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createIntercomClient } from '../../src/intercom/client'
import type { Simulator, SimulatorOptions } from '../../src/simulator/server'
import type { Store } from '../../src/storage/port'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed, type SyncNeed } from '../../src/sync/need'
import type { PlanSettings } from '../../src/sync/planner'
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
  /** What a new process has: it remembers nothing but what is in the store. */
  const startProcess = () => {
    const api = createClient(simulator, apiVersion)
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
    /** Runs the need; `signal` ends it early. */
    sync: (need: Partial<SyncNeed> = {}, signal = new AbortController().signal, onProgress = () => {}) =>
      engine.run({ id: `run${++runs}`, need: aNeed(need), signal, onProgress }),
    fetchConversation: (id: string) => engine.fetchConversation(id, new AbortController().signal),
    restart: () => {
      engine = startProcess()
    },
  }
}

async function openTestStore(): Promise<Store> {
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
