import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { SqlStatement } from '../../../src/storage/driver'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { MemoryDatabase } from '../../../src/storage/sqljs/memory-database'
import { buildSnapshot, type SnapshotTask } from '../../../src/storage/sqljs/snapshot-task'
import type { SqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'
import { openTestDriver } from '../../helpers/sqljs'
import { createNumbers, readNumbers, writeNumber } from './numbered-store'

const files = createFileLayer()
const never = { whenIdleAbove: 1e9, atCloseAbove: 1e9, shareOfSnapshot: 1e9 }

async function openWithNumbers(): Promise<SqljsDriver> {
  const driver = await openTestDriver({ migrate: createNumbers, policy: never })
  await driver.writeSnapshot()
  for (let n = 1; n <= 20; n++) await writeNumber(driver, n)
  return driver
}

async function taskFor(driver: SqljsDriver): Promise<SnapshotTask> {
  const { path, storeId, generation: sequence } = driver
  const { journalBytes } = await driver.sizes()
  return { path, storeId, snapshotSequence: 2, journalBytes, sequence, target: `${path}.snapshot.1.tmp` }
}

async function build(task: SnapshotTask): Promise<number> {
  return buildSnapshot(await loadSqlJs(), files, task).bytes
}

// A hundred thousand rows: a few bytes in the journal, megabytes in the file.
const grow: SqlStatement[] = [
  { sql: 'create table more (n integer primary key, text)', rows: [[]] },
  {
    sql: `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < 100000)
      insert into more select n, printf('%050d', n) from counted`,
    rows: [[]],
  },
]

describe('the file of a snapshot', () => {
  it.each([
    ['as it lies in memory', [], false],
    ['exported where the journal makes it grow by megabytes', grow, true],
  ])('is written %s', async (_, statements: SqlStatement[], isExported) => {
    const driver = await openWithNumbers()
    await driver.write(() => statements)
    const exported = vi.spyOn((await loadSqlJs()).Database.prototype, 'export')
    onTestFinished(() => exported.mockRestore())
    const task = await taskFor(driver)
    expect(await build(task)).toBe(readFileSync(task.target).length)
    expect(exported.mock.calls.length).toBe(isExported ? 1 : 0)

    const database = new MemoryDatabase(await loadSqlJs(), readFileSync(task.target))
    expect(database.sequence).toBe(task.sequence)
    expect(database.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
    const reader = { all: async <Row>(sql: string) => database.all<Row>(sql) }
    expect(await readNumbers(reader)).toEqual(await readNumbers(driver))
    const rows = isExported ? database.all('select count(*) as count from more') : [{ count: 100_000 }]
    expect(rows).toEqual([{ count: 100_000 }])
  })

  it('leaves out what was appended to the journal later', async () => {
    const driver = await openWithNumbers()
    const task = await taskFor(driver)
    await writeNumber(driver, 21)
    await build(task)
    const database = new MemoryDatabase(await loadSqlJs(), readFileSync(task.target))
    expect(database.sequence).toBe(task.sequence)
    expect(database.all('select max(n) as last from numbers')).toEqual([{ last: 20 }])
  })
})

describe('files that are not those of the task are refused:', () => {
  it.each<[string, (driver: SqljsDriver, task: SnapshotTask) => void]>([
    ['another store', (_, task) => Object.assign(task, { storeId: 'another' })],
    ['another snapshot', (_, task) => Object.assign(task, { snapshotSequence: 1 })],
    ['a journal that ends elsewhere', (_, task) => Object.assign(task, { sequence: task.sequence - 1 })],
    ['a journal that is cut', ({ path }) => truncateSync(`${path}.journal.2`, 400)],
    ['a snapshot that is cut', ({ path }) => truncateSync(path, readFileSync(path).length - 4096)],
    ['something else', ({ path }) => writeFileSync(path, 'Dear Ada')],
  ])('%s', async (_, change) => {
    const driver = await openWithNumbers()
    const task = await taskFor(driver)
    change(driver, task)
    await expect(build(task)).rejects.toThrow()
    expect(files.size(task.target)).toBeNull()
  })
})
