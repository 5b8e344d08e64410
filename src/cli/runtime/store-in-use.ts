import { readLockHolder } from '../../storage/sqljs/lock'
import { isHolderAlive } from '../../storage/sqljs/lock-holder'
import { readMachineIdentity } from '../../storage/sqljs/machine'

/** Whether a living process has the store at this path open. */
export async function isStoreInUse(dbPath: string): Promise<boolean> {
  const holder = readLockHolder(dbPath)
  return holder !== null && (await isHolderAlive(holder, readMachineIdentity()))
}
