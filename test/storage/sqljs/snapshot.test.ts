import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { MemoryDatabase } from '../../../src/storage/sqljs/memory-database'
import { defaultSnapshotPolicy, describeSize, planSnapshot } from '../../../src/storage/sqljs/snapshot-policy'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'
import { openTestDriver, temporaryFolder } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'
import { systemError, VolatileFiles } from './volatile-files'

const always = { whenIdleAbove: 300, atCloseAbove: 300, shareOfSnapshot: 0 }
const whenIdle = { whenIdleAbove: 300, atCloseAbove: 1e9, shareOfSnapshot: 1e9 }
const never = { whenIdleAbove: 1e9, atCloseAbove: 1e9, shareOfSnapshot: 1e9 }

async function numbersInFile(path: string): Promise<number[]> {
  const database = new MemoryDatabase(await loadSqlJs(), readFileSync(path))
  return readNumbers({ all: async (sql, parameters) => database.all(sql, parameters) })
}

describe('writeSnapshot', () => {
  it('brings the file up to date for other programs and starts an empty journal', async () => {
    const driver = await openTestDriver({ migrate: createNumbers, policy: never })
    await writeNumber(driver, 1)
    const written = await driver.writeSnapshot()
    expect(written).toEqual({ path: driver.path, bytes: readFileSync(driver.path).length })
    expect(await numbersInFile(driver.path)).toEqual([1])
    expect(readFileSync(driver.path).readUInt32BE(60)).toBe(3)
    expect(readdirSync(dirname(driver.path)).sort()).toEqual(['data.db', 'data.db.journal.3'])
    await writeNumber(driver, 2)
    await driver.close()
    expect(await readNumbers(await openTestDriver({ path: driver.path }))).toEqual([1, 2])
  })

  it('does nothing when nothing has changed', async () => {
    const files = new VolatileFiles()
    const driver = await openTestDriver({ path: '/data/data.db', files, migrate: createNumbers })
    await driver.writeSnapshot()
    files.before = (operation) => {
      throw new Error(`unexpected ${operation}`)
    }
    expect((await driver.writeSnapshot()).path).toBe('/data/data.db')
  })

  it('writes a copy that names neither store nor lock, and writes over its own copies', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const copy = join(temporaryFolder(), 'copy.db')
    await writeNumber(driver, 1)
    await driver.writeSnapshot(copy)
    await writeNumber(driver, 2)
    expect(await driver.writeSnapshot(copy)).toEqual({ path: copy, bytes: readFileSync(copy).length })
    expect(await numbersInFile(copy)).toEqual([1, 2])
    expect(readdirSync(dirname(copy))).toEqual(['copy.db'])
  })

  it('never writes a copy over a file of somebody else or over another store', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const other = await openTestDriver()
    const letter = join(temporaryFolder(), 'letter.txt')
    writeFileSync(letter, 'Dear Ada')
    await expect(driver.writeSnapshot(letter)).rejects.toMatchObject({ kind: 'foreign_data' })
    await expect(driver.writeSnapshot(other.path)).rejects.toMatchObject({ kind: 'foreign_data' })
    expect(readFileSync(letter, 'utf8')).toBe('Dear Ada')
  })

  it('says where the copy cannot go', async () => {
    const driver = await openTestDriver()
    const target = join(temporaryFolder(), 'absent', 'copy.db')
    await expect(driver.writeSnapshot(target)).rejects.toMatchObject({ kind: 'io' })
  })
})

describe('an automatic snapshot', () => {
  it('is taken in bulk writing, and what was committed stays', async () => {
    const driver = await openTestDriver({ migrate: createNumbers, policy: always })
    for (let n = 1; n <= 10; n++) await writeNumber(driver, n)
    await driver.close()
    expect(existsSync(`${driver.path}.journal.1`)).toBe(false)
    expect(await numbersInFile(driver.path)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('waits for a pause when the file is large', async () => {
    const driver = await openTestDriver({ migrate: createNumbers, policy: whenIdle, idleMs: 0 })
    await writeNumber(driver, 1)
    await writeNumber(driver, 2)
    await vi.waitFor(() => expect(existsSync(`${driver.path}.journal.1`)).toBe(false))
    expect(await numbersInFile(driver.path)).toEqual([1, 2])
  })

  it('is taken on closing when the next start would be slow', async () => {
    const driver = await openTestDriver({ policy: { ...never, atCloseAbove: 300 }, migrate: createNumbers })
    await writeNumber(driver, 1)
    await writeNumber(driver, 2)
    await driver.close()
    expect(await numbersInFile(driver.path)).toEqual([1, 2])
  })

  it('that fails is reported, changes nothing and is not tried at every write', async () => {
    const files = new VolatileFiles()
    const warn = vi.fn()
    const logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() }
    let renames = 0
    files.before = (operation, path) => {
      if (operation !== 'rename' || path !== '/data/data.db') return
      renames++
      if (renames > 1) throw systemError('EBUSY')
    }
    const path = '/data/data.db'
    const driver = await openTestDriver({ path, files, logger, migrate: createNumbers, policy: always })
    for (let n = 1; n <= 4; n++) await writeNumber(driver, n)
    await driver.sizes()
    expect(warn).toHaveBeenCalled()
    expect(warn.mock.calls.length).toBeLessThan(4)
    expect(await readNumbers(driver)).toEqual([1, 2, 3, 4])
    const reopened = await openTestDriver({ path, files: files.afterKill() })
    expect(await readNumbers(reopened)).toEqual([1, 2, 3, 4])
  })
})

describe('the plan', () => {
  const megabyte = 1_000_000
  it.each([
    [3 * megabyte, 1 * megabyte, 'not_yet'],
    [5 * megabyte, 10 * megabyte, 'now'],
    [5 * megabyte, 100 * megabyte, 'when_idle'],
    [26 * megabyte, 100 * megabyte, 'now'],
  ])('for a journal of %d bytes beside %d is %s', (journalBytes, snapshotBytes, expected) => {
    expect(planSnapshot(defaultSnapshotPolicy, { journalBytes, snapshotBytes })).toBe(expected)
  })
})

describe('the size of the file', () => {
  it.each([
    [299_000_000, null],
    [
      301_000_000,
      'The store is larger than 300 MB: starts become slow, and from 500 MB on this engine is the wrong one',
    ],
    [
      501_000_000,
      'The store is larger than 500 MB, more than an engine in memory is made for; the remedy is a database server, which this version cannot use yet. Today: keep less history, in another folder (--home) with sync --days N',
    ],
  ])('of %d bytes: %s', (bytes, expected) => {
    expect(describeSize(bytes)).toBe(expected)
  })
})
