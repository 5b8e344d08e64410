import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readStoreIdOfFiles } from '../../../src/storage/sqljs/file-identity'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { encodeRecord, readHeader, readRecord } from '../../../src/storage/sqljs/journal'
import { MemoryDatabase } from '../../../src/storage/sqljs/memory-database'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'
import { openTestDriver, temporaryFolder, uncontestedLock } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'

const now = () => Date.UTC(2026, 6, 25, 10, 11, 12)

/** A closed store with the writes 1 to 3 in its journal. */
async function aStore(): Promise<{ path: string; journal: string; storeId: string }> {
  const path = join(temporaryFolder(), 'data.db')
  const driver = await openTestDriver({ path })
  await createNumbers(driver)
  for (const n of [1, 2, 3]) await writeNumber(driver, n)
  await driver.close()
  return { path, journal: `${path}.journal.1`, storeId: driver.storeId }
}

/** Where each record of a journal starts. */
function recordStarts(journal: string): number[] {
  const content = readFileSync(journal)
  const starts: number[] = []
  let offset = readHeader(content)?.end ?? 0
  for (let read = readRecord(content, offset); read !== null; read = readRecord(content, offset)) {
    starts.push(offset)
    offset = read.end
  }
  return starts
}

describe('a new store', () => {
  it('is a numbered SQLite file of this program with an empty journal, private to the user', async () => {
    const path = join(temporaryFolder(), 'new', 'folder', 'data.db')
    const driver = await openTestDriver({ path })
    const header = readFileSync(path)
    expect(header.toString('latin1', 0, 15)).toBe('SQLite format 3')
    expect(header.readUInt32BE(60)).toBe(1)
    expect(header.toString('latin1', 68, 72)).toBe('FIMC')
    expect(await driver.all('select key, value from store_meta')).toEqual([
      { key: 'store_id', value: driver.storeId },
    ])
    expect(driver.recovered).toBeNull()
    expect(readdirSync(join(path, '..')).sort()).toEqual(['data.db', 'data.db.journal.1'])
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(statSync(`${path}.journal.1`).mode & 0o777).toBe(0o600)
      expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    }
  })
})

describe('whose the files are', () => {
  const files = createFileLayer()

  it('is told by the journal, without opening the store', async () => {
    const { path, storeId } = await aStore()
    expect(readStoreIdOfFiles(files, path)).toBe(storeId)
    const driver = await openTestDriver({ path })
    await driver.writeSnapshot()
    expect(readStoreIdOfFiles(files, path)).toBe(storeId)
  })

  it('is not known where there are none, or none of ours, or no journal', async () => {
    const { path, journal } = await aStore()
    expect(readStoreIdOfFiles(files, `${path}.elsewhere`)).toBeNull()
    writeFileSync(`${path}.other`, 'x'.repeat(9_000))
    expect(readStoreIdOfFiles(files, `${path}.other`)).toBeNull()
    rmSync(journal)
    expect(readStoreIdOfFiles(files, path)).toBeNull()
  })
})

describe('a snapshot that a program has switched to WAL', () => {
  it('is opened all the same', async () => {
    const { path } = await aStore()
    const bytes = readFileSync(path)
    bytes.fill(2, 18, 20)
    writeFileSync(path, bytes)
    expect(await readNumbers(await openTestDriver({ path }))).toEqual([1, 2, 3])
  })
})

describe('a damaged snapshot', () => {
  it.each([
    ['is empty', (path: string) => truncateSync(path, 0)],
    ['is not a database', (path: string) => writeFileSync(path, 'x'.repeat(9_000))],
    ['has lost its end', (path: string) => truncateSync(path, 4_096)],
    [
      'has a broken first page',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes.fill(0xaa, 100, 4_096)
        writeFileSync(path, bytes)
      },
    ],
  ])('that %s is set aside and a new store begins', async (_name, damage) => {
    const { path, journal, storeId } = await aStore()
    damage(path)
    const damaged = readFileSync(path)

    const driver = await openTestDriver({ path, now })

    expect(driver.recovered).toEqual({ setAside: `${path}.damaged-20260725T101112Z` })
    expect(readFileSync(`${path}.damaged-20260725T101112Z`).equals(damaged)).toBe(true)
    expect(existsSync(`${journal}.damaged-20260725T101112Z`)).toBe(true)
    expect(await readNumbers(driver)).toEqual([])
    expect(driver.storeId).not.toBe(storeId)
    await createNumbers(driver)
    await writeNumber(driver, 9)
    await driver.close()
    expect(await readNumbers(await openTestDriver({ path }))).toEqual([9])
  })
})

describe('a byte of the snapshot that has changed', () => {
  it.each([0.1, 0.3, 0.5, 0.7, 0.9])(
    'is found, also where SQLite would read on (%d of the file)',
    async (where) => {
      const { path } = await aStore()
      const bytes = readFileSync(path)
      const at = 100 + Math.floor((bytes.length - 101) * where)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      writeFileSync(path, bytes)

      const driver = await openTestDriver({ path, now })

      expect(driver.recovered).toEqual({ setAside: `${path}.damaged-20260725T101112Z` })
      expect(readFileSync(`${path}.damaged-20260725T101112Z`).equals(bytes)).toBe(true)
    },
  )

  it('is not looked for in a file without its journal, as when a copy is put in place', async () => {
    const { path, journal } = await aStore()
    rmSync(journal)
    const bytes = readFileSync(path)
    const at = bytes.length - 1
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    writeFileSync(path, bytes)
    expect((await openTestDriver({ path, now })).recovered).toBeNull()
  })
})

describe('damage in the middle of the journal', () => {
  it('keeps the writes before it and a copy of the whole', async () => {
    const { path, journal } = await aStore()
    const damaged = readFileSync(journal)
    damaged[(recordStarts(journal)[2] ?? 0) + 30] = 0
    writeFileSync(journal, damaged)

    const driver = await openTestDriver({ path, now })

    expect(driver.recovered).toEqual({ setAside: `${journal}.damaged-20260725T101112Z` })
    expect(readFileSync(`${journal}.damaged-20260725T101112Z`).equals(damaged)).toBe(true)
    expect(await readNumbers(driver)).toEqual([1])
    await writeNumber(driver, 4)
    await driver.close()
    const reopened = await openTestDriver({ path })
    expect(await readNumbers(reopened)).toEqual([1, 4])
    expect(reopened.recovered).toBeNull()
  })

  it('is also a whole record that is missing', async () => {
    const { path, journal } = await aStore()
    const content = readFileSync(journal)
    const [, , third, fourth] = recordStarts(journal)
    writeFileSync(journal, Buffer.concat([content.subarray(0, third), content.subarray(fourth)]))
    const driver = await openTestDriver({ path, now })
    expect(driver.recovered?.setAside).toBe(`${journal}.damaged-20260725T101112Z`)
    expect(await readNumbers(driver)).toEqual([1])
  })

  it('is also a record that cannot be applied', async () => {
    const { path, journal } = await aStore()
    const wrong = {
      sequence: 6,
      fence: 1,
      statements: [{ sql: 'insert into absent values (1)', rows: [[]] }],
    }
    const next = { sequence: 7, fence: 1, statements: [{ sql: 'delete from numbers', rows: [[]] }] }
    writeFileSync(journal, Buffer.concat([readFileSync(journal), encodeRecord(wrong), encodeRecord(next)]))
    const driver = await openTestDriver({ path, now })
    expect(driver.recovered?.setAside).toBe(`${journal}.damaged-20260725T101112Z`)
    expect(await readNumbers(driver)).toEqual([1, 2, 3])
  })
})

describe('a journal', () => {
  it('with a torn tail is cut to its last whole record', async () => {
    const { path, journal } = await aStore()
    truncateSync(journal, statSync(journal).size - 1)
    const driver = await openTestDriver({ path })
    expect(await readNumbers(driver)).toEqual([1, 2])
    expect(driver.recovered).toBeNull()
    expect(statSync(journal).size).toBe((await driver.sizes()).journalBytes)
  })

  it('of another store is set aside, not applied', async () => {
    const { path } = await aStore()
    const other = await aStore()
    renameSync(other.journal, `${path}.journal.1`)
    const driver = await openTestDriver({ path, now })
    expect(driver.recovered).toEqual({ setAside: `${path}.journal.1.damaged-20260725T101112Z` })
    expect(await readNumbers(driver)).toEqual([])
  })

  it('that is missing leaves the snapshot, as when a copy is put in place', async () => {
    const { path } = await aStore()
    const copy = join(temporaryFolder(), 'data.db')
    const driver = await openTestDriver({ path })
    await driver.writeSnapshot(copy)
    const restored = await openTestDriver({ path: copy })
    expect(await readNumbers(restored)).toEqual([1, 2, 3])
    await writeNumber(restored, 4)
    await restored.close()
    expect(await readNumbers(await openTestDriver({ path: copy }))).toEqual([1, 2, 3, 4])
  })

  it('passes over what a replaced owner wrote late', async () => {
    const { path, journal } = await aStore()
    const driver = await openTestDriver({ path, lock: uncontestedLock(5) })
    await writeNumber(driver, 4)
    await driver.close()
    const late = { sequence: 7, fence: 1, statements: [{ sql: 'delete from numbers', rows: [[]] }] }
    writeFileSync(journal, Buffer.concat([readFileSync(journal), encodeRecord(late)]))
    const next = await openTestDriver({ path, lock: uncontestedLock(6) })
    await writeNumber(next, 5)
    await next.close()
    const reopened = await openTestDriver({ path, lock: uncontestedLock(7) })
    expect(await readNumbers(reopened)).toEqual([1, 2, 3, 4, 5])
  })

  it('is continued also when the numbers of the locks start again', async () => {
    const { path } = await aStore()
    for (const [generation, n] of [
      [9, 4],
      [1, 5],
    ] as const) {
      const driver = await openTestDriver({ path, lock: uncontestedLock(generation) })
      await writeNumber(driver, n)
      await driver.close()
    }
    expect(await readNumbers(await openTestDriver({ path }))).toEqual([1, 2, 3, 4, 5])
  })
})

describe('a database of another program', () => {
  it('is refused and left alone', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const database = new MemoryDatabase(await loadSqlJs())
    database.run([{ sql: 'create table conversations (id)', rows: [[]] }])
    writeFileSync(path, database.file())
    const before = readFileSync(path)

    await expect(openTestDriver({ path })).rejects.toMatchObject({ kind: 'foreign_data' })

    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual(['data.db'])
  })
})

describe('migrations', () => {
  it('are ordinary writes, there after reopening', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const driver = await openTestDriver({ path, migrate: createNumbers })
    await writeNumber(driver, 1)
    await driver.close()
    expect(await readNumbers(await openTestDriver({ path, migrate: async () => {} }))).toEqual([1])
  })

  it('that fail make opening fail', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const migrate = async (): Promise<void> => {
      throw new Error('made by a newer version')
    }
    await expect(openTestDriver({ path, migrate })).rejects.toThrow('made by a newer version')
    expect(await readNumbers(await openTestDriver({ path }))).toEqual([])
  })
})
