import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { HeldLock } from '../../src/storage/sqljs/lock'
import {
  openSqljsDriver,
  type SqljsDriver,
  type SqljsDriverOptions,
} from '../../src/storage/sqljs/sqljs-driver'

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fast-intercom-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A lock that is always held, for tests in which nobody else wants the store. */
export function uncontestedLock(generation = 1): HeldLock {
  return { generation, isHeld: () => true, release: () => {} }
}

/** A driver on a new store in a temporary folder (or the one named), closed after the test. */
export async function openTestDriver(options: Partial<SqljsDriverOptions> = {}): Promise<SqljsDriver> {
  const driver = await openSqljsDriver({
    ...options,
    path: options.path ?? join(temporaryFolder(), 'data.db'),
    lock: options.lock ?? uncontestedLock(),
  })
  onTestFinished(() => driver.close().catch(() => {}))
  return driver
}
