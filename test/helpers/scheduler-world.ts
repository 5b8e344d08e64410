import { createScheduler, type SchedulerSettings } from '../../src/sync/scheduler'
import { createSource, type Source, type SourceRequest } from './source-in-memory'
import { createMemoryStore } from './store-in-memory'
import { createTestTimers, quietLogger } from './sync-timers'

const day = 86_400
/** When the worlds of these tests stand: 14 November 2023. */
export const start = 1_700_000_000
export const settings: SchedulerSettings = {
  initialSyncDays: 30,
  syncDays: 7,
  backfillLimit: 5,
  overlapSeconds: 600,
  maxSyncAgeMinutes: 5,
  backgroundSyncIntervalMinutes: 0,
}
export const everything = { timeframe: null, timeField: 'created_at' as const }
export const daysAgo = (from: number, to: number) => ({
  timeframe: { start: start - from * day, end: start - to * day },
  timeField: 'created_at' as const,
})

/** A scheduler over a workspace of 20 conversations, five days apart, the newest an hour old. */
export function startSchedulerWorld(changes: Partial<SchedulerSettings> = {}) {
  const { api, source } = createSource({ now: start })
  for (let index = 0; index < 20; index += 1) source.create(`c${index}`, start - 3_600 - index * 5 * day)
  const memory = createMemoryStore()
  const timers = createTestTimers(start * 1_000)
  let runs = 0
  const scheduler = createScheduler({
    store: memory.store,
    api,
    settings: { ...settings, ...changes },
    logger: quietLogger,
    timers,
    newId: () => `run${++runs}`,
  })
  /** Both clocks move together. */
  const pass = (seconds: number): void => {
    source.now += seconds
    timers.advance(seconds * 1_000)
  }
  return { scheduler, source, memory, timers, pass }
}

/** Holds the source's next answer of a kind until it is released. */
export function hold(source: Source, kind: SourceRequest) {
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const reached = new Promise<void>((resolve) => {
    source.beforeAnswer = async (request) => {
      if (request !== kind) return
      resolve()
      await held
    }
  })
  return { release, reached }
}
