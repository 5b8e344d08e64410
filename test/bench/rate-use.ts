import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulator } from '../../src/simulator/server'
import { placeFor, runNode } from './process'
import type { Row, Section } from './rows'
import { conversationsPerPage, startWorkspace, worldDays } from './workspace'

/** What Intercom counts in, and what its answers take here. */
export const windowSeconds = 10
export const latencyMs = 100
/** Of what the limit allows, at least so much is used, and at most so much of what is asked is refused. */
const leastUsed = 95
const mostRefused = 1

/** How much of a rate limit was used. */
export interface RateUse {
  /** Percent of what the whole windows between the first and the last allowed; null when there are none. */
  used: number | null
  wholeWindows: number
  /** Percent of all that was asked. */
  refused: number
  requests: number
}

/**
 * What the simulator counted, window by window. The first window with a request and the last one are left out, since
 * the sync began and ended somewhere within them; those between count, also one in which nothing was asked.
 */
export function countRateUse(uses: Simulator['rateUse'], limit: number): RateUse {
  const first = uses[0]?.start ?? 0
  const last = uses.at(-1)?.start ?? 0
  const whole = uses.filter(({ start }) => start > first && start < last)
  const wholeWindows = Math.max(0, (last - first) / windowSeconds - 1)
  const allowed = sum(whole.map(({ used }) => used))
  const refused = sum(uses.map((use) => use.refused))
  const requests = sum(uses.map(({ used }) => used)) + refused
  return {
    used: wholeWindows === 0 ? null : (allowed * 100) / (wholeWindows * limit),
    wholeWindows,
    refused: requests === 0 ? 0 : (refused * 100) / requests,
    requests,
  }
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Seconds that so many conversations take at least, every one with its thread. */
export function floorSeconds(conversations: number, limit: number): number {
  return ((conversations + Math.ceil(conversations / conversationsPerPage)) * windowSeconds) / limit
}

export interface RateUseOptions {
  /** Path of the dialogues; null for a generated world. */
  corpus: string | null
  program: string
  /** Of the benchmark, for all that it writes. */
  folder: string
  say(line: string): void
}

/** Syncs of so many minutes under low limits, all at the same time: each of them waits for most of it. */
export async function measureLowLimits(
  { corpus, program, folder, say }: RateUseOptions,
  { limits, minutes }: { limits: number[]; minutes: number },
): Promise<Section[]> {
  const orders: LowLimit[] = []
  // Made before any of them is asked: making one keeps this process, and so all simulators, busy.
  for (const limit of limits) {
    const conversations = Math.round((minutes * 60 * limit) / windowSeconds)
    const simulator = await startWorkspace(conversations, corpus, { rateLimit: limit, latencyMs })
    orders.push({ limit, conversations, simulator })
    say(`Syncing ${conversations} conversations at ${limit} requests in ${windowSeconds} s`)
  }
  return Promise.all(orders.map((order) => measureLowLimit(order, program, folder)))
}

interface LowLimit {
  limit: number
  conversations: number
  simulator: Simulator
}

async function measureLowLimit(
  { limit, conversations, simulator }: LowLimit,
  program: string,
  folder: string,
): Promise<Section> {
  const { home, env } = placeFor(program, join(folder, `home-rate-${limit}`), simulator)
  try {
    const startedMs = performance.now()
    await runNode([program, 'sync', '--home', home, '--days', `${worldDays + 1}`], env)
    const seconds = (performance.now() - startedMs) / 1000
    const time: Row = {
      ...{ what: 'time taken, from the start of the process to its end', figure: seconds, unit: 's' },
      ...{ comparedWith: 'its requests at an even pace', reference: floorSeconds(conversations, limit) },
    }
    return {
      title: `sync at ${limit} requests in ${windowSeconds} s, answers take ${latencyMs} ms: ${conversations} conversations`,
      rows: [...useRows(countRateUse(simulator.rateUse, limit)), time],
    }
  } finally {
    await simulator.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The two shares. */
export function useRows({ used, wholeWindows, refused, requests }: RateUse): Row[] {
  return [
    {
      what: `allowed requests used, ${wholeWindows} whole windows`,
      ...{ figure: used, unit: '%', comparedWith: 'target', bound: 'at least', reference: leastUsed },
    },
    {
      what: `refused (429), of ${requests.toLocaleString('en')} requests`,
      ...{ figure: refused, unit: '%', comparedWith: 'target', bound: 'at most', reference: mostRefused },
    },
  ]
}
