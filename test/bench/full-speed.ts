import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerStatusAnswer } from '../../src/domain/answers'
import { type Place, placeFor, type Served, serve } from './process'
import {
  countRateUse,
  floorSeconds,
  latencyMs,
  type RateUseOptions,
  useRows,
  windowSeconds,
} from './rate-use'
import type { Row, Section } from './rows'
import { conversationsPerPage, startWorkspace, worldDays } from './workspace'

/** Intercom's usual limit of 10,000 a minute. */
const usualLimit = 1_666
const firstSearchable = 1_000
const betweenQuestionsMs = 150
/** A search in the process that syncs. */
const mostP95Ms = 50
const questions = ['help', 'please book', 'thank you', '"next week"', 'how much', 'cancel']

/** Seconds from the order to sync, as the program's own status tells; null where it was never seen to be so. */
interface Milestones {
  firstSearchable: number | null
  openings: number | null
  threads: number
}

/**
 * One large sync at the usual limit, by a server that is asked its status and searches all the while, as a client
 * would.
 */
export async function measureFullSpeed(options: RateUseOptions, size: number): Promise<Section> {
  const { corpus, program, folder, say } = options
  const named = size.toLocaleString('en')
  say(`Syncing ${named} conversations at ${usualLimit} requests in ${windowSeconds} s`)
  const simulator = await startWorkspace(size, corpus, { rateLimit: usualLimit, latencyMs })
  const home = join(folder, 'home-full-speed')
  const place = placeFor(program, home, simulator)
  try {
    const owner = await serve(withHistory(place))
    const reached = await syncWhileAsked(owner, size)
    const use = countRateUse(simulator.rateUse, usualLimit)
    const status = await readStatus(owner)
    await owner.close()
    return {
      title: `sync at ${usualLimit.toLocaleString('en')} requests in ${windowSeconds} s, answers take ${latencyMs} ms: ${named} conversations`,
      rows: [...useRows(use), ...milestoneRows(reached, size), answerRow(status)],
    }
  } finally {
    await simulator.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

function withHistory({ env, ...place }: Place): Place {
  return { ...place, env: { ...env, FASTINTERCOM_INITIAL_SYNC_DAYS: String(worldDays + 1) } }
}

async function syncWhileAsked(owner: Served, size: number): Promise<Milestones> {
  const startedMs = performance.now()
  const reached: Milestones = { firstSearchable: null, openings: null, threads: 0 }
  await owner.call('sync_conversations')
  for (let asked = 0; ; asked += 1) {
    const { counts, sync } = await readStatus(owner)
    const seconds = (performance.now() - startedMs) / 1000
    if (counts.conversations >= Math.min(firstSearchable, size)) reached.firstSearchable ??= seconds
    if (counts.conversations >= size) reached.openings ??= seconds
    if (!sync.is_syncing) {
      if (sync.last_error !== null) throw new Error(`The sync failed: ${sync.last_error.message}`)
      return { ...reached, threads: seconds }
    }
    await owner.call('search_conversations', { query: questions[asked % questions.length], limit: 50 })
    await sleep(betweenQuestionsMs)
  }
}

async function readStatus(owner: Served): Promise<ServerStatusAnswer> {
  return (await owner.call('get_server_status')) as unknown as ServerStatusAnswer
}

function milestoneRows({ firstSearchable: first, openings, threads }: Milestones, size: number): Row[] {
  const unit = 's'
  const comparedWith = 'its requests at an even pace'
  const pages = (conversations: number): number =>
    (Math.ceil(conversations / conversationsPerPage) * windowSeconds) / usualLimit
  const thousand = Math.min(firstSearchable, size)
  return [
    {
      ...{ what: `first ${thousand.toLocaleString('en')} conversations searchable`, figure: first, unit },
      ...{ comparedWith, reference: pages(thousand) },
    },
    {
      ...{ what: 'all opening messages searchable', figure: openings, unit },
      ...{ comparedWith, reference: pages(size) },
    },
    {
      ...{ what: 'all threads', figure: threads, unit },
      ...{ comparedWith, reference: floorSeconds(size, usualLimit) },
    },
  ]
}

/** As the process that syncs measures them itself. */
function answerRow({ requests }: ServerStatusAnswer): Row {
  return {
    what: `searches meanwhile, 95th of 100 (the last ${Math.min(requests.count, 1_000).toLocaleString('en')})`,
    ...{ figure: requests.latency_ms?.p95 ?? null, unit: 'ms' },
    ...{ comparedWith: 'target', bound: 'at most', reference: mostP95Ms },
  }
}
