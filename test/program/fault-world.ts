import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SyncStatusAnswer } from '../../src/domain/answers'
import type { FaultRule } from '../../src/simulator/faults'
import { type Simulator, startSimulator } from '../../src/simulator/server'
import type { Store } from '../../src/storage/port'
import { openSqljsView } from '../../src/storage/sqljs/open-sqljs-store'
import { type Place, runNode, type Served, serve } from '../bench/process'
import { compareWithSource } from '../bench/verify'
import { startQuickTime } from '../helpers/quick-time'
import { findUncovered, hiddenSeconds } from '../sync/fault-history'

/** What asks for a sync: a tool of the server, or `sync` in a terminal, beside the server or without any. */
export type Way = 'force_sync' | 'sync_conversations' | 'search_conversations' | 'command' | 'command_alone'

/** A workspace that lives, and the built program that keeps a copy of it in one home folder. */
export interface FaultWorld {
  readonly simulator: Simulator
  /** What ended syncs early so far. */
  readonly errors: readonly string[]
  /** Switches faults on, besides what makes a small workspace have many pages. */
  setFaults(...rules: readonly FaultRule[]): void
  /** Lets so many seconds pass at once. */
  leap(seconds: number): void
  /** Changes the workspace so many times, a moment after each other. */
  change(count: number): void
  /** Whether a sync came to its end well, as far as this way of asking tells. */
  sync(way: Way): Promise<boolean>
  /** Ends the server after so many further requests of a sync, by closing its input or with SIGKILL. */
  syncAndEnd(how: 'close' | 'kill', afterRequests: number): Promise<void>
  /** Ends the server; the next tool call starts another one, whose clock is so many seconds off. */
  restart(clockOffSeconds?: number): Promise<void>
  /** What a covered timeframe lacks now. */
  findUncovered(rules: readonly FaultRule[]): Promise<string[]>
  /** What the copy has now and its source has not, or otherwise. */
  findDifferences(): Promise<string[]>
  /** Whether each conversation that is stored has its thread. */
  hasEveryThread(): Promise<boolean>
  /** Syncs without faults, a few times at most, until the copy equals its source; resolves to what does not. */
  settle(): Promise<string[]>
  close(): Promise<void>
}

const token = 'test-token'
/** With it a workspace of a few dozen conversations has several pages. */
const shortPages: FaultRule = { fault: 'short_pages', amount: 12 }
const mostSyncsToSettle = 4

/** Starts a workspace of so many conversations; nothing is fetched yet. */
export async function startFaultWorld(options: {
  program: string
  seed: string
  size: number
}): Promise<FaultWorld> {
  const { program, seed, size } = options
  const folder = mkdtempSync(join(tmpdir(), 'fim-faults-'))
  const time = startQuickTime(folder)
  const simulator = await startSimulator({
    ...{ size, seed, token, now: time.originMs / 1_000, readMs: time.nowMs },
  })
  const workspace = simulator.live({ everyMs: 2 ** 31 - 1, seed: `changes ${seed}`, rare: 0.3 })
  const home = join(folder, 'home')
  const dataFile = join(home, 'data.db')
  let clockOffSeconds = 0
  let server: Served | null = null
  const errors: string[] = []

  const place = (): Place => ({
    program,
    home,
    env: {
      ...time.environment(clockOffSeconds),
      INTERCOM_API_URL: simulator.url,
      INTERCOM_ACCESS_TOKEN: token,
      FASTINTERCOM_INITIAL_SYNC_DAYS: '120',
      FASTINTERCOM_BACKGROUND_SYNC_INTERVAL: '0',
    },
  })

  const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> => {
    server ??= await serve(place())
    return server.call(name, args)
  }

  /** Waits for whatever runs behind the answers. */
  const waitForEnd = async (): Promise<boolean> => {
    for (;;) {
      const status = (await call('get_sync_status', {})) as unknown as SyncStatusAnswer
      if (!status.is_syncing) return status.last_error === undefined
      await pause(10)
    }
  }

  const end = async (how: 'close' | 'kill'): Promise<void> => {
    const ending = server
    server = null
    await ending?.[how]()
  }

  const runCommand = async (): Promise<boolean> => {
    const { env } = place()
    // Through its door it waits for the server, whose time is quick: its own patience is meant for real time.
    const { NODE_OPTIONS: _, ...inRealTime } = env
    const args = [program, 'sync', '--json', '--home', home]
    const output = await runNode(args, server === null ? env : inRealTime)
    return (JSON.parse(output) as { success: boolean }).success
  }

  const ways: Record<Way, () => Promise<boolean>> = {
    force_sync: async () => (await call('force_sync', { wait_seconds: 3_600 })).success === true,
    sync_conversations: async () => {
      await call('sync_conversations', { force: true })
      return waitForEnd()
    },
    search_conversations: async () => {
      await call('search_conversations', { query: 'refund', timeframe: 'last 30 days', wait_seconds: 1 })
      return waitForEnd()
    },
    command: runCommand,
    command_alone: async () => {
      await end('close')
      return runCommand()
    },
  }

  const sync = async (way: Way): Promise<boolean> => {
    try {
      if (await ways[way]()) return true
      throw new Error('failed behind the answer')
    } catch (error) {
      errors.push(`${way}: ${String(error)}`.replace(/\s+/g, ' ').slice(0, 200))
      return false
    }
  }

  const read = async <Result>(work: (view: Store) => Promise<Result>, unstored: Result): Promise<Result> => {
    if (!existsSync(dataFile)) return unstored
    const view = await openSqljsView(dataFile)
    try {
      return await work(view)
    } finally {
      await view.close()
    }
  }
  const findDifferences = async () => (await compareWithSource(dataFile, simulator.world)).differences
  const setFaults = (...rules: readonly FaultRule[]) => simulator.setFaults(shortPages, ...rules)

  return {
    simulator,
    errors,
    setFaults,
    findDifferences,
    leap: time.leap,
    change(count) {
      for (let left = count; left > 0; left -= 1) {
        workspace.step()
        time.leap(left % 20)
      }
    },
    sync,
    async syncAndEnd(how, afterRequests) {
      const until = simulator.requests.total + afterRequests
      let isOver = false
      const running = sync('force_sync').then(() => {
        isOver = true
      })
      while (!isOver && simulator.requests.total < until) await pause(2)
      await end(how)
      await running
    },
    async restart(off = 0) {
      await end('close')
      clockOffSeconds = off
    },
    findUncovered: (rules) =>
      read((view) => findUncovered(view, simulator, hiddenSeconds(rules), 'under faults'), []),
    hasEveryThread: () =>
      read(async (view) => {
        const { threads, conversations } = await view.getCounts()
        return conversations > 0 && threads === conversations
      }, false),
    async settle() {
      setFaults()
      let violations: string[] = []
      for (let syncs = 0; syncs < mostSyncsToSettle; syncs += 1) {
        time.leap(700)
        const hasEnded = await sync('force_sync')
        const differences = await findDifferences()
        violations = hasEnded ? differences : [`no sync ends well: ${errors.at(-1)}`, ...differences]
        if (violations.length === 0) break
      }
      return violations.map((violation) => `without faults: ${violation}`)
    },
    async close() {
      workspace.stop()
      await end('close')
      await simulator.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
