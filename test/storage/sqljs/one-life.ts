import type { FileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock } from '../../../src/storage/sqljs/lock'
import { readMachineIdentity } from '../../../src/storage/sqljs/machine'
import { openSqljsDriver, type SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { createBatches, findViolations, type Ledger, writeBatch } from './batch-store'
import type { VolatileFiles } from './volatile-files'

export const volatilePath = '/data/data.db'

const here = readMachineIdentity()

/**
 * Takes the lock and opens the store on a disk in memory. `boot` says in which run of the computer: whoever held the
 * lock in another one is dead.
 */
export async function openInBoot(
  files: FileLayer,
  boot: string,
): Promise<{ driver: SqljsDriver; end: () => Promise<void> }> {
  const machine = { ...here, bootId: boot }
  const claimed = await acquireLock({
    ...{ dbPath: volatilePath, socket: '', key: '00', files, machine },
    sleep: async () => {},
  })
  if (claimed.kind !== 'held') throw new Error('The lock is held')
  const driver = await openSqljsDriver({ path: volatilePath, lock: claimed.lock, files }).catch((error) => {
    claimed.lock.release()
    throw error
  })
  const end = async (): Promise<void> => {
    await driver.close()
    claimed.lock.release()
  }
  return { driver, end }
}

/**
 * Everything a process does to files: takes the lock, opens, writes, takes snapshots, closes, frees the lock, and all
 * of it once more. Ends at the first failure, as a process does that is gone.
 */
export async function liveOnce(files: FileLayer, boot: string, ledger: Ledger): Promise<void> {
  let batch = 0
  const write = async (driver: SqljsDriver): Promise<void> => {
    const id = `${boot}-${++batch}`
    ledger.attempted.add(id)
    await writeBatch(driver, id)
    ledger.acknowledged.add(id)
  }
  try {
    for (const _turn of [1, 2]) {
      const { driver, end } = await openInBoot(files, boot)
      await createBatches(driver)
      await write(driver)
      await write(driver)
      await driver.writeSnapshot()
      await write(driver)
      await end()
    }
  } catch {
    // Dead: the ledger says how far it came.
  }
}

/** What a process finds wrong that opens the disk after the next start of the computer, and then writes to it. */
export async function lookAfterBoot(disk: VolatileFiles, ledger: Ledger): Promise<string[]> {
  const { driver, end } = await openInBoot(disk, 'look')
  const violations = await findViolations(driver, ledger)
  if (driver.recovered !== null) violations.push(`set aside: ${driver.recovered.setAside}`)
  await createBatches(driver)
  await writeBatch(driver, 'look')
  await end()
  return violations
}

/** The disks that a crash may leave: of a killed process, and of a power cut with more or less of what was unsynced. */
export function survivingDisks(files: VolatileFiles): VolatileFiles[] {
  const disks = [files.afterKill()]
  for (let nameChanges = 0; nameChanges <= files.unsyncedNameChanges; nameChanges++) {
    disks.push(files.afterPowerCut({ nameChanges, appended: 0 }))
  }
  disks.push(files.afterPowerCut({ nameChanges: files.unsyncedNameChanges, appended: 0.7 }))
  return disks
}

/** Lets every changing operation from the `step`th on fail: the process is gone. */
export function dieAt(files: VolatileFiles, step: number): void {
  let count = 0
  files.before = () => {
    count++
    if (count >= step) throw Object.assign(new Error('EIO: gone'), { code: 'EIO' })
  }
}

/** How many changing operations `run` comes to. */
export async function countOperations(files: VolatileFiles, run: () => Promise<void>): Promise<number> {
  let count = 0
  files.before = () => {
    count++
  }
  await run()
  files.before = () => {}
  return count
}
