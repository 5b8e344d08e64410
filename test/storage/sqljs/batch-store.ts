import type { SqlDriver } from '../../../src/storage/driver'

/**
 * A store in which nothing hides: a batch that is applied twice adds rows instead of failing, one that is there in
 * part or with another text can be told, and every batch counts itself in a tally.
 */
const rowsPerBatch = 3

/** What was said outside the store about each batch; kept where no crash of a writer reaches it. */
export class Ledger {
  readonly acknowledged = new Set<string>()
  /** Announced before they were written. One that was never acknowledged may be there or not, but whole. */
  readonly attempted = new Set<string>()
  /** Rejected while the writer went on: must not be there. */
  readonly refused = new Set<string>()
}

export async function createBatches(driver: SqlDriver): Promise<void> {
  const tables = await driver.all("select 1 from sqlite_master where name = 'batches'")
  if (tables.length > 0) return
  await driver.write(() => [
    { sql: 'create table batches (id text not null, part integer not null, text text not null)', rows: [[]] },
    { sql: 'create table tally (batches integer not null)', rows: [[]] },
    { sql: 'insert into tally values (0)', rows: [[]] },
  ])
}

/** One commit. */
export async function writeBatch(driver: SqlDriver, id: string): Promise<void> {
  const rows = Array.from({ length: rowsPerBatch }, (_, part) => [id, part, textOf(id, part)])
  await driver.write(() => [
    { sql: 'insert into batches (id, part, text) values (?, ?, ?)', rows },
    { sql: 'update tally set batches = batches + 1', rows: [[]] },
  ])
}

/** Writes a batch and keeps the ledger; returns whether it was acknowledged. */
export async function writeRecorded(driver: SqlDriver, id: string, ledger: Ledger): Promise<boolean> {
  ledger.attempted.add(id)
  try {
    await writeBatch(driver, id)
  } catch {
    ledger.refused.add(id)
    return false
  }
  ledger.acknowledged.add(id)
  return true
}

/** The batches that are there, whole or not, in the order in which they were written. */
export async function readBatchIds(driver: Pick<SqlDriver, 'all'>): Promise<string[]> {
  const tables = await driver.all("select 1 from sqlite_master where name = 'batches'")
  if (tables.length === 0) return []
  const rows = await driver.all<{ id: string }>('select id from batches group by id order by min(rowid)')
  return rows.map(({ id }) => id)
}

/** Everything in which the store contradicts the ledger, in words; empty when it keeps its promises. */
export async function findViolations(driver: Pick<SqlDriver, 'all'>, ledger: Ledger): Promise<string[]> {
  const ids = await readBatchIds(driver)
  const stored = new Set(ids)
  return [
    ...[...ledger.acknowledged].filter((id) => !stored.has(id)).map((id) => `lost: ${id}`),
    ...ids.filter((id) => !ledger.attempted.has(id)).map((id) => `never written: ${id}`),
    ...ids.filter((id) => ledger.refused.has(id)).map((id) => `refused, and there: ${id}`),
    ...(await findOddRows(driver, ids)),
    ...(await findDamage(driver)),
  ]
}

/** Rows that no complete set of single, whole batches can have; without regard to which batches were written. */
export async function findOddRows(driver: Pick<SqlDriver, 'all'>, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await driver.all<{ id: string; part: number; text: string }>('select * from batches')
  const counts = new Map<string, number>()
  const odd: string[] = []
  for (const { id, part, text } of rows) {
    const key = `${id} part ${part}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if (text !== textOf(id, part)) odd.push(`another text: ${key}`)
  }
  for (const [key, count] of counts) if (count > 1) odd.push(`${count} times: ${key}`)
  for (const id of ids) {
    for (let part = 0; part < rowsPerBatch; part++) {
      if (!counts.has(`${id} part ${part}`)) odd.push(`in part: ${id}`)
    }
  }
  const [tally] = await driver.all<{ batches: number }>('select batches from tally')
  if (tally?.batches !== ids.length) odd.push(`counted ${tally?.batches}, there are ${ids.length}`)
  return odd
}

async function findDamage(driver: Pick<SqlDriver, 'all'>): Promise<string[]> {
  const found = await driver.all<{ integrity_check: string }>('pragma integrity_check')
  return found.map((row) => row.integrity_check).filter((text) => text !== 'ok')
}

// Of many lengths, so that records end anywhere in a page; with what could be taken for a record's beginning.
function textOf(id: string, part: number): string {
  let sum = part * 7_919
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 65_521
  return `${id}.${part} {"s":1} ${'é "x" '.repeat(sum % (part === 2 ? 200 : 9))}`
}
