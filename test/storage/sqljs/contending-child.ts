// One of several processes that want the same store: takes the lock when it can, writes batches, hands the store on
// after some of them, and wants it again. Says what it is doing; is killed at any moment. Snapshots are made here, or
// by the worker beside this program, which needs the file layer to be the real one.
import { writeSync } from 'node:fs'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { createBatches, writeBatch } from './batch-store'
import { watchFiles } from './watched-files'

const [dbPath = '', turn = '40', maker = 'here'] = process.argv.slice(2)
const pollMs = 2
// A snapshot after a handful of batches, and at the end of every turn.
const policy = { whenIdleAbove: 8_000, atCloseAbove: 0, shareOfSnapshot: 0 }

const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}
const files = watchFiles(createFileLayer(), ({ moment, operation, path }) => {
  if (moment === 'before' && operation === 'create' && /\.journal\.\d+$/.test(path)) say('phase snapshot')
  if (moment === 'after' && operation === 'remove' && /\.journal\.\d+$/.test(path)) say('phase append')
})

let written = 0
for (;;) {
  const claimed = await acquireLock({ dbPath, socket: '', key: '00', files })
  if (claimed.kind === 'taken') {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    continue
  }
  say('phase open')
  say('owner')
  const made = maker === 'worker' ? { buildAboveBytes: 0 } : { files }
  const driver = await openSqljsDriver({ path: dbPath, lock: claimed.lock, policy, ...made })
  if (driver.recovered !== null) say(`aside ${driver.recovered.setAside}`)
  await createBatches(driver)
  say('phase append')
  for (let n = 0; n < Number(turn); n++) {
    const id = `${process.pid}-${++written}`
    say(`try ${id}`)
    await writeBatch(driver, id)
    say(`ack ${id}`)
  }
  say('phase close')
  await driver.close()
  claimed.lock.release()
  say('phase lock')
}
