import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { JournalTail } from '../../../src/storage/sqljs/journal-tail'
import { MemoryDatabase } from '../../../src/storage/sqljs/memory-database'
import type { SqljsDriver, SqljsDriverOptions } from '../../../src/storage/sqljs/sqljs-driver'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'
import { openTestDriver, temporaryFolder } from '../../helpers/sqljs'
import { createHeldBuilder, type HeldBuilder } from './held-builder'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'
import { systemError, VolatileFiles } from './volatile-files'

const whenAsked = { whenIdleAbove: 1e9, atCloseAbove: 1e9, shareOfSnapshot: 1e9 }
const always = { whenIdleAbove: 300, atCloseAbove: 300, shareOfSnapshot: 0 }

function createLogger() {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
}

/** A store with the number 1, whose snapshots wait for the test. */
async function openHeld(
  options: Partial<SqljsDriverOptions> = {},
): Promise<{ driver: SqljsDriver; held: HeldBuilder; logger: ReturnType<typeof createLogger> }> {
  const held = await createHeldBuilder(options.files ?? createFileLayer())
  const logger = createLogger()
  const driver = await openTestDriver({
    migrate: createNumbers,
    policy: whenAsked,
    snapshotBuilder: held.builder,
    buildAboveBytes: 0,
    logger,
    ...options,
  })
  await writeNumber(driver, 1)
  return { driver, held, logger }
}

async function begin(held: HeldBuilder): Promise<void> {
  await vi.waitFor(() => expect(held.isBusy()).toBe(true))
}

async function numbersInFile(path: string): Promise<number[]> {
  const database = new MemoryDatabase(await loadSqlJs(), readFileSync(path))
  return readNumbers({ all: async (sql, parameters) => database.all(sql, parameters) })
}

async function numbersOnDisk(files: VolatileFiles): Promise<number[]> {
  const reopened = await openTestDriver({ path: '/data/data.db', files: files.afterKill() })
  expect(reopened.recovered).toBeNull()
  return readNumbers(reopened)
}

describe('a snapshot that is made elsewhere', () => {
  it('holds what was committed when it began; what came meanwhile is in the new journal', async () => {
    const { driver, held } = await openHeld()
    const snapshot = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 2)
    await writeNumber(driver, 3)
    held.finish()
    expect(await snapshot).toEqual({ path: driver.path, bytes: readFileSync(driver.path).length })
    expect(await numbersInFile(driver.path)).toEqual([1])
    expect(readdirSync(dirname(driver.path)).sort()).toEqual(['data.db', 'data.db.journal.3'])
    await writeNumber(driver, 4)
    await driver.close()
    const reopened = await openTestDriver({ path: driver.path })
    expect(await readNumbers(reopened)).toEqual([1, 2, 3, 4])
    expect(reopened.recovered).toBeNull()
  })

  it('is begun only for a store above the size', async () => {
    const { driver, held } = await openHeld({ buildAboveBytes: 100_000 })
    await driver.writeSnapshot()
    expect(held.tasks).toEqual([])
    expect(await numbersInFile(driver.path)).toEqual([1])
  })

  it('takes over megabytes of commits in several rounds', async () => {
    const { driver, held } = await openHeld()
    const snapshot = driver.writeSnapshot()
    await begin(held)
    const text = 'x'.repeat(700_000)
    for (let n = 10; n < 15; n++) {
      const sql = 'insert into numbers (n, text) values (?, ?), (?, null)'
      await driver.write(() => [{ sql, rows: [[n, text, -n]] }])
    }
    held.finish()
    await snapshot
    await driver.close()
    const reopened = await openTestDriver({ path: driver.path })
    expect(await readNumbers(reopened)).toEqual([1, 10, 11, 12, 13, 14])
  })

  it('is one at a time: a second request waits, and does nothing when nothing was committed meanwhile', async () => {
    const { driver, held } = await openHeld()
    const both = [driver.writeSnapshot(), driver.writeSnapshot()]
    await begin(held)
    held.finish()
    await Promise.all(both)
    expect(held.tasks.length).toBe(1)

    await writeNumber(driver, 2)
    const first = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 3)
    const second = driver.writeSnapshot()
    held.finish()
    await first
    await begin(held)
    held.finish()
    await second
    expect(held.tasks.map(({ sequence }) => sequence)).toEqual([3, 4, 5])
    expect(await numbersInFile(driver.path)).toEqual([1, 2, 3])
  })

  it('is not begun again by the writes that come while it is made', async () => {
    const { driver, held } = await openHeld({ policy: always })
    await writeNumber(driver, 2)
    await begin(held)
    for (let n = 3; n <= 20; n++) await writeNumber(driver, n)
    expect(held.tasks.length).toBe(1)
    held.finish()
    // They call for the next one as soon as it is done.
    await begin(held)
    expect(held.tasks.length).toBe(2)
    held.finish()
    await vi.waitFor(async () =>
      expect(await numbersInFile(driver.path)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1)),
    )
  })
})

describe('a maker of snapshots that fails', () => {
  it('by crashing is replaced by this thread, which says so', async () => {
    const { driver, held, logger } = await openHeld()
    const snapshot = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 2)
    held.die()
    await snapshot
    expect(await numbersInFile(driver.path)).toEqual([1, 2])
    expect(logger.warn).toHaveBeenCalledWith(
      'A snapshot could not be made in a thread of its own; it is made in this one',
      { error: 'The thread has crashed' },
    )
  })

  it('to begin is replaced by this thread', async () => {
    const { driver, logger } = await openHeld({
      snapshotBuilder: () => {
        throw new Error('No more threads')
      },
    })
    await driver.writeSnapshot()
    expect(await numbersInFile(driver.path)).toEqual([1])
    expect(logger.warn).toHaveBeenCalledTimes(1)
  })

  it('because the file was replaced by hand is replaced by this thread, whose memory is whole', async () => {
    const { driver, held } = await openHeld()
    const snapshot = driver.writeSnapshot()
    await begin(held)
    writeFileSync(driver.path, 'Dear Ada')
    held.finish()
    await snapshot
    expect(await numbersInFile(driver.path)).toEqual([1])
  })

  it('for want of space leaves the old pair, and the next one is tried again', async () => {
    const files = new VolatileFiles()
    const { driver, held } = await openHeld({ path: '/data/data.db', files })
    const snapshot = driver.writeSnapshot()
    await begin(held)
    files.before = (operation, path) => {
      if (operation === 'create' && path.endsWith('.tmp')) throw systemError('ENOSPC')
    }
    held.finish()
    await expect(snapshot).rejects.toMatchObject({ kind: 'disk_full' })
    expect(files.list('/data').sort()).toEqual(['data.db', 'data.db.journal.1'])
    await writeNumber(driver, 2)
    expect(await numbersOnDisk(files)).toEqual([1, 2])

    files.before = () => {}
    const next = driver.writeSnapshot()
    await begin(held)
    held.finish()
    await next
    expect(files.list('/data').sort()).toEqual(['data.db', 'data.db.journal.4'])
  })
})

describe('a rename that fails at the end', () => {
  it('leaves the old pair and removes what was made', async () => {
    const files = new VolatileFiles()
    const { driver, held } = await openHeld({ path: '/data/data.db', files })
    files.before = (operation) => {
      if (operation === 'rename') throw systemError('EBUSY')
    }
    const snapshot = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 2)
    held.finish()
    await expect(snapshot).rejects.toMatchObject({ kind: 'io' })
    expect(files.list('/data').sort()).toEqual(['data.db', 'data.db.journal.1'])
    await writeNumber(driver, 3)
    expect(await numbersOnDisk(files)).toEqual([1, 2, 3])
  })

  it('although it happened makes the store be read again before the next write', async () => {
    const files = new VolatileFiles()
    const { driver, held } = await openHeld({ path: '/data/data.db', files })
    const snapshot = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 2)
    held.finish()
    const rename = files.rename.bind(files)
    vi.spyOn(files, 'rename').mockImplementation((from, to) => {
      rename(from, to)
      throw systemError('EIO')
    })
    await expect(snapshot).rejects.toMatchObject({ kind: 'io' })
    vi.restoreAllMocks()
    await writeNumber(driver, 3)
    expect(await readNumbers(driver)).toEqual([1, 2, 3])
    expect(await numbersOnDisk(files)).toEqual([1, 2, 3])
  })
})

describe('a store that is read again while a snapshot is made', () => {
  it('with a record that was never acknowledged does not lose its place in the new journal', async () => {
    const files = new VolatileFiles()
    const { driver, held } = await openHeld({ path: '/data/data.db', files })
    const snapshot = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 2)
    // On the disk for all one knows, but neither synced nor cut off.
    files.before = (operation) => {
      if (operation === 'syncData' || operation === 'truncate') throw systemError('EIO')
    }
    await expect(writeNumber(driver, 3)).rejects.toMatchObject({ kind: 'io' })
    files.before = () => {}
    await writeNumber(driver, 4)
    expect(await readNumbers(driver)).toEqual([1, 2, 3, 4])
    held.finish()
    await snapshot
    await writeNumber(driver, 5)
    expect(await numbersOnDisk(files)).toEqual([1, 2, 3, 4, 5])
  })

  it('without one goes on with the snapshot', async () => {
    const files = new VolatileFiles()
    const { driver, held, logger } = await openHeld({ path: '/data/data.db', files })
    const snapshot = driver.writeSnapshot()
    await begin(held)
    await writeNumber(driver, 2)
    files.before = (operation) => {
      if (operation === 'syncData') throw systemError('EIO')
    }
    await expect(writeNumber(driver, 3)).rejects.toMatchObject({ kind: 'io' })
    files.before = () => {}
    await writeNumber(driver, 4)
    held.finish()
    await snapshot
    expect(logger.warn).not.toHaveBeenCalled()
    expect(files.list('/data').sort()).toEqual(['data.db', 'data.db.journal.3'])
    expect(await numbersOnDisk(files)).toEqual([1, 2, 4])
  })
})

describe('closing while a snapshot is made', () => {
  it('ends an automatic one and takes its own where the next start would be slow', async () => {
    const { driver, held } = await openHeld({ policy: always })
    await writeNumber(driver, 2)
    await begin(held)
    await writeNumber(driver, 3)
    await driver.close()
    expect(held.isBusy()).toBe(false)
    expect(await numbersInFile(driver.path)).toEqual([1, 2, 3])
    expect(readdirSync(dirname(driver.path)).length).toBe(2)
  })

  it('ends an automatic one and leaves a short journal alone', async () => {
    const { driver, held, logger } = await openHeld({ policy: { ...always, atCloseAbove: 1e9 } })
    await writeNumber(driver, 2)
    await begin(held)
    await driver.close()
    expect(await numbersInFile(driver.path)).toEqual([])
    expect(existsSync(`${driver.path}.journal.1`)).toBe(true)
    expect(logger.warn).not.toHaveBeenCalled()
  })

  it('gives the one who asked for a snapshot or a copy what was asked for', async () => {
    const { driver, held } = await openHeld()
    const copy = join(temporaryFolder(), 'copy.db')
    const asked = [driver.writeSnapshot(), driver.writeSnapshot(copy), writeNumber(driver, 2)]
    await begin(held)
    await driver.close()
    await Promise.all(asked)
    expect(held.tasks.length).toBe(1)
    expect(await numbersInFile(driver.path)).toEqual([1, 2])
    expect(await numbersInFile(copy)).toEqual([1, 2])
    await expect(driver.writeSnapshot()).rejects.toThrow('The store is closed')
    await expect(driver.writeSnapshot(copy)).rejects.toThrow('The store is closed')
  })
})

describe('a copy that is made elsewhere', () => {
  it('holds what was committed when it was asked for, and leaves the store as it is', async () => {
    const { driver, held } = await openHeld()
    const copy = join(temporaryFolder(), 'copy.db')
    const written = driver.writeSnapshot(copy)
    await begin(held)
    await writeNumber(driver, 2)
    held.finish()
    expect(await written).toEqual({ path: copy, bytes: readFileSync(copy).length })
    expect(await numbersInFile(copy)).toEqual([1])
    expect(readdirSync(dirname(copy))).toEqual(['copy.db'])
    expect(existsSync(`${driver.path}.journal.1`)).toBe(true)
  })

  it('never takes the place of a file that came meanwhile', async () => {
    const { driver, held } = await openHeld()
    const letter = join(temporaryFolder(), 'letter.txt')
    const written = driver.writeSnapshot(letter)
    await begin(held)
    writeFileSync(letter, 'Dear Ada')
    held.finish()
    await expect(written).rejects.toMatchObject({ kind: 'foreign_data' })
    expect(readdirSync(dirname(letter))).toEqual(['letter.txt'])
    expect(readFileSync(letter, 'utf8')).toBe('Dear Ada')
  })

  it('says where it cannot go', async () => {
    const { driver, held } = await openHeld()
    const written = driver.writeSnapshot(join(temporaryFolder(), 'absent', 'copy.db'))
    const outcome = expect(written).rejects.toMatchObject({ kind: 'io' })
    await begin(held)
    held.finish()
    await outcome
  })
})

it('a tail gives out its records in order, at least one at a time', () => {
  const tail = new JournalTail(7)
  for (const text of ['one', 'two', 'three']) tail.add(Buffer.from(text))
  expect([tail.sequence, tail.bytesLeft]).toEqual([10, 11])
  expect(tail.take(6)?.toString()).toBe('onetwo')
  tail.add(Buffer.from('four'))
  expect([tail.sequence, tail.bytesLeft]).toEqual([11, 9])
  expect(tail.take(1)?.toString()).toBe('three')
  expect(tail.take(100)?.toString()).toBe('four')
  expect(tail.take(100)).toBeNull()
  expect([tail.sequence, tail.bytesLeft]).toEqual([11, 0])
})
