import type { SqlDriver } from '../../../src/storage/driver'

/** The tables of a store that remembers which writes it has seen. */
export async function createNumbers(driver: SqlDriver): Promise<void> {
  await driver.write(() => [{ sql: 'create table numbers (n integer primary key, text, bytes)', rows: [[]] }])
}

/** One commit; several rows, so that half of it could be told from the whole. */
export async function writeNumber(driver: SqlDriver, n: number): Promise<void> {
  const text = `conversation ${n} "quoted" {"s":1} ${'é'.repeat(n % 7)}`
  await driver.write(() => [
    {
      sql: 'insert into numbers (n, text, bytes) values (?, ?, ?)',
      rows: [[n, text, Uint8Array.of(n & 255, 0, 7)]],
    },
    { sql: 'insert into numbers (n, text) values (?, ?)', rows: [[-n, null]] },
  ])
}

/** The writes that are there, ascending; throws when one is there in part. */
export async function readNumbers(driver: Pick<SqlDriver, 'all'>): Promise<number[]> {
  const tables = await driver.all("select 1 from sqlite_master where name = 'numbers'")
  if (tables.length === 0) return []
  const rows = await driver.all<{ n: number }>('select n from numbers order by n')
  const present = rows.map(({ n }) => n).filter((n) => n > 0)
  if (rows.length !== 2 * present.length) throw new Error('A commit is there in part')
  return present
}
