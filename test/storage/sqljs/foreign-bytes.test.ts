import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFileLayer, type FileLayer } from '../../../src/storage/sqljs/file-layer'
import { temporaryFolder } from '../../helpers/sqljs'
import { createBatches, findViolations, Ledger, writeRecorded } from './batch-store'
import { leaveDead, takeOver } from './heirs'
import { overlookGrowth } from './lying-files'
import { watchFiles } from './watched-files'

/** A layer in which another program appends part of a record to the journal just before our every third append. */
function withLateWriter(files: FileLayer): FileLayer {
  let appends = 0
  return watchFiles(files, ({ moment, operation, path }) => {
    if (moment !== 'before' || operation !== 'append' || ++appends % 3 !== 0) return
    appendFileSync(path, readFileSync(path).subarray(0, 60))
  })
}

/** Writes beside the late writer, ends without closing, and returns what the next owner finds wrong. */
async function writeBesideLateWriter(through: (files: FileLayer) => FileLayer) {
  const dbPath = join(temporaryFolder(), 'data', 'data.db')
  const ledger = new Ledger()
  const { driver, lock } = await takeOver(dbPath, through(withLateWriter(createFileLayer())))
  // Refused like any other write when the late writer comes between.
  await createBatches(driver).catch(() => createBatches(driver))
  for (let n = 1; n <= 30; n++) await writeRecorded(driver, `batch-${n}`, ledger)
  const violations = await findViolations(driver, ledger)
  leaveDead(dbPath, lock)
  const next = await takeOver(dbPath)
  violations.push(...(await findViolations(next.driver, ledger)))
  await next.driver.close()
  next.lock.release()
  await driver.close()
  return { violations, ledger }
}

describe('an owner who was replaced and writes late into the journal', () => {
  it('costs the write it comes between, which is refused, and nothing acknowledged', async () => {
    const { violations, ledger } = await writeBesideLateWriter((files) => files)
    expect(violations).toEqual([])
    expect(ledger.refused.size).toBeGreaterThan(5)
    expect(ledger.acknowledged.size).toBe(30 - ledger.refused.size)
  })

  it('is found to cost acknowledged writes when the growth of the file is not checked', async () => {
    const { violations, ledger } = await writeBesideLateWriter(overlookGrowth)
    expect(ledger.refused.size).toBe(0)
    expect(violations.filter((text) => text.startsWith('lost')).length).toBeGreaterThan(20)
  })
})
