import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/sqljs'
import { createBatches, Ledger, readBatchIds, writeBatch } from './batch-store'
import { inherit, leaveDead, takeOver } from './heirs'

/** A store that was opened, written to with snapshots between, and left as by `kill -9`. */
async function fillAndDie(dbPath: string, ids: readonly string[]): Promise<Ledger> {
  const { driver, lock } = await takeOver(dbPath)
  const ledger = new Ledger()
  await createBatches(driver)
  for (const id of ids) {
    ledger.attempted.add(id)
    await writeBatch(driver, id)
    ledger.acknowledged.add(id)
    if (id.endsWith('2')) await driver.writeSnapshot()
  }
  leaveDead(dbPath, lock)
  await driver.close()
  return ledger
}

const damage = (path: string): void => {
  const bytes = readFileSync(path)
  bytes.fill(0xaa, 20, bytes.length)
  writeFileSync(path, bytes)
}

const ofFirst = /^a\.db\.(journal|lock)\.\d+$/

// The second name begins with the first, with a dot behind it as the files beside the first have.
describe.each([
  ['a.db', 'b.db'],
  ['a.db', 'a.db.b'],
  ['a.db', 'a.db.journal'],
  ['a.db', 'a.db.lock'],
  ['a.db', 'a.db.snapshot'],
])('two stores in one folder, %s and %s', (firstName, secondName) => {
  it('are opened, killed and mended without touching each other', async () => {
    const folder = temporaryFolder()
    const [first, second] = [join(folder, firstName), join(folder, secondName)]
    const both = [await fillAndDie(first, ['a1', 'a2', 'a3']), await fillAndDie(second, ['b1', 'b2', 'b3'])]
    const filesOfSecond = readdirSync(folder).filter((name) => {
      return name.startsWith(secondName) && !ofFirst.test(name)
    })
    expect(await inherit(first, both[0] as Ledger)).toEqual([])
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(filesOfSecond))
    expect(await inherit(second, both[1] as Ledger)).toEqual([])
    expect(await inherit(first, both[0] as Ledger)).toEqual([])
  })

  it('may be open at once, each with its lock', async () => {
    const folder = temporaryFolder()
    const stores = await Promise.all([firstName, secondName].map((name) => takeOver(join(folder, name))))
    for (const [index, { driver }] of stores.entries()) {
      await createBatches(driver)
      await writeBatch(driver, `own-${index}`)
      await driver.writeSnapshot()
      await writeBatch(driver, `also-${index}`)
    }
    for (const [index, { driver, lock }] of stores.entries()) {
      expect(lock.isHeld()).toBe(true)
      expect(await readBatchIds(driver)).toEqual([`own-${index}`, `also-${index}`])
      await driver.close()
      lock.release()
    }
  })

  it('are told of their own damage alone', async () => {
    const folder = temporaryFolder()
    const [first, second] = [join(folder, firstName), join(folder, secondName)]
    const ledger = await fillAndDie(first, ['a1', 'a2', 'a3'])
    await fillAndDie(second, ['b1', 'b2', 'b3'])
    damage(second)
    const mended = await takeOver(second)
    expect(basename(mended.driver.recovered?.setAside ?? '')).toMatch(new RegExp(`^${secondName}\\.damaged-`))
    await mended.driver.close()
    mended.lock.release()

    const other = await takeOver(first)
    expect(other.driver.recovered).toBeNull()
    expect(await other.driver.damagedFile()).toBeNull()
    expect(await readBatchIds(other.driver)).toEqual([...ledger.acknowledged])
    expect(existsSync(second)).toBe(true)
    await other.driver.close()
    other.lock.release()
  })
})
