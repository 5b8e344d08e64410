import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAncestor } from '../../../src/storage/sqljs/ancestor'
import { createFileLayer } from '../../../src/storage/sqljs/file-layer'
import { MemoryDatabase } from '../../../src/storage/sqljs/memory-database'
import { openSqljsStore } from '../../../src/storage/sqljs/open-sqljs-store'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'
import { temporaryFolder, uncontestedLock } from '../../helpers/sqljs'

const tables = [
  'CREATE TABLE conversations (id TEXT PRIMARY KEY, created_at TIMESTAMP NOT NULL, customer_email TEXT)',
  'CREATE TABLE messages (id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, body TEXT NOT NULL)',
  'CREATE TABLE sync_periods (id INTEGER PRIMARY KEY, start_timestamp TIMESTAMP, end_timestamp TIMESTAMP)',
]
const syncMetadata = `CREATE TABLE sync_metadata (id INTEGER PRIMARY KEY, sync_started_at TIMESTAMP,
  sync_status TEXT NOT NULL, coverage_start_date DATE, coverage_end_date DATE)`

/** Writes a database that was made by these statements. */
async function writeDatabase(path: string, statements: string[]): Promise<Buffer> {
  const database = new MemoryDatabase(await loadSqlJs())
  database.run(statements.map((sql) => ({ sql, rows: [[]] })))
  writeFileSync(path, database.file())
  database.close()
  return readFileSync(path)
}

const completed = (start: string) =>
  `INSERT INTO sync_metadata (sync_status, coverage_start_date) VALUES ('completed', '${start}')`

async function open(path: string, ancestorPath: string | null = null) {
  const opened = await openSqljsStore({ path, ancestorPath, lock: uncontestedLock() })
  return { ...opened, warnings: (await opened.store.describe()).warnings }
}

describe('a data file of the Python ancestor', () => {
  it('is set aside unchanged, with what SQLite keeps beside it, and a new store begins', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'data.db')
    const before = await writeDatabase(path, [...tables, syncMetadata, completed('2026-01-05')])
    writeFileSync(`${path}-wal`, 'log')

    const { store, inheritedSince, warnings } = await open(path)

    expect(readFileSync(`${path}.python`).equals(before)).toBe(true)
    expect(readFileSync(`${path}.python-wal`, 'utf8')).toBe('log')
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(inheritedSince).toBe(Date.UTC(2026, 0, 5) / 1000)
    expect(warnings).toEqual([
      `The data of the earlier Python program was set aside as ${path}.python. The first sync fetches the time since 2026-01-05 that it covered. Delete it when it is no longer wanted.`,
    ])
    expect((await store.getCounts()).conversations).toBe(0)
    await store.close()
  })

  it('still says which days it had when the first sync has not come to its end', async () => {
    const path = join(temporaryFolder(), 'data.db')
    await writeDatabase(path, [...tables, syncMetadata, completed('2026-01-05')])
    await (await open(path)).store.close()
    const again = await open(path)
    expect(again.inheritedSince).toBe(Date.UTC(2026, 0, 5) / 1000)
    await again.store.apply({ syncState: { asOf: 1_770_000_000, unbrokenSince: null, covered: [] } })
    expect((await again.store.describe()).warnings).toEqual([
      `The data of the earlier Python program was set aside as ${path}.python. Delete it when it is no longer wanted.`,
    ])
    await again.store.close()
    const synced = await open(path)
    expect(synced.inheritedSince).toBeNull()
    expect(synced.warnings).toEqual([
      `The data of the earlier Python program was set aside as ${path}.python. Delete it when it is no longer wanted.`,
    ])
    await synced.store.close()
  })

  it('never takes the place of one that was set aside before', async () => {
    const path = join(temporaryFolder(), 'data.db')
    writeFileSync(`${path}.python`, 'the first')
    await writeDatabase(path, [...tables, syncMetadata])
    await (await open(path)).store.close()
    expect(readFileSync(`${path}.python`, 'utf8')).toBe('the first')
    expect(existsSync(`${path}.python-2`)).toBe(true)
  })

  it('in its own folder is read and left there', async () => {
    const path = join(temporaryFolder(), 'data.db')
    const elsewhere = join(temporaryFolder(), 'data.db')
    const before = await writeDatabase(elsewhere, [...tables, syncMetadata, completed('2026-01-05')])
    const { store, inheritedSince, warnings } = await open(path, elsewhere)
    expect(inheritedSince).toBe(Date.UTC(2026, 0, 5) / 1000)
    expect(warnings).toEqual([
      `There is data of the earlier Python program at ${elsewhere}, which stays as it is. The first sync fetches the time since 2026-01-05 that it covered.`,
    ])
    expect(readFileSync(elsewhere).equals(before)).toBe(true)
    expect(readdirSync(join(elsewhere, '..'))).toEqual(['data.db'])
    await store.close()
  })
})

describe('the days of the ancestor', () => {
  const start = async (...statements: string[]) => {
    const path = join(temporaryFolder(), 'data.db')
    await writeDatabase(path, [...tables, ...statements])
    return readAncestor(await loadSqlJs(), createFileLayer(), path)?.since
  }

  it.each([
    [
      'its earliest completed sync',
      [syncMetadata, completed('2026-02-01'), completed('2026-01-05')],
      '2026-01-05T00:00:00Z',
    ],
    [
      'its sync periods in a version without sync_metadata',
      ["INSERT INTO sync_periods (start_timestamp) VALUES ('2026-01-05 10:30:00+00:00')"],
      '2026-01-05T10:30:00Z',
    ],
    [
      'its conversations where no sync was completed',
      [
        syncMetadata,
        "INSERT INTO sync_metadata (sync_status, coverage_start_date) VALUES ('failed', '2020-01-01')",
        "INSERT INTO conversations VALUES ('1', '2026-01-05 10:30:00', 'ada@example.com')",
      ],
      '2026-01-05T10:30:00Z',
    ],
  ])('are those of %s', async (_name, statements, expected) => {
    expect(await start(...statements)).toBe(Date.parse(expected) / 1000)
  })

  it('are unknown in an empty one', async () => {
    expect(await start(syncMetadata)).toBeNull()
  })
})

describe('a data file that is neither ours nor the ancestor’s', () => {
  it.each([
    [
      'a database of another program',
      (path: string) => writeDatabase(path, ['CREATE TABLE conversations (id)']),
    ],
    [
      'a damaged database of another program',
      async (path: string) => {
        const bytes = await writeDatabase(path, tables)
        bytes.fill(0xaa, 100, 4_096)
        writeFileSync(path, bytes)
        return bytes
      },
    ],
    [
      'a file that is no database',
      async (path: string) => {
        writeFileSync(path, 'Dear diary')
        return readFileSync(path)
      },
    ],
  ])('(%s) is refused and left alone', async (what, write) => {
    const path = join(temporaryFolder(), 'data.db')
    const before = await write(path)
    await expect(open(path)).rejects.toMatchObject({
      kind: 'foreign_data',
      message: expect.stringContaining(
        what.replace('damaged ', '').replace('that is no database', 'of another program'),
      ),
      hint: expect.stringContaining('It has been left alone.'),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual(['data.db'])
  })
})
