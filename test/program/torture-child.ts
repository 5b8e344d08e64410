import { writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createIntercomClient } from '../../src/intercom/client'
import type { Store } from '../../src/storage/port'
import { createFileLayer } from '../../src/storage/sqljs/file-layer'
import { acquireLock } from '../../src/storage/sqljs/lock'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { createScheduler } from '../../src/sync/scheduler'
import { watchFiles } from '../storage/sqljs/watched-files'

/**
 * One of several processes that want the same store: waits for the lock, syncs with the product's own parts, and
 * says each change that the store has acknowledged. When the sync has completed it stays as it is until it is killed.
 */
const [path = '', apiUrl = '', days = '30'] = process.argv.slice(2)
const pollMs = 2
const logger = { debug() {}, info() {}, warn() {}, error() {} }
// Some snapshots during every sync.
const policy = { whenIdleAbove: 250_000, atCloseAbove: 0, shareOfSnapshot: 0 }

const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}
const files = watchFiles(createFileLayer(), ({ moment, operation, path }) => {
  if (moment === 'before' && operation === 'create' && /\.journal\.\d+$/.test(path)) say('phase snapshot')
  if (moment === 'after' && operation === 'remove' && /\.journal\.\d+$/.test(path)) say('phase sync')
  if (moment === 'before' && operation === 'append') say('phase append')
  if (moment === 'after' && operation === 'syncData') say('phase sync')
})

const claim = async () => {
  for (;;) {
    const socket = join(dirname(path), 'none.sock')
    const claimed = await acquireLock({ dbPath: path, socket, key: '00', files })
    if (claimed.kind === 'held') return claimed.lock
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

const lock = await claim()
say('phase open')
say('owner')
const { store, recovered } = await openSqljsStore({ path, lock, files, logger, policy })
if (recovered !== null) say(`aside ${recovered.setAside}`)

const acknowledging: Store = Object.create(store, {
  apply: {
    value: async (change: Parameters<Store['apply']>[0]) => {
      const applied = await store.apply(change)
      const batch = (change.conversations ?? []).map(({ conversation, thread, messages }) => ({
        id: conversation.id,
        messages: thread ? messages.length : null,
      }))
      if (batch.length > 0) say(`batch ${JSON.stringify(batch)}`)
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
say('phase sync')
const run = await scheduler.run({})
await run.done
say('completed')
setInterval(() => {}, 60_000)
