import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { acquireLock } from '../../../src/storage/sqljs/lock'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { listRemovable, removeStore } from '../../../src/storage/sqljs/store-removal'
import { openTestDriver, temporaryFolder, uncontestedLock } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'
import { systemError, VolatileFiles } from './volatile-files'

const uuid = '0b9c1f3e-1111-4222-8333-444455556666'

async function heldLock(dbPath: string) {
  const result = await acquireLock({ dbPath, socket: '', key: '00' })
  if (result.kind !== 'held') throw new Error('The lock is taken')
  return result.lock
}

describe('removing a store', () => {
  it('takes everything of ours and nothing else', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'data.db')
    const driver = await openTestDriver({ path })
    await createNumbers(driver)
    await driver.close()
    const lock = await heldLock(path)
    const ours = [
      'data.db.journal.9',
      'data.db.snapshot.3.tmp',
      `data.db.lock.${uuid}.tmp`,
      `data.db.${uuid}.tmp`,
      'data.db.damaged-20260725T101112Z',
      'data.db.journal.1.damaged-20260725T101112Z-2',
    ]
    const foreign = [
      'data.db.bak',
      'data.db-journal',
      'data.db.python',
      'data.db.journal.x',
      'notes.txt',
      'adata.db',
    ]
    for (const name of [...ours, ...foreign]) writeFileSync(join(folder, name), 'x')
    mkdirSync(join(folder, 'profiles'))

    const removed = removeStore(createFileLayer(), path, lock)

    expect(removed.map((file) => file.path).toSorted()).toEqual(
      ['data.db', 'data.db.journal.1', 'data.db.lock.1', ...ours]
        .map((name) => join(folder, name))
        .toSorted(),
    )
    expect(readdirSync(folder).toSorted()).toEqual([...foreign, 'profiles'].toSorted())
  })

  it('leaves a data file of another program alone', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'data.db')
    writeFileSync(path, 'a letter')
    expect(listRemovable(createFileLayer(), path)).toEqual([])
    removeStore(createFileLayer(), path, await heldLock(path))
    expect(readdirSync(folder)).toEqual(['data.db'])
  })

  it('refuses without the lock', async () => {
    const path = join(temporaryFolder(), 'data.db')
    await (await openTestDriver({ path })).close()
    const lost = { ...uncontestedLock(), isHeld: () => false }
    expect(() => removeStore(createFileLayer(), path, lost)).toThrow(
      'Another process has taken over the store.',
    )
    expect(readdirSync(join(path, '..'))).toContain('data.db')
  })

  it('lets a new store begin, with lock numbers from one', async () => {
    const path = join(temporaryFolder(), 'data.db')
    await (await openTestDriver({ path })).close()
    const lock = await heldLock(path)
    removeStore(createFileLayer(), path, lock)
    expect(lock.isHeld()).toBe(false)
    lock.release()
    expect(readdirSync(join(path, '..'))).toEqual([])
    expect((await heldLock(path)).generation).toBe(1)
  })
})

/** A closed store with the number 1 in its file and 2 in its journal, on a disk in memory. */
async function aVolatileStore(): Promise<VolatileFiles> {
  const files = new VolatileFiles()
  const driver = await openSqljsDriver({ path: '/data/data.db', files, lock: uncontestedLock() })
  await createNumbers(driver)
  await writeNumber(driver, 1)
  await driver.writeSnapshot()
  await writeNumber(driver, 2)
  await driver.close()
  return files
}

describe('a removal that is cut short', () => {
  const lock = uncontestedLock()

  it.each([
    ['a kill', (files: VolatileFiles) => [files.afterKill()]],
    [
      'a power failure',
      (files: VolatileFiles) =>
        Array.from({ length: files.unsyncedNameChanges + 1 }, (_, nameChanges) =>
          files.afterPowerCut({ nameChanges, appended: 1 }),
        ),
    ],
  ])('by %s leaves a whole store or none, and can be done again', async (_name, leftBy) => {
    let steps = 0
    const counted = await aVolatileStore()
    counted.before = () => {
      steps++
    }
    removeStore(counted, '/data/data.db', lock)
    expect(steps).toBeGreaterThan(3)

    const found: string[] = []
    for (let step = 1; step <= steps; step++) {
      const files = await aVolatileStore()
      let count = 0
      files.before = () => {
        if (++count >= step) throw systemError('EIO')
      }
      expect(() => removeStore(files, '/data/data.db', lock)).toThrow()
      files.before = () => {}
      for (const left of leftBy(files)) {
        const isThere = left.size('/data/data.db') !== null
        const driver = await openSqljsDriver({ path: '/data/data.db', files: left, lock })
        expect(driver.recovered).toBeNull()
        found.push(isThere ? (await readNumbers(driver)).join() : 'none')
        await driver.close()
        removeStore(left, '/data/data.db', lock)
        expect(listRemovable(left, '/data/data.db')).toEqual([])
      }
    }
    // The journal goes first, so what it held goes first.
    expect([...new Set(found)]).toEqual(['1,2', '1', 'none'])
  })
})
