import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Migration, migrate, migrations, readSchemaVersion } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { openSqljsStore, openSqljsView } from '../../src/storage/sqljs/open-sqljs-store'
import { aHit, aThread } from '../helpers/builders'
import { openTestDriver, temporaryFolder, uncontestedLock } from '../helpers/sqljs'
import { describeStoreChanges } from './contract'
import { describeStoreSearch } from './contract-search'

async function openAt(path: string): Promise<Store> {
  const { store } = await openSqljsStore({ path, lock: uncontestedLock() })
  onTestFinished(() => store.close())
  return store
}

const openNew = (): Promise<Store> => openAt(join(temporaryFolder(), 'data.db'))

describe('the embedded store', () => {
  describeStoreChanges(openNew)
  describeStoreSearch(openNew)

  it('has after reopening what it had before', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const first = await openAt(path)
    await first.apply({ conversations: [aThread({}, ['Hello', 'The late reply'])] })
    await first.close()
    const again = await openAt(path)
    expect(await again.getCounts()).toMatchObject({ conversations: 1, messages: 2, threads: 1 })
    expect(await again.describe()).toMatchObject({ engine: 'sqljs', path, schemaVersion: 4 })
  })

  it('tells of a damaged file that was set aside, until somebody deletes it', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const first = await openAt(path)
    expect((await first.describe()).damagedFile).toBeNull()
    await first.close()
    writeFileSync(path, 'no database')
    const now = () => Date.UTC(2026, 6, 25, 10, 11, 12)
    const { store } = await openSqljsStore({ path, lock: uncontestedLock(), now })
    const damagedFile = `${path}.damaged-20260725T101112Z`
    expect((await store.describe()).damagedFile).toBe(damagedFile)
    await store.close()
    const again = await openAt(path)
    expect((await again.describe()).damagedFile).toBe(damagedFile)
    const view = await openSqljsView(path)
    expect((await view.describe()).damagedFile).toBe(damagedFile)
    await view.close()
    rmSync(damagedFile)
    rmSync(`${path}.journal.1.damaged-20260725T101112Z`)
    expect((await again.describe()).damagedFile).toBeNull()
  })

  it('of a newer version is refused, and not a byte of it is touched', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'data.db')
    const dialect = createSqliteDialect()
    const newer = { name: 'add_shelf', statements: () => ['CREATE TABLE shelf (id INTEGER)'] }
    const driver = await openTestDriver({
      path,
      migrate: async (opened) => void (await migrate(opened, dialect, [...migrations, newer])),
    })
    await driver.close()
    const content = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])
    const before = content()
    await expect(openSqljsStore({ path, lock: uncontestedLock() })).rejects.toMatchObject({
      kind: 'newer_schema',
      message: `${path} was written by a newer version of this program.`,
      hint: 'Update fast-intercom-mcp, or choose another folder with FASTINTERCOM_HOME.',
    })
    expect(content()).toEqual(before)
  })

  it('of an earlier version keeps its data through the migration, also when that is cut short', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const first = await openAt(path)
    await first.apply({ conversations: [aThread({ title: 'Refund' })] })
    await first.close()
    const dialect = createSqliteDialect()
    const list: Migration[] = [
      ...migrations,
      {
        name: 'add_shelf',
        statements: () => [
          "ALTER TABLE conversations ADD COLUMN shelf TEXT NOT NULL DEFAULT 'top'",
          "UPDATE conversations SET shelf = 'low'",
        ],
      },
    ]
    const cut = [...list, { name: 'broken', statements: () => ['CREATE NONSENSE'] }]
    const open = (each: Migration[]) =>
      openTestDriver({ path, migrate: async (opened) => void (await migrate(opened, dialect, each)) })
    await expect(open(cut)).rejects.toThrow()

    const driver = await open(list)
    expect(await readSchemaVersion(driver)).toBe(list.length)
    expect(await driver.all('select title, shelf from conversations')).toEqual([
      { title: 'Refund', shelf: 'low' },
    ])
    const names = await driver.all("select value from store_meta where key like 'migration%' order by key")
    expect(names.map((row) => (row as { value: string }).value)).toEqual(list.map(({ name }) => name))
  })

  it('can be read without the lock, and then refuses to write', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const owner = await openAt(path)
    await owner.apply({ conversations: [aThread()] })
    const view = await openSqljsView(path)
    expect((await view.getCounts()).conversations).toBe(1)
    await expect(view.apply({ conversations: [aHit({ id: '2' })] })).rejects.toMatchObject({
      kind: 'lost_ownership',
    })
    await view.close()
  })
})
