import { describe, expect, it } from 'vitest'
import type { HeldLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver, type SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { uncontestedLock } from '../../helpers/sqljs'
import { createHeldBuilder, type HeldBuilder } from './held-builder'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'
import { systemError, VolatileFiles } from './volatile-files'

const path = '/data/data.db'
const whenAsked = { whenIdleAbove: 1e9, atCloseAbove: 1e9, shareOfSnapshot: 1e9 }

interface Outcome {
  acknowledged: number[]
  rejected: number[]
  driver: SqljsDriver | null
}

/** When the worker ends in the course of a snapshot. */
type Ending = (held: HeldBuilder) => void
const finishes: Ending = ({ finish }) => finish()
const dies: Ending = ({ die }) => die()

// Two snapshots by the worker with commits before, during and after each, then the store is opened again.
async function work(
  files: VolatileFiles,
  { end = finishes, lock = uncontestedLock() }: { end?: Ending; lock?: HeldLock } = {},
): Promise<Outcome> {
  const outcome: Outcome = { acknowledged: [], rejected: [], driver: null }
  const held = await createHeldBuilder(files)
  const succeeds = async (action: () => Promise<unknown>): Promise<boolean> => {
    try {
      await action()
      return true
    } catch {
      return false
    }
  }
  const write = async (n: number): Promise<void> => {
    const { driver } = outcome
    const written = driver !== null && (await succeeds(() => writeNumber(driver, n)))
    ;(written ? outcome.acknowledged : outcome.rejected).push(n)
  }
  const reopen = async (): Promise<void> => {
    const opening = {
      path,
      files,
      lock,
      policy: whenAsked,
      snapshotBuilder: held.builder,
      buildAboveBytes: 0,
    }
    const isOpen = await succeeds(async () => {
      outcome.driver = await openSqljsDriver(opening)
    })
    if (!isOpen) outcome.driver = null
  }
  const snapshotWhile = async (during: number, afterwards: number): Promise<void> => {
    const snapshot = succeeds(async () => outcome.driver?.writeSnapshot())
    await write(during)
    end(held)
    // Comes between the two halves of the switch, or after it.
    await Promise.all([snapshot, write(afterwards)])
  }
  await reopen()
  if (outcome.driver === null || !(await succeeds(() => createNumbers(outcome.driver as SqljsDriver)))) {
    return outcome
  }
  await write(1)
  await snapshotWhile(2, 3)
  await write(4)
  await snapshotWhile(5, 6)
  await write(7)
  await succeeds(async () => outcome.driver?.close())
  await reopen()
  await write(8)
  return outcome
}

const all = [1, 2, 3, 4, 5, 6, 7, 8]

async function countSteps(end: Ending): Promise<number> {
  const files = new VolatileFiles()
  let steps = 0
  files.before = () => {
    steps++
  }
  const { acknowledged, driver } = await work(files, { end })
  expect(acknowledged).toEqual(all)
  await driver?.close()
  return steps
}

function failingFrom(step: number, until = Number.POSITIVE_INFINITY, code = 'EIO'): VolatileFiles {
  const files = new VolatileFiles()
  let count = 0
  files.before = () => {
    count++
    if (count >= step && count <= until) throw systemError(code)
  }
  return files
}

function survivingDisks(files: VolatileFiles): VolatileFiles[] {
  const disks = [files.afterKill()]
  for (let nameChanges = 0; nameChanges <= files.unsyncedNameChanges; nameChanges++) {
    disks.push(files.afterPowerCut({ nameChanges, appended: 0 }))
  }
  disks.push(files.afterPowerCut({ nameChanges: files.unsyncedNameChanges, appended: 0.7 }))
  return disks
}

function open(files: VolatileFiles): Promise<SqljsDriver> {
  return openSqljsDriver({ path, files, lock: uncontestedLock(2) })
}

describe.each([
  ['finishes', finishes],
  ['dies', dies],
])('a crash at any step of a snapshot whose worker %s', (_, end) => {
  it('leaves one whole pair with every acknowledged write once, whatever of the unsynced rest survives', async () => {
    const steps = await countSteps(end)
    expect(steps).toBeGreaterThan(40)
    for (let step = 1; step <= steps; step++) {
      const files = failingFrom(step)
      const { acknowledged } = await work(files, { end })
      const next = (acknowledged.at(-1) ?? 0) + 1
      for (const disk of survivingDisks(files)) {
        const driver = await open(disk)
        // The write under way may have reached the disk without having been acknowledged.
        expect([acknowledged, [...acknowledged, next]], `step ${step}`).toContainEqual(
          await readNumbers(driver),
        )
        expect(driver.recovered, `step ${step}`).toBeNull()
        const names = disk.list('/data').sort()
        expect(names, `step ${step}`).toEqual(['data.db', expect.stringMatching(/^data\.db\.journal\.\d+$/)])
        await driver.close()
      }
    }
  })
})

describe.each(['ENOSPC', 'EIO'])('one %s at any step of a snapshot by a worker', (code) => {
  it('rejects what it hits and nothing else, in memory and on the disk', async () => {
    const steps = await countSteps(finishes)
    for (let step = 1; step <= steps; step++) {
      const files = failingFrom(step, step, code)
      const { acknowledged, rejected, driver } = await work(files)
      if (driver === null) continue
      expect(await readNumbers(driver), `step ${step}`).toEqual(acknowledged)
      expect(rejected.length, `step ${step}`).toBeLessThanOrEqual(1)
      const reopened = await open(files.afterPowerCut({ nameChanges: 0, appended: 0 }))
      expect(await readNumbers(reopened), `step ${step}`).toEqual(acknowledged)
      await reopened.close()
      await driver.close()
    }
  })
})

describe('a lock lost during a snapshot by a worker', () => {
  // Everything the process changes after the loss, besides its own half-written file.
  async function changesAfterLoss(
    isLostAt: (moment: { look: number; step: number }) => boolean,
  ): Promise<{ outcome: Outcome; files: VolatileFiles; changes: string[]; moments: number } | null> {
    const files = new VolatileFiles()
    const changes: string[] = []
    let [look, step, isLost] = [0, 0, false]
    const lock: HeldLock = {
      generation: 1,
      release: () => {},
      isHeld: () => {
        look++
        isLost ||= isLostAt({ look, step })
        return !isLost
      },
    }
    files.before = (operation, changed) => {
      step++
      if (isLost && !changed.endsWith('.tmp') && operation !== 'syncFolder')
        changes.push(`${operation} ${changed}`)
      isLost ||= isLostAt({ look, step })
    }
    const outcome = await work(files, { lock })
    return isLost ? { outcome, files, changes, moments: look + step } : null
  }

  async function expectAcknowledged({ acknowledged }: Outcome, files: VolatileFiles): Promise<void> {
    const driver = await open(files.afterKill())
    const next = (acknowledged.at(-1) ?? 0) + 1
    expect([acknowledged, [...acknowledged, next]]).toContainEqual(await readNumbers(driver))
    expect(driver.recovered).toBeNull()
    await driver.close()
  }

  it('and noticed is the end of all changes; what was acknowledged is in the files', async () => {
    let last = 1
    for (; ; last++) {
      const run = await changesAfterLoss(({ look }) => look === last)
      if (run === null) break
      expect(run.changes, `look ${last}`).toEqual([])
      await expectAcknowledged(run.outcome, run.files)
    }
    expect(last).toBeGreaterThan(40)
  })

  it('in the course of any file operation comes to light before the file is replaced', async () => {
    let last = 1
    for (; ; last++) {
      const run = await changesAfterLoss(({ step }) => step === last)
      if (run === null) break
      expect(run.changes, `step ${last}`).not.toContain(`rename ${path}`)
      await expectAcknowledged(run.outcome, run.files)
    }
    expect(last).toBeGreaterThan(40)
  })
})
