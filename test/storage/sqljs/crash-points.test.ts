import { describe, expect, it } from 'vitest'
import { openSqljsDriver, type SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { uncontestedLock } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'
import { systemError, VolatileFiles } from './volatile-files'

const path = '/data/data.db'

function open(files: VolatileFiles, generation = 1): Promise<SqljsDriver> {
  return openSqljsDriver({ path, files, lock: uncontestedLock(generation) })
}

interface Outcome {
  acknowledged: number[]
  rejected: number[]
  driver: SqljsDriver | null
}

// Creates a store, writes, takes a snapshot, opens it again, writes, takes another: every kind of step is there.
async function work(files: VolatileFiles): Promise<Outcome> {
  const outcome: Outcome = { acknowledged: [], rejected: [], driver: null }
  const attempt = async (action: () => Promise<unknown>): Promise<boolean> => {
    try {
      await action()
      return true
    } catch {
      return false
    }
  }
  const write = async (n: number): Promise<void> => {
    const { driver } = outcome
    const written = driver !== null && (await attempt(() => writeNumber(driver, n)))
    ;(written ? outcome.acknowledged : outcome.rejected).push(n)
  }
  const reopen = async (): Promise<void> => {
    const opened = await attempt(async () => {
      outcome.driver = await open(files)
    })
    if (!opened) outcome.driver = null
  }
  await reopen()
  if (outcome.driver === null || !(await attempt(() => createNumbers(outcome.driver as SqljsDriver)))) {
    return { ...outcome, driver: outcome.driver }
  }
  for (const n of [1, 2]) await write(n)
  await attempt(async () => outcome.driver?.writeSnapshot())
  await write(3)
  await attempt(async () => outcome.driver?.close())
  await reopen()
  await write(4)
  await attempt(async () => outcome.driver?.writeSnapshot())
  await write(5)
  return outcome
}

async function countSteps(): Promise<number> {
  const files = new VolatileFiles()
  let steps = 0
  files.before = () => {
    steps++
  }
  const { acknowledged, driver } = await work(files)
  expect(acknowledged).toEqual([1, 2, 3, 4, 5])
  await driver?.close()
  return steps
}

describe('a crash at any step', () => {
  it('keeps every acknowledged write once, whatever of the unsynced rest survives', async () => {
    const steps = await countSteps()
    expect(steps).toBeGreaterThan(40)
    for (let step = 1; step <= steps; step++) {
      const files = new VolatileFiles()
      let count = 0
      files.before = () => {
        count++
        if (count >= step) throw systemError('EIO')
      }
      const { acknowledged } = await work(files)
      const next = (acknowledged.at(-1) ?? 0) + 1
      for (const disk of survivingDisks(files)) {
        const driver = await open(disk, 2)
        const found = await readNumbers(driver)
        // The write under way may have reached the disk without having been acknowledged.
        expect([acknowledged, [...acknowledged, next]], `step ${step}`).toContainEqual(found)
        expect(driver.recovered, `step ${step}`).toBeNull()
        await driver.close()
      }
    }
  })

  it('goes on writing after it as if nothing had happened', async () => {
    const steps = await countSteps()
    for (let step = 1; step <= steps; step += 3) {
      const files = new VolatileFiles()
      let count = 0
      files.before = () => {
        count++
        if (count >= step) throw systemError('EIO')
      }
      const { acknowledged } = await work(files)
      const disk = files.afterPowerCut({ nameChanges: 0, appended: 0.5 })
      const driver = await open(disk, 2)
      if (acknowledged.length === 0) await createNumbers(driver).catch(() => {})
      await writeNumber(driver, 100)
      await driver.close()
      const reopened = await open(disk.afterPowerCut({ nameChanges: 0, appended: 0 }), 3)
      expect(await readNumbers(reopened), `step ${step}`).toEqual(
        expect.arrayContaining([...acknowledged, 100]),
      )
      await reopened.close()
    }
  })
})

function survivingDisks(files: VolatileFiles): VolatileFiles[] {
  const disks = [files.afterKill()]
  for (let nameChanges = 0; nameChanges <= files.unsyncedNameChanges; nameChanges++) {
    disks.push(files.afterPowerCut({ nameChanges, appended: 0 }))
  }
  disks.push(files.afterPowerCut({ nameChanges: files.unsyncedNameChanges, appended: 0.7 }))
  return disks
}

describe.each(['ENOSPC', 'EIO'])('one %s at any step', (code) => {
  it('rejects what it hits and nothing else, in memory and on the disk', async () => {
    const steps = await countSteps()
    for (let step = 1; step <= steps; step++) {
      const files = new VolatileFiles()
      let count = 0
      files.before = () => {
        count++
        if (count === step) throw systemError(code)
      }
      const { acknowledged, rejected, driver } = await work(files)
      if (driver === null) continue
      expect(await readNumbers(driver), `step ${step}`).toEqual(acknowledged)
      expect(rejected.length, `step ${step}`).toBeLessThanOrEqual(1)
      const reopened = await open(files.afterPowerCut({ nameChanges: 0, appended: 0 }), 2)
      expect(await readNumbers(reopened), `step ${step}`).toEqual(acknowledged)
      await reopened.close()
      await driver.close()
    }
  })
})
