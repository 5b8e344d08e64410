import { chmodSync, chownSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openReadOnlyView } from '../../../src/storage/sqljs/read-only-view'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { temporaryFolder, uncontestedLock } from '../../helpers/sqljs'
import { createBatches, findViolations, Ledger, readBatchIds, writeRecorded } from './batch-store'
import { takeOver } from './heirs'

/** Any user whose rights are checked; the superuser's are not. */
const ordinaryUser = 65_534

/** For the rest of the test permissions count, also when the tests are run by the superuser. */
function becomeOrdinary(folder: string): void {
  if (process.getuid?.() !== 0) return
  for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), ordinaryUser, -1)
  process.seteuid?.(ordinaryUser)
  onTestFinished(() => process.seteuid?.(0))
}

function forbidWriting(folder: string): void {
  chmodSync(folder, 0o500)
  onTestFinished(() => chmodSync(folder, 0o700))
}

describe.skipIf(process.platform === 'win32')('a folder that can only be read', () => {
  /** A closed and free store with one batch. */
  async function aStore(): Promise<{ dbPath: string; ledger: Ledger }> {
    const dbPath = join(temporaryFolder(), 'data.db')
    const ledger = new Ledger()
    const { driver, lock } = await takeOver(dbPath)
    await createBatches(driver)
    await writeRecorded(driver, 'first', ledger)
    await driver.close()
    lock.release()
    return { dbPath, ledger }
  }

  it('gives no lock, says what to do, and can still be looked at', async () => {
    const { dbPath } = await aStore()
    becomeOrdinary(dirname(dbPath))
    forbidWriting(dirname(dbPath))
    const before = readdirSync(dirname(dbPath)).sort()
    await expect(takeOver(dbPath)).rejects.toMatchObject({
      hint: expect.stringContaining('writable'),
    })
    const view = await openReadOnlyView(dbPath)
    expect(await readBatchIds(view)).toEqual(['first'])
    await view.close()
    expect(readdirSync(dirname(dbPath)).sort()).toEqual(before)
  })

  it('that becomes so under an owner lets it go on committing, without snapshots', async () => {
    const { dbPath, ledger } = await aStore()
    becomeOrdinary(dirname(dbPath))
    const warn = vi.fn()
    const driver = await openSqljsDriver({
      path: dbPath,
      lock: uncontestedLock(9),
      logger: { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() },
      policy: { whenIdleAbove: 3_000, atCloseAbove: 0, shareOfSnapshot: 0 },
    })
    forbidWriting(dirname(dbPath))
    for (let n = 1; n <= 20; n++) await writeRecorded(driver, `later-${n}`, ledger)
    expect(ledger.refused.size).toBe(0)
    await expect(driver.writeSnapshot()).rejects.toMatchObject({ hint: expect.stringContaining('writable') })
    await driver.close()
    expect(warn).toHaveBeenCalled()

    chmodSync(dirname(dbPath), 0o700)
    const { driver: heir, lock } = await takeOver(dbPath)
    expect(await findViolations(heir, ledger)).toEqual([])
    await heir.writeSnapshot()
    await heir.close()
    lock.release()
  })
})
