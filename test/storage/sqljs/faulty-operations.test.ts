import { describe, expect, it } from 'vitest'
import type { SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { createBatches, findViolations, Ledger, writeRecorded } from './batch-store'
import { lookAfterBoot, openInBoot } from './one-life'
import { systemError, VolatileFiles } from './volatile-files'
import { type FileEvent, watchFiles } from './watched-files'

/** A layer in which the `faulty`th operation of all, reading or writing, fails once; `log` names them all. */
function failOnce(files: VolatileFiles, faulty: number, code: string, log: FileEvent[]) {
  return watchFiles(files, (event) => {
    if (event.moment !== 'before') return
    log.push(event)
    if (log.length === faulty) throw systemError(code)
  })
}

const attempts = 3

async function persist<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      if (attempt === attempts) throw error
    }
  }
}

/**
 * A life that goes on after a failure, as a server does: what fails is tried again. Returns what is wrong, while it
 * runs and in the files afterwards.
 */
async function liveThrough(faulty: number, code: string, log: FileEvent[]): Promise<string[]> {
  const disk = new VolatileFiles()
  const files = failOnce(disk, faulty, code, log)
  const ledger = new Ledger()
  const violations: string[] = []
  let batch = 0
  const write = async (driver: SqljsDriver): Promise<void> => {
    // One may fail, the next must not.
    const written = [await writeRecorded(driver, `b${++batch}`, ledger)]
    if (!written[0]) written.push(await writeRecorded(driver, `b${++batch}`, ledger))
    if (!written.includes(true)) violations.push('cannot be written any more')
  }
  for (const boot of ['first', 'second']) {
    const { driver, end } = await persist(() => openInBoot(files, boot))
    await persist(() => createBatches(driver))
    await write(driver)
    await write(driver)
    await persist(() => driver.writeSnapshot())
    await write(driver)
    violations.push(...(await findViolations(driver, ledger)))
    if (driver.recovered !== null) violations.push('set aside without damage')
    await persist(end)
  }
  violations.push(...(await lookAfterBoot(disk.afterPowerCut({ nameChanges: 0, appended: 0 }), ledger)))
  return violations.map((text) => `${log[faulty - 1]?.operation} ${log[faulty - 1]?.path}: ${text}`)
}

describe.each(['ENOSPC', 'EIO', 'EACCES'])('%s at any one operation of the file layer', (code) => {
  it('costs at most the write it hits; the next one succeeds, and nothing acknowledged is lost', async () => {
    const log: FileEvent[] = []
    expect(await liveThrough(0, code, log)).toEqual([])
    const operations = log.length
    expect(operations).toBeGreaterThan(150)
    for (let faulty = 1; faulty <= operations; faulty++) {
      expect(await liveThrough(faulty, code, []), `operation ${faulty}`).toEqual([])
    }
  }, 120_000)
})
