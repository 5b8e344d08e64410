import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { acquireLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { temporaryFolder } from '../../helpers/sqljs'
import { bundleChild } from './child-bundle'
import { readNumbers } from './numbered-store'

/** Lets the child write until it has printed `lines` lines, kills it at once, and returns the last number. */
async function killAfter(args: string[], lines: number): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  let seen = 0
  let last = 0
  // What the child had printed before it died is read to the end: all of that was acknowledged.
  for await (const line of createInterface({ input: child.stdout })) {
    seen++
    if (line !== 'ready') last = Number(line)
    if (seen === lines) child.kill('SIGKILL')
  }
  expect(await exit).toBe('SIGKILL')
  return last
}

it.each([
  ['this thread', 1],
  // Loading and starting takes longer than some writes: later moments, so that all of it is met.
  ['worker', 5],
])(
  'kill -9 at twenty moments loses no acknowledged write with snapshots by %s',
  async (maker, factor) => {
    const folder = temporaryFolder()
    const program = await bundleChild('writing-child', folder)
    const source = fileURLToPath(new URL('../../../src/storage/sqljs', import.meta.url))
    await bundleChild('snapshot-worker', folder, source)
    const dbPath = join(folder, 'data', 'data.db')
    let acknowledged = 0
    for (let round = 0; round < 20; round++) {
      const last = await killAfter([program, dbPath, maker], 1 + ((round * 7) % 23) * factor)
      acknowledged = Math.max(acknowledged, last)

      const result = await acquireLock({ dbPath, socket: '', key: '00' })
      if (result.kind !== 'held') throw new Error('The lock of a killed process was not free')
      const driver = await openSqljsDriver({ path: dbPath, lock: result.lock })
      const found = await readNumbers(driver)
      const all = Array.from({ length: found.length }, (_, index) => index + 1)
      expect(found).toEqual(all)
      // The one that was under way may be there; the next round goes on behind it.
      expect([acknowledged, acknowledged + 1]).toContain(found.length)
      expect(await driver.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
      expect(driver.recovered).toBeNull()
      acknowledged = found.length
      await driver.close()
      result.lock.release()
    }
    expect(acknowledged).toBeGreaterThan(100)
  },
  120_000,
)
