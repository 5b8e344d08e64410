import { copyFileSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { temporaryFolder } from '../../helpers/sqljs'
import { createBatches, findOddRows, Ledger, readBatchIds, writeBatch } from './batch-store'
import { inherit, leaveDead, takeOver } from './heirs'
import { findJournal, isKept } from './prepared-store'

interface Written {
  dbPath: string
  copy: string
}

async function write(driver: SqljsDriver, ids: readonly string[]): Promise<void> {
  await createBatches(driver)
  for (const id of ids) await writeBatch(driver, id)
}

/** A closed store with `first` in the copy that was made of it, and `later` besides. */
async function aStore(
  first: readonly string[],
  later: readonly string[],
  snapshot: boolean,
): Promise<Written> {
  const folder = temporaryFolder()
  const dbPath = join(folder, 'data', 'data.db')
  const copy = join(folder, 'copy.db')
  const { driver, lock } = await takeOver(dbPath)
  await write(driver, first)
  await driver.writeSnapshot(copy)
  await write(driver, later.slice(0, 1))
  if (snapshot) await driver.writeSnapshot()
  await write(driver, later.slice(1))
  await driver.close()
  lock.release()
  return { dbPath, copy }
}

/** Opens, compares, writes, and lets two heirs look. */
async function expectStore(dbPath: string, ids: readonly string[]): Promise<void> {
  const { driver, lock } = await takeOver(dbPath)
  expect(await readBatchIds(driver)).toEqual(ids)
  expect(await findOddRows(driver, ids)).toEqual([])
  await createBatches(driver)
  await writeBatch(driver, 'new')
  await driver.close()
  lock.release()
  const ledger = new Ledger()
  for (const id of [...ids, 'new']) {
    ledger.attempted.add(id)
    ledger.acknowledged.add(id)
  }
  expect(await inherit(dbPath, ledger)).toEqual([])
}

const readJournal = (dbPath: string): Buffer => readFileSync(findJournal(dbPath))

describe('data.db replaced by hand while nobody has it open', () => {
  it('by an older copy: the copy is what there is, and the journal of the newer one is kept', async () => {
    const { dbPath, copy } = await aStore(['a', 'b'], ['c', 'd'], true)
    const journal = readJournal(dbPath)
    copyFileSync(copy, dbPath)
    await expectStore(dbPath, ['a', 'b'])
    expect(isKept(dbPath, journal)).toBe(true)
  })

  it('by a copy that is newer than the file: what the journal holds beyond it is kept', async () => {
    const { dbPath, copy } = await aStore(['a', 'b'], ['c', 'd'], false)
    const journal = readJournal(dbPath)
    copyFileSync(copy, dbPath)
    await expectStore(dbPath, ['a', 'b'])
    expect(isKept(dbPath, journal)).toBe(true)
  })

  it("by another store's file: that is what there is, and no row of the journal mixes in", async () => {
    const { dbPath } = await aStore(['a', 'b'], ['c', 'd'], true)
    const other = await aStore(['x', 'y'], ['z'], true)
    const journal = readJournal(dbPath)
    copyFileSync(other.dbPath, dbPath)
    await expectStore(dbPath, ['x', 'y', 'z'])
    expect(isKept(dbPath, journal)).toBe(true)
  })

  it("by another store's file of the same sequence: the journal is not applied to it", async () => {
    const { dbPath } = await aStore(['a', 'b'], ['c', 'd'], true)
    const other = await aStore(['x', 'y'], ['z', 'w'], true)
    const journal = readJournal(dbPath)
    copyFileSync(other.dbPath, dbPath)
    await expectStore(dbPath, ['x', 'y', 'z'])
    expect(isKept(dbPath, journal)).toBe(true)
  })

  it('by nothing: a new store begins, and the journal is kept', async () => {
    const { dbPath } = await aStore(['a', 'b'], ['c', 'd'], true)
    const journal = readJournal(dbPath)
    renameSync(dbPath, `${dbPath}.moved`)
    await expectStore(dbPath, [])
    expect(isKept(dbPath, journal)).toBe(true)
  })
})

describe('data.db replaced by hand while it is open', () => {
  const replacements: [string, (written: Written, other: Written) => void][] = [
    ['an older copy', ({ dbPath, copy }) => copyFileSync(copy, dbPath)],
    ["another store's file", ({ dbPath }, other) => copyFileSync(other.dbPath, dbPath)],
    ['nothing', ({ dbPath }) => renameSync(dbPath, `${dbPath}.moved`)],
  ]

  it.each(replacements)(
    'by %s: the owner goes on with its own, and a snapshot puts it back',
    async (_name, replace) => {
      const written = await aStore(['a', 'b'], ['c'], true)
      const other = await aStore(['x', 'y'], ['z'], true)
      const { driver, lock } = await takeOver(written.dbPath)
      await writeBatch(driver, 'd')
      replace(written, other)
      await writeBatch(driver, 'e')
      expect(await readBatchIds(driver)).toEqual(['a', 'b', 'c', 'd', 'e'])
      await driver.writeSnapshot()
      await writeBatch(driver, 'f')
      leaveDead(written.dbPath, lock)
      await driver.close()
      await expectStore(written.dbPath, ['a', 'b', 'c', 'd', 'e', 'f'])
    },
  )

  it.each(replacements)(
    'by %s, and killed: no row mixes in, and the journal is kept',
    async (_name, replace) => {
      const written = await aStore(['a', 'b'], ['c'], true)
      const other = await aStore(['x', 'y'], ['z'], true)
      const { driver, lock } = await takeOver(written.dbPath)
      await writeBatch(driver, 'd')
      replace(written, other)
      await writeBatch(driver, 'e')
      const journal = readJournal(written.dbPath)
      leaveDead(written.dbPath, lock)
      await driver.close()

      const heir = await takeOver(written.dbPath)
      const ids = await readBatchIds(heir.driver)
      expect(await findOddRows(heir.driver, ids)).toEqual([])
      expect([[], ['a', 'b'], ['x', 'y', 'z']]).toContainEqual(ids)
      expect(isKept(written.dbPath, journal)).toBe(true)
      expect(await heir.driver.damagedFile()).not.toBeNull()
      await heir.driver.close()
      heir.lock.release()
    },
  )
})
