// Owns the store, writes numbers and prints each one after it has been acknowledged, until it is killed. Snapshots
// are made by the worker beside this program when there is one and `worker` is said.
import { writeSync } from 'node:fs'
import { acquireLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'

const [dbPath = '', maker] = process.argv.slice(2)
const result = await acquireLock({ dbPath, socket: '', key: '00' })
if (result.kind !== 'held') throw new Error('The lock is taken')
const driver = await openSqljsDriver({
  path: dbPath,
  lock: result.lock,
  // A snapshot every few writes, so that some are cut short.
  policy: { whenIdleAbove: 2_000, atCloseAbove: 0, shareOfSnapshot: 0 },
  ...(maker === 'worker' ? { buildAboveBytes: 0 } : {}),
})
const tables = await driver.all("select 1 from sqlite_master where name = 'numbers'")
if (tables.length === 0) await createNumbers(driver)
writeSync(1, 'ready\n')
for (let n = ((await readNumbers(driver)).at(-1) ?? 0) + 1; ; n++) {
  await writeNumber(driver, n)
  writeSync(1, `${n}\n`)
}
