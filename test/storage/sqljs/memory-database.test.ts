import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { SqlStatement, SqlValue } from '../../../src/storage/driver'
import { MemoryDatabase } from '../../../src/storage/sqljs/memory-database'
import { loadSqlJs } from '../../../src/storage/sqljs/wasm'

async function aDatabase(...tables: string[]): Promise<MemoryDatabase> {
  const database = new MemoryDatabase(await loadSqlJs())
  database.run(tables.map((sql) => ({ sql, rows: [[]] })))
  return database
}

describe('values', () => {
  it('come back as they were bound', async () => {
    const database = await aDatabase('create table pairs (id integer primary key, value)')
    const values: SqlValue[] = [
      0,
      -1.5,
      2_147_483_647,
      'naïve 🦉',
      'nul\0inside',
      '',
      null,
      Uint8Array.of(0, 255),
    ]
    database.run([
      { sql: 'insert into pairs (id, value) values (?, ?)', rows: values.map((value, id) => [id, value]) },
    ])
    const rows = database.all<{ value: SqlValue }>('select value from pairs order by id')
    expect(rows.map(({ value }) => value)).toEqual(values)
  })

  it('keep integers beyond 32 bits whole in an integer column', async () => {
    const database = await aDatabase('create table moments (at integer)')
    database.run([
      { sql: 'insert into moments values (?)', rows: [[1_785_000_000_123], [-9_007_199_254_740_991]] },
    ])
    expect(database.all('select at, typeof(at) as type from moments')).toEqual([
      { at: 1_785_000_000_123, type: 'integer' },
      { at: -9_007_199_254_740_991, type: 'integer' },
    ])
  })

  it('mend half of a surrogate pair, which is not UTF-8', async () => {
    const database = await aDatabase('create table notes (text)')
    database.run([{ sql: 'insert into notes values (?)', rows: [['cut \ud83e']] }])
    expect(database.all('select text, hex(text) as hex from notes')).toEqual([
      { text: 'cut \ufffd', hex: '63757420EFBFBD' },
    ])
  })

  it.each([[10], [10_000]])(
    'are the same text where a statement casts them, %d characters long',
    async (length) => {
      const database = await aDatabase('create table notes (text)')
      const text = '¶é東🎉\ud83e'.repeat(length / 5)
      database.run([{ sql: 'insert into notes values (cast(? as text))', rows: [[text]] }])
      expect(database.all('select typeof(text) as type, text from notes')).toEqual([
        { type: 'text', text: text.toWellFormed() },
      ])
    },
  )

  it('are refused in the middle of other rows, none of which stays in a transaction', async () => {
    const database = await aDatabase('create table notes (id integer, text)')
    const rows = [[1, 'one'], [2], [3, 'three']]
    database.begin()
    expect(() => database.run([{ sql: 'insert into notes values (?, ?)', rows }])).toThrow(
      'Takes 2 parameters, was given 1',
    )
    database.rollback()
    expect(database.all('select * from notes')).toEqual([])
  })

  it.each([[undefined], [Number.NaN], [true]])('refuse %s', async (value) => {
    const database = await aDatabase()
    expect(() => database.all('select ?', [value as unknown as SqlValue])).toThrow(TypeError)
  })
})

describe('a statement', () => {
  it('is refused with too few, too many or other numbers of parameters', async () => {
    const database = await aDatabase()
    expect(() => database.all('select ? + ?', [1])).toThrow('Takes more than 1 parameters')
    expect(() => database.all('select 1', [1])).toThrow('Takes fewer than 1 parameters')
    expect(database.all('select ? + ? as sum', [1, 2])).toEqual([{ sum: 3 }])
    expect(() => database.all('select ? + ? as sum', [1])).toThrow('Takes 2 parameters, was given 1')
  })

  it('may not carry a second one', async () => {
    const database = await aDatabase('create table notes (text)')
    const sql = "insert into notes values ('é'); delete from notes"
    expect(() => database.run([{ sql, rows: [[]] }])).toThrow('More than one statement')
    expect(database.all("select 'é;' as text; ")).toEqual([{ text: 'é;' }])
  })

  it('can be used again after it has failed', async () => {
    const database = await aDatabase('create table notes (id integer primary key)')
    const insert = (id: number) => database.run([{ sql: 'insert into notes values (?)', rows: [[id]] }])
    insert(1)
    expect(() => insert(1)).toThrow('UNIQUE')
    insert(2)
    expect(database.all('select id from notes')).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('sees columns that were added after it was prepared', async () => {
    const database = await aDatabase('create table notes (id)', 'insert into notes values (1)')
    expect(database.all('select * from notes')).toEqual([{ id: 1 }])
    database.run([{ sql: 'alter table notes add column text', rows: [[]] }])
    expect(database.all('select * from notes')).toEqual([{ id: 1, text: null }])
  })

  it('stays usable when more are in use than are kept ready', async () => {
    const database = await aDatabase()
    for (const round of [1, 2]) {
      for (let n = 0; n < 500; n++) {
        expect(database.all(`select ${n} as n, ? as round`, [round])).toEqual([{ n, round }])
      }
    }
  })
})

it('takes a Buffer as its own instead of copying it', async () => {
  const sqlJs = await loadSqlJs()
  const first = await aDatabase('create table notes (id)')
  const bytes = Buffer.from(first.file())
  const before = Buffer.from(bytes)
  new MemoryDatabase(sqlJs, bytes).run([{ sql: 'insert into notes values (1)', rows: [[]] }])
  expect(bytes.equals(before)).toBe(false)
})

it('runs a transaction back', async () => {
  const database = await aDatabase('create table notes (id)')
  database.begin()
  database.run([{ sql: 'insert into notes values (1)', rows: [[]] }])
  database.sequence = 9
  database.rollback()
  expect(database.all('select * from notes')).toEqual([])
  expect(database.sequence).toBe(0)
})

describe('the file', () => {
  const fill = (rows: number, word: string) => [
    {
      sql: `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ?)
        insert into notes (text) select printf('%s %01000d', ?, n) from counted`,
      rows: [[rows, word]],
    },
  ]
  const write = (database: MemoryDatabase, statements: SqlStatement[]) => {
    database.begin()
    database.run(statements)
    database.sequence += 1
    database.commit()
  }
  const undo = (database: MemoryDatabase, statements: SqlStatement[]) => {
    database.begin()
    database.run(statements)
    database.rollback()
  }
  const query = 'select substr(text, 1, 3) as word, count(*) as count from notes group by 1 order by 1'
  /** What another process would find in the file. */
  const readFile = async (database: MemoryDatabase) => {
    const copy = new MemoryDatabase(await loadSqlJs(), Buffer.from(database.file()))
    expect(copy.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(copy.sequence).toBe(database.sequence)
    return copy.all(query)
  }
  const withRoom = async (room: number) => {
    const database = await aDatabase('create table notes (id integer primary key, text)')
    database.sequence = 1
    database.makeRoom(1, room)
    return database
  }

  it.each([0, 100_000, 50_000_000])('is what was committed, with %d bytes of room', async (room) => {
    const database = await withRoom(room)
    write(database, fill(3_000, 'one'))
    expect(await readFile(database)).toEqual([{ word: 'one', count: 3_000 }])
    undo(database, fill(30_000, 'two'))
    write(database, [{ sql: "update notes set text = 'new' where id <= 5", rows: [[]] }])
    const rows = [
      { word: 'new', count: 5 },
      { word: 'one', count: 2_995 },
    ]
    expect(database.all(query)).toEqual(rows)
    expect(await readFile(database)).toEqual(rows)
  })

  it('is what was committed after something that outgrew its place was undone', async () => {
    const database = await withRoom(5_000_000)
    write(database, fill(1_000, 'one'))
    undo(database, fill(30_000, 'two'))
    write(database, [{ sql: "update notes set text = 'new'", rows: [[]] }])
    expect(await readFile(database)).toEqual([{ word: 'new', count: 1_000 }])
  })

  it('holds nothing of what was undone, though much of it lay in the place that it outgrew', async () => {
    const database = await withRoom(20_000_000)
    write(database, fill(12_000, 'one'))
    // More than the page cache holds is rewritten, and written out before it is undone.
    undo(database, [{ sql: "update notes set text = 'two' || text", rows: [[]] }, ...fill(15_000, 'six')])
    const rows = [{ word: 'one', count: 12_000 }]
    expect(await readFile(database)).toEqual(rows)
    database.makeRoom(4_000_000, 5_000_000)
    expect(database.all(query)).toEqual(rows)
  })

  it('lies where it can grow: moving it for lack of room changes nothing', async () => {
    const database = await withRoom(1_000_000)
    const exported = vi.spyOn((await loadSqlJs()).Database.prototype, 'export')
    onTestFinished(() => exported.mockRestore())
    for (const word of ['one', 'two', 'six']) {
      database.makeRoom(4_000_000, 5_000_000)
      write(database, fill(3_000, word))
    }
    exported.mockClear()
    const counts = ['one', 'six', 'two'].map((word) => ({ word, count: 3_000 }))
    expect(await readFile(database)).toEqual(counts)
    expect(exported).not.toHaveBeenCalled()
    expect(database.all('pragma journal_mode')).toEqual([{ journal_mode: 'memory' }])
  })

  it('cannot be had, nor moved, inside a transaction', async () => {
    const database = await withRoom(0)
    database.begin()
    expect(() => database.file()).toThrow('inside a transaction')
    expect(() => database.makeRoom(100_000, 0)).toThrow('inside a transaction')
    database.rollback()
    expect(database.file().length).toBe(database.fileBytes)
  })
})
