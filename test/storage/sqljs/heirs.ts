import { readFileSync, writeFileSync } from 'node:fs'
import type { FileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock, type HeldLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver, type SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { createBatches, findViolations, type Ledger, writeRecorded } from './batch-store'

// Above every process number that a system gives.
const nobody = 2 ** 30

/** Takes the lock and opens the store, as a later process does. */
export async function takeOver(
  dbPath: string,
  files?: FileLayer,
): Promise<{ driver: SqljsDriver; lock: HeldLock }> {
  const claimed = await acquireLock({ dbPath, socket: '', key: '00', files })
  if (claimed.kind !== 'held') throw new Error(`The lock is held by ${claimed.holder.pid}`)
  return { driver: await openSqljsDriver({ path: dbPath, lock: claimed.lock, files }), lock: claimed.lock }
}

/** Leaves the files as if the owner, who is this process, had been killed. */
export function leaveDead(dbPath: string, lock: HeldLock): void {
  const path = `${dbPath}.lock.${lock.generation}`
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), pid: nobody }))
}

/**
 * What two heirs in turn find wrong. The first looks, writes some batches and ends without closing; the second, on
 * the files as they are, looks again. `files` are those of the first, who may be made to do it wrongly.
 */
export async function inherit(dbPath: string, ledger: Ledger, files?: FileLayer): Promise<string[]> {
  const first = await takeOver(dbPath, files)
  const violations = await findViolations(first.driver, ledger)
  await createBatches(first.driver)
  for (const n of [1, 2, 3]) {
    const id = `heir-${first.lock.generation}-${n}`
    if (!(await writeRecorded(first.driver, id, ledger))) violations.push(`cannot be written: ${id}`)
  }
  leaveDead(dbPath, first.lock)
  const second = await takeOver(dbPath)
  violations.push(...(await findViolations(second.driver, ledger)))
  await second.driver.close()
  second.lock.release()
  // Only now, and without its lock, so that it touches no file.
  await first.driver.close()
  return violations
}
