import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { SqlStatement } from '../../../src/storage/driver'
import type { HeldLock } from '../../../src/storage/sqljs/lock'
import { openTestDriver, temporaryFolder } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'
import { systemError, VolatileFiles } from './volatile-files'

const createNotes: SqlStatement = { sql: 'create table notes (id integer primary key, text)', rows: [[]] }

function insertNotes(...rows: [number, string | number | null | Uint8Array][]): SqlStatement {
  return { sql: 'insert into notes (id, text) values (?, ?)', rows }
}

describe('a write', () => {
  it('is applied whole and read back after reopening', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const driver = await openTestDriver({ path })
    await driver.write(() => [createNotes, insertNotes([1, 'first'], [2, 'second'])])
    await driver.close()

    const reopened = await openTestDriver({ path })
    expect(await reopened.all('select id, text from notes order by id')).toEqual([
      { id: 1, text: 'first' },
      { id: 2, text: 'second' },
    ])
    expect(reopened.storeId).toBe(driver.storeId)
  })

  it('leaves nothing behind when one of its statements fails', async () => {
    const driver = await openTestDriver()
    await driver.write(() => [createNotes])
    const before = await driver.sizes()

    await expect(driver.write(() => [insertNotes([1, 'a'], [1, 'b'])])).rejects.toThrow(
      'UNIQUE constraint failed',
    )

    expect(await driver.all('select * from notes')).toEqual([])
    expect(await driver.sizes()).toEqual(before)
    expect(driver.generation).toBe(2)
  })

  it('sees in its builder what the write before it has committed', async () => {
    const driver = await openTestDriver()
    await driver.write(() => [createNotes])
    const addNext = () =>
      driver.write(async (reader) => {
        const [row] = await reader.all<{ next: number }>('select count(*) + 1 as next from notes')
        await Promise.resolve()
        return [insertNotes([row?.next ?? 0, 'numbered'])]
      })

    await Promise.all([addNext(), addNext(), addNext()])

    expect(await driver.all('select id from notes order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  })

  it('that returns no statements changes nothing', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const before = { generation: driver.generation, ...(await driver.sizes()) }
    await driver.write(() => [])
    await driver.write(() => [{ sql: 'delete from numbers where n = ?', rows: [] }])
    expect({ generation: driver.generation, ...(await driver.sizes()) }).toEqual(before)
  })

  it('whose builder throws is rejected, and the next one goes on', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const failing = driver.write(() => {
      throw new Error('nothing to build')
    })
    await expect(failing).rejects.toThrow('nothing to build')
    await writeNumber(driver, 1)
    expect(await readNumbers(driver)).toEqual([1])
  })

  it('with a value that cannot be stored is rejected before anything is touched', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const sql = 'insert into numbers (n) values (?)'
    await expect(driver.write(() => [{ sql, rows: [[1], [Number.NaN]] }])).rejects.toThrow(TypeError)
    expect(await readNumbers(driver)).toEqual([])
  })
})

describe('reads', () => {
  it('never see half of a write', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const writes = Array.from({ length: 20 }, (_, index) => writeNumber(driver, index + 1))
    let isDone = false
    const all = Promise.all(writes).then(() => {
      isDone = true
    })
    // readNumbers throws when it meets one of the two rows of a write without the other.
    while (!isDone) await readNumbers(driver)
    await all
    expect((await readNumbers(driver)).length).toBe(20)
  })
})

describe('a full disk', () => {
  it('rejects the write with disk_full, goes on reading, and takes the next write when there is room', async () => {
    const files = new VolatileFiles()
    const driver = await openTestDriver({ path: '/data/data.db', files, migrate: createNumbers })
    await writeNumber(driver, 1)
    files.before = (operation) => {
      if (operation === 'append') throw systemError('ENOSPC')
    }
    await expect(writeNumber(driver, 2)).rejects.toMatchObject({
      kind: 'disk_full',
      code: 'storage_disk_full',
    })
    await expect(writeNumber(driver, 3)).rejects.toMatchObject({ kind: 'disk_full' })
    expect(await readNumbers(driver)).toEqual([1])

    files.before = () => {}
    await writeNumber(driver, 4)
    expect(await readNumbers(driver)).toEqual([1, 4])
    const reopened = await openTestDriver({ path: '/data/data.db', files: files.afterKill() })
    expect(await readNumbers(reopened)).toEqual([1, 4])
  })
})

describe('a failed sync', () => {
  it('makes the store be read from its files again, without the write', async () => {
    const files = new VolatileFiles()
    const driver = await openTestDriver({ path: '/data/data.db', files, migrate: createNumbers })
    await writeNumber(driver, 1)
    files.reads.length = 0
    files.before = (operation) => {
      if (operation === 'syncData') throw systemError('EIO')
    }
    await expect(writeNumber(driver, 2)).rejects.toMatchObject({ kind: 'io' })
    expect(files.reads).toContain('/data/data.db')
    expect(await readNumbers(driver)).toEqual([1])
  })

  it('leaves reading possible and writing refused while the files cannot be read', async () => {
    const files = new VolatileFiles()
    const driver = await openTestDriver({ path: '/data/data.db', files, migrate: createNumbers })
    await writeNumber(driver, 1)
    files.before = () => {
      throw systemError('EIO')
    }
    const read = vi.spyOn(files, 'read').mockImplementation(() => {
      throw systemError('EIO')
    })
    await expect(writeNumber(driver, 2)).rejects.toMatchObject({ kind: 'io' })
    await expect(writeNumber(driver, 3)).rejects.toMatchObject({ kind: 'io' })
    expect(await readNumbers(driver)).toEqual([1])

    read.mockRestore()
    files.before = () => {}
    await writeNumber(driver, 4)
    expect(await readNumbers(driver)).toEqual([1, 4])
  })
})

describe('a journal that somebody else has written to', () => {
  it('is put right before the next write', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    await writeNumber(driver, 1)
    const journal = `${driver.path}.journal.1`
    const before = readFileSync(journal)
    writeFileSync(journal, Buffer.concat([before, Buffer.from('rubbish')]))
    await writeNumber(driver, 2)
    expect(await readNumbers(driver)).toEqual([1, 2])
    await driver.close()
    const reopened = await openTestDriver({ path: driver.path })
    expect(await readNumbers(reopened)).toEqual([1, 2])
    expect(reopened.recovered).toBeNull()
  })
})

describe('a lost lock', () => {
  it('rejects writes with lost_ownership, touches no file any more and goes on reading', async () => {
    let isHeld = true
    const lock: HeldLock = { generation: 1, isHeld: () => isHeld, release: () => {} }
    const driver = await openTestDriver({ lock, migrate: createNumbers })
    await writeNumber(driver, 1)
    const journal = readFileSync(`${driver.path}.journal.1`)
    isHeld = false
    await expect(writeNumber(driver, 2)).rejects.toMatchObject({ kind: 'lost_ownership' })
    await expect(driver.writeSnapshot()).rejects.toMatchObject({ kind: 'lost_ownership' })
    expect(await readNumbers(driver)).toEqual([1])
    await driver.close()
    expect(readFileSync(`${driver.path}.journal.1`).equals(journal)).toBe(true)
  })

  it('noticed after the append takes the write back', async () => {
    let looks = Number.POSITIVE_INFINITY
    const lock: HeldLock = { generation: 1, isHeld: () => looks-- > 0, release: () => {} }
    const driver = await openTestDriver({ lock, migrate: createNumbers })
    // Looked at when the turn begins, before the append, and after it.
    looks = 2
    await expect(writeNumber(driver, 1)).rejects.toMatchObject({ kind: 'lost_ownership' })
    expect(await readNumbers(driver)).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a folder without permission',
  () => {
    it('is named, with what to do', async () => {
      const folder = temporaryFolder()
      chmodSync(folder, 0o500)
      await expect(openTestDriver({ path: join(folder, 'data.db') })).rejects.toMatchObject({
        kind: 'io',
        hint: expect.stringContaining('writable'),
      })
      expect(existsSync(join(folder, 'data.db'))).toBe(false)
    })
  },
)

describe('closing', () => {
  it('finishes the writes under way and refuses later ones', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    const write = writeNumber(driver, 1)
    const closed = Promise.all([driver.close(), driver.close()])
    await expect(writeNumber(driver, 2)).rejects.toThrow('The store is closed')
    await write
    await closed
    await expect(driver.all('select 1')).rejects.toThrow('The store is closed')
    expect(await readNumbers(await openTestDriver({ path: driver.path }))).toEqual([1])
  })

  it('leaves only the pair of files', async () => {
    const driver = await openTestDriver({ migrate: createNumbers })
    await writeNumber(driver, 1)
    await driver.writeSnapshot()
    await driver.close()
    expect(readdirSync(join(driver.path, '..')).sort()).toEqual(['data.db', 'data.db.journal.3'])
  })
})
