import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toFetchedConversation } from '../../src/intercom/mapper'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createWorkerBuilder } from '../../src/storage/sqljs/snapshot-builder'
import type { StoreRateOrder, StoreRound } from './store-rate'

/** Stores the same conversations again and again, each time into a new store, and prints how long it took. */
const order = JSON.parse(process.argv[2] ?? '') as StoreRateOrder

/** As a sync stores them. */
const conversationsPerChange = 50

const sent = order.files.map((file) => readFileSync(file, 'utf8').split('\n'))
const rounds: StoreRound[] = []
for (let round = 0; round < order.rounds; round++) rounds.push(await storeAll())
process.stdout.write(JSON.stringify(rounds))

async function storeAll(): Promise<StoreRound> {
  const home = mkdtempSync(join(order.folder, 'store-'))
  const path = join(home, 'data.db')
  const key = randomBytes(32).toString('hex')
  const claimed = await acquireLock({ dbPath: path, socket: join(home, 'none.sock'), key })
  if (claimed.kind !== 'held') throw new Error('The lock of a new store is taken.')
  const snapshotBuilder = createWorkerBuilder(
    pathToFileURL(join(dirname(order.program), 'snapshot-worker.js')),
  )
  const { store } = await openSqljsStore({ path, lock: claimed.lock, snapshotBuilder })
  const startedMs = performance.now()
  const startedCpu = process.cpuUsage()
  for (const lines of sent) {
    for (let from = 0; from < lines.length; from += conversationsPerChange) {
      const some = lines.slice(from, from + conversationsPerChange)
      const conversations = some.map((json) => toFetchedConversation(JSON.parse(json)))
      await store.apply({ conversations: conversations.filter((fetched) => fetched !== null) })
    }
  }
  await store.close()
  const seconds = (performance.now() - startedMs) / 1000
  const cpu = process.cpuUsage(startedCpu)
  claimed.lock.release()
  return {
    conversations: sent[0]?.length ?? 0,
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  }
}
