import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { toFetchedConversation } from '../../src/intercom/mapper'
import type { World } from '../../src/simulator/world'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import type { Row } from './rows'

/** Enough for a steady rate. */
const mostConversations = 10_000
/** As a sync stores them. */
const conversationsPerChange = 50
/** Storing must never be what a sync waits for. */
const leastPerSecond = 1_000

/**
 * Stores conversations out of memory, the way a sync does but without the network: first what a search says of each,
 * then each thread; from JSON text to the synced journal, HTML to text and full-text index included.
 */
export async function measureStoreRate(world: World, folder: string): Promise<Row[]> {
  const ids = world.ids().slice(-mostConversations).reverse()
  const hits = ids.map((id) => JSON.stringify(world.listItem(id)))
  const threads = ids.map((id) => JSON.stringify(world.conversation(id)))
  const home = join(folder, 'stored')
  mkdirSync(home)
  const path = join(home, 'data.db')
  const key = randomBytes(32).toString('hex')
  const claimed = await acquireLock({ dbPath: path, socket: join(home, 'none.sock'), key })
  if (claimed.kind !== 'held') throw new Error('The lock of a new store is taken.')
  const { store } = await openSqljsStore({ path, lock: claimed.lock })
  const startedMs = performance.now()
  const startedCpu = process.cpuUsage()
  for (const sent of [hits, threads]) {
    for (let from = 0; from < sent.length; from += conversationsPerChange) {
      const some = sent.slice(from, from + conversationsPerChange)
      const conversations = some.map((json) => toFetchedConversation(JSON.parse(json)))
      await store.apply({ conversations: conversations.filter((fetched) => fetched !== null) })
    }
  }
  await store.close()
  const seconds = (performance.now() - startedMs) / 1000
  const cpu = process.cpuUsage(startedCpu)
  claimed.lock.release()
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  const count = ids.length.toLocaleString('en')
  const unit = 'conversations/s'
  return [
    {
      ...{
        what: `storing alone, ${count} conversations from JSON in memory`,
        figure: ids.length / seconds,
        unit,
      },
      ...{ comparedWith: 'target', bound: 'at least', reference: leastPerSecond },
    },
    {
      what: 'storing alone, in a second of processor time',
      ...{ figure: (ids.length * 1e6) / (cpu.user + cpu.system), unit },
      ...{ comparedWith: 'in a second of elapsed time', reference: ids.length / seconds },
    },
  ]
}
