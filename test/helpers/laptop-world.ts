import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createIntercomClient } from '../../src/intercom/client'
import { createRandom, hashText } from '../../src/simulator/generate/random'
import type { Store } from '../../src/storage/port'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createScheduler, type SchedulerSettings } from '../../src/sync/scheduler'
import type { Timers } from '../../src/sync/timers'
import { startTestSimulator } from './simulator'
import { temporaryFolder, uncontestedLock } from './sqljs'
import { quietLogger } from './sync-timers'

const settings: SchedulerSettings = {
  ...{ initialSyncDays: 90, syncDays: 7, backfillLimit: 1_000, overlapSeconds: 600 },
  ...{ maxSyncAgeMinutes: 5, backgroundSyncIntervalMinutes: 10 },
}
/** Shorter sleeps are those of a run that writes in groups: they are over at once. */
const shortestLoopSleepMs = 1_000

type Network = 'well' | 'slow'

/**
 * A process that runs on a laptop: the real scheduler with its background loop, client and store, over a simulator.
 * Time passes only in `awake` (timers run), in `asleep` (they stand still) and by what the network takes. The local
 * clock is as far from Intercom's as it is set.
 */
export async function startLaptopWorld(
  options: { seed?: string; size?: number; settings?: Partial<SchedulerSettings> } = {},
) {
  const { seed = 'laptop', size = 60 } = options
  const simulator = await startTestSimulator({ size, seed, clock: 'frozen' })
  const path = join(temporaryFolder(), 'data.db')
  const { store } = await openSqljsStore({ path, lock: uncontestedLock() })
  onTestFinished(() => store.close().catch(() => {}))
  const watch = watchRuns(store)
  const local = { offSeconds: 0 }
  const nowMs = (): number => simulator.clock.nowMs() + local.offSeconds * 1_000
  const pass = (ms: number): void => simulator.clock.advance(ms / 1_000)
  const sleeper = createSleeper(nowMs)
  const network = createNetwork(seed, pass)
  const questions = new Set<Promise<void>>()
  let runs = 0
  const scheduler = createScheduler({
    store,
    api: createIntercomClient({
      ...{ token: simulator.token, region: 'us', apiUrl: simulator.url, apiVersion: '2.16', version: '0' },
      ...{ now: nowMs, sleep: async (durationMs) => pass(durationMs), fetch: network.fetch },
      random: () => 0.5,
    }),
    settings: { ...settings, ...options.settings },
    logger: quietLogger,
    timers: sleeper.timers,
    newId: () => `run${++runs}`,
  })
  onTestFinished(() => scheduler.stop())

  const daysAgo = (from: number, to: number) => {
    const now = simulator.clock.now()
    const timeframe = { start: now - from * 86_400, end: now - to * 86_400 }
    return { timeframe, timeField: 'created_at' as const }
  }
  /** Until nothing happens any more before the loop's next turn. */
  const settle = async (): Promise<void> => {
    await sleeper.untilAsleep()
    await Promise.all(questions)
  }
  return {
    ...{ simulator, store, scheduler, path, local, network, settle, daysAgo },
    /** The most runs that were under way at once. */
    mostRunsAtOnce: watch.most,
    /** Asks a question as a tool call does; what it starts ends in the next stretch awake, or when it is awaited. */
    ask(fromDays: number, toDays: number): Promise<void> {
      const asked = scheduler.refresh(daysAgo(fromDays, toDays)).then(({ done }) => done)
      const ended: Promise<void> = asked.finally(() => questions.delete(ended))
      questions.add(ended)
      return ended
    },
    /** Lets so much time pass with timers running. */
    async awake(seconds: number): Promise<void> {
      for (let leftMs = seconds * 1_000; leftMs > 0; ) {
        await settle()
        const stepMs = Math.min(leftMs, sleeper.leftMs())
        pass(stepMs)
        leftMs -= stepMs
        sleeper.sleepOff(stepMs)
      }
      await settle()
    },
    /** Lets so much time pass with timers standing still. */
    asleep: (seconds: number): void => pass(seconds * 1_000),
    /** Closes the lid for so long at one of the next requests of a run, which then gets no answer. */
    closeLidAtRequest: (requests: number, seconds: number): void => network.closeLidAt(requests, seconds),
  }
}

/** Timers whose longer sleeps end when the test says that so much time has passed awake. */
function createSleeper(nowMs: () => number) {
  let sleep: { leftMs: number; wake: () => void } | null = null
  let onSleep = (): void => {}
  const timers: Timers = {
    nowMs,
    random: () => 0.5,
    sleep: (durationMs, signal) => {
      if (durationMs < shortestLoopSleepMs) return new Promise((resolve) => setImmediate(resolve))
      return new Promise((resolve) => {
        const wake = () => {
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleep = { leftMs: durationMs, wake }
        signal?.addEventListener('abort', wake)
        onSleep()
      })
    },
  }
  return {
    timers,
    async untilAsleep(): Promise<void> {
      if (sleep) return
      await new Promise<void>((resolve) => {
        onSleep = resolve
      })
    },
    leftMs: () => sleep?.leftMs ?? 0,
    sleepOff(ms: number): void {
      if (!sleep) return
      sleep.leftMs -= ms
      if (sleep.leftMs > 0) return
      const { wake } = sleep
      sleep = null
      wake()
    },
  }
}

/** The way to the simulator, whose answers may take their time or get lost. */
function createNetwork(seed: string, pass: (ms: number) => void) {
  const random = createRandom(hashText(`network ${seed}`))
  let state: Network = 'well'
  let lid: { requestsLeft: number; seconds: number } | null = null
  const lose = (ms: number): never => {
    pass(ms)
    throw new TypeError('fetch failed')
  }
  return {
    becomes: (next: Network): void => {
      state = next
    },
    closeLidAt(requestsLeft: number, seconds: number): void {
      lid = { requestsLeft, seconds }
    },
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      if (lid && --lid.requestsLeft <= 0) {
        const { seconds } = lid
        lid = null
        lose(seconds * 1_000)
      }
      if (state === 'well') return fetch(input, init)
      // Some answers are lost after a time-out's length, before or after the server has seen the request.
      if (random.chance(0.08)) lose(30_000)
      pass(random.between(500, 8_000))
      const response = await fetch(input, init)
      if (!random.chance(0.08)) return response
      await response.body?.cancel()
      return lose(30_000)
    },
  }
}

/** Counts runs between the records of their beginning and their end, as the store sees them. */
function watchRuns(store: Store) {
  const underWay = new Set<string>()
  let most = 0
  const apply = store.apply.bind(store)
  store.apply = (change) => {
    const run = change.syncRun
    if (run?.status === 'in_progress') underWay.add(run.id)
    else if (run) underWay.delete(run.id)
    most = Math.max(most, underWay.size)
    return apply(change)
  }
  return { most: () => most }
}
