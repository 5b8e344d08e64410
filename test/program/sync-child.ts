import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createIntercomClient } from '../../src/intercom/client'
import type { Store } from '../../src/storage/port'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createScheduler } from '../../src/sync/scheduler'

/**
 * A process that syncs with the product's own parts and prints one line for each change that the store has
 * acknowledged, after the acknowledgement. Its parent keeps these lines as the ledger and kills it.
 */
const [home = '', apiUrl = '', days = '30'] = process.argv.slice(2)
const path = join(home, 'data.db')
const logger = { debug() {}, info() {}, warn() {}, error() {} }

const claimed = await acquireLock({
  dbPath: path,
  socket: join(home, 'none.sock'),
  key: randomBytes(32).toString('hex'),
})
if (claimed.kind !== 'held') throw new Error('the lock is taken')
const { store } = await openSqljsStore({ path, lock: claimed.lock, logger })

const acknowledging: Store = Object.create(store, {
  apply: {
    value: async (change: Parameters<Store['apply']>[0]) => {
      const applied = await store.apply(change)
      const batch = (change.conversations ?? []).map(({ conversation, thread, messages }) => ({
        id: conversation.id,
        updatedAt: conversation.updatedAt,
        messages: thread ? messages.length : null,
      }))
      process.stdout.write(
        `${JSON.stringify({ batch, completed: change.syncRun?.status === 'completed' })}\n`,
      )
      return applied
    },
  },
})

const api = createIntercomClient({
  token: 'test-token',
  region: 'us',
  apiUrl,
  apiVersion: '2.16',
  version: '0',
  logger,
})
const scheduler = createScheduler({
  store: acknowledging,
  api,
  logger,
  settings: {
    initialSyncDays: Number(days),
    syncDays: 7,
    backfillLimit: 10_000,
    backgroundSyncIntervalMinutes: 0,
    maxSyncAgeMinutes: 5,
    overlapSeconds: 600,
  },
})
const run = await scheduler.run({})
await run.done
await scheduler.stop()
await store.close()
claimed.lock.release()
