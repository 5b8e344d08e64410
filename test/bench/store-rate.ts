import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { World } from '../../src/simulator/world'
import { median } from './median'
import { runNode } from './process'
import type { Row } from './rows'

/** What the storing process is told. */
export interface StoreRateOrder {
  /** Files with a line of JSON for each conversation, in the order in which they are stored. */
  files: string[]
  /** Empty, for the stores. */
  folder: string
  /** Beside the built program, whose worker makes the snapshots. */
  program: string
  rounds: number
}

/** One round, each into a store of its own. */
export interface StoreRound {
  conversations: number
  seconds: number
  cpuSeconds: number
}

const child = fileURLToPath(new URL('store-rate-child.ts', import.meta.url))
/** Enough for a steady rate. */
const mostConversations = 10_000
const rounds = 3
/** Storing must never be what a sync waits for. */
const leastPerSecond = 1_000

/**
 * Stores conversations out of memory, the way a sync does but without the network: first what a search says of each,
 * then each thread; from JSON text to the synced journal, HTML to text and full-text index included. In a process of
 * its own: the one that simulates Intercom holds all of its objects, through which every collection of garbage goes.
 */
export async function measureStoreRate(
  world: World,
  { program, folder }: { program: string; folder: string },
): Promise<Row[]> {
  const home = join(folder, 'stored')
  mkdirSync(home)
  const ids = world.ids().slice(-mostConversations).reverse()
  const write = (name: string, sent: (id: string) => unknown): string => {
    const file = join(home, name)
    writeFileSync(file, ids.map((id) => JSON.stringify(sent(id))).join('\n'))
    return file
  }
  const files = [
    write('hits.ndjson', (id) => world.listItem(id)),
    write('threads.ndjson', (id) => world.conversation(id)),
  ]
  const order: StoreRateOrder = { files, folder: home, program, rounds }
  const tsx = pathToFileURL(fileURLToPath(import.meta.resolve('tsx'))).href
  const measured = JSON.parse(await runNode(['--import', tsx, child, JSON.stringify(order)])) as StoreRound[]
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  const perSecond = measured.map(({ conversations, seconds }) => conversations / seconds)
  const perCpuSecond = measured.map(({ conversations, cpuSeconds }) => conversations / cpuSeconds)
  const what = `storing alone, ${ids.length.toLocaleString('en')} conversations from JSON in memory`
  const unit = 'conversations/s'
  return [
    {
      ...{ what: `${what}, the median of ${rounds}`, figure: median(perSecond), unit },
      ...{ comparedWith: 'target', bound: 'at least', reference: leastPerSecond },
    },
    {
      ...{ what: 'the same, the first of its process', figure: perSecond[0] ?? null, unit },
      ...{ comparedWith: 'median', reference: median(perSecond) },
    },
    {
      ...{ what: 'the same, in a second of processor time', figure: median(perCpuSecond), unit },
      ...{ comparedWith: 'in a second of elapsed time', reference: median(perSecond) },
    },
  ]
}
