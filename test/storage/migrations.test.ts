import { describe, expect, it } from 'vitest'
import { type Migration, migrate, migrations, readSchemaVersion } from '../../src/storage/migrations'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { openTestDriver } from '../helpers/sqljs'

const dialect = createSqliteDialect()
const second: Migration = { name: 'add_shelf', statements: () => ['CREATE TABLE shelf (id INTEGER)'] }
const broken: Migration = {
  name: 'broken',
  statements: () => ['CREATE TABLE half (id INTEGER)', 'CREATE NONSENSE'],
}

describe('migrations', () => {
  it('bring a new store to the present schema and record each', async () => {
    const driver = await openTestDriver()
    expect(await readSchemaVersion(driver)).toBe(0)
    await migrate(driver, dialect)
    expect(await readSchemaVersion(driver)).toBe(migrations.length)
    const rows = await driver.all("select value from store_meta where key = 'migration_1'")
    expect(rows).toEqual([{ value: 'first_schema' }])
  })

  it('write nothing when there is nothing to do', async () => {
    const driver = await openTestDriver()
    await migrate(driver, dialect)
    const { generation } = driver
    await migrate(driver, dialect)
    expect(driver.generation).toBe(generation)
  })

  it('apply only what is new', async () => {
    const driver = await openTestDriver()
    await migrate(driver, dialect)
    await migrate(driver, dialect, [...migrations, second])
    expect(await readSchemaVersion(driver)).toBe(migrations.length + 1)
    expect(await driver.all('select * from shelf')).toEqual([])
  })

  it('leave nothing of one that fails', async () => {
    const driver = await openTestDriver()
    await migrate(driver, dialect)
    await expect(migrate(driver, dialect, [...migrations, broken])).rejects.toThrow()
    expect(await readSchemaVersion(driver)).toBe(migrations.length)
    expect(await driver.all("select 1 from sqlite_master where name = 'half'")).toEqual([])
  })

  it('take the tombstones of the first schema for presumed: a wrong one mends itself', async () => {
    const driver = await openTestDriver()
    await migrate(driver, dialect, migrations.slice(0, 1))
    await driver.write(() => [
      { sql: 'insert into tombstones (conversation_id, deleted_at) values (?, ?)', rows: [['1001', 5]] },
    ])
    await migrate(driver, dialect)
    expect(await driver.all('select * from tombstones')).toEqual([
      { conversation_id: '1001', deleted_at: 5, presumed: 1 },
    ])
    expect(await driver.all('select * from owed_threads')).toEqual([])
  })

  it('refuse data that a newer program wrote', async () => {
    const driver = await openTestDriver()
    await migrate(driver, dialect, [...migrations, second])
    await expect(migrate(driver, dialect)).rejects.toMatchObject({ kind: 'newer_schema' })
  })
})
