import type { Database, SqlJs, Statement } from 'sql.js'
import type { SqlStatement, SqlValue } from '../driver'
import { applicationId, readFileSize, readSequence } from './file-header'

// Statements kept ready. The store has some dozens; lists of filters make more, the least used are freed.
const cachedStatements = 200

// The "disk" below SQLite is memory, and a crash throws all of it away: syncing would only cost. The rollback
// journal stays (in memory), because commits that cannot be written are rolled back. 4 MB of page cache keep the
// upper levels of every index.
const settings = [
  'pragma synchronous = off',
  'pragma journal_mode = memory',
  'pragma temp_store = memory',
  'pragma cache_size = -4000',
].join(';')

// Bytes are copied in one go, texts character by character; below this it is the same.
const longText = 200

interface CachedStatement {
  statement: Statement
  parameters: number
  /** Whether it makes text of its parameters by itself, so that long ones can be given as bytes. */
  castsTexts: boolean
}

/** SQLite in memory, with its traps closed: every call is synchronous and leaves no statement open. */
export class MemoryDatabase {
  readonly #sqlJs: SqlJs
  #database: Database
  readonly #cache = new Map<string, CachedStatement>()
  /** What the database works in, as long as it has not outgrown it. */
  #memory: Buffer | null
  #isInTransaction = false

  /**
   * `bytes` is adopted, not copied: nobody else may use it afterwards. Behind a file whose header states its size
   * there may be zeros, as room to grow: without it, growing copies the whole file now and then.
   */
  constructor(sqlJs: SqlJs, bytes?: Buffer) {
    this.#sqlJs = sqlJs
    this.#memory = bytes ?? null
    this.#database = openDatabase(sqlJs, bytes)
  }

  /** All rows as objects by column name. */
  all<Row>(sql: string, parameters: readonly SqlValue[] = []): Row[] {
    const { statement, castsTexts } = this.#prepare(sql, parameters.length)
    try {
      this.#bind(statement, parameters, castsTexts)
      const rows: Row[] = []
      let columns: string[] | null = null
      while (statement.step()) {
        // Asked for after the first step: a change of the schema may have changed the columns of `select *`.
        columns ??= statement.getColumnNames()
        rows.push(toObject(columns, statement.get()) as Row)
      }
      return rows
    } finally {
      statement.reset()
    }
  }

  /** Runs every statement with every one of its rows of parameters. */
  run(statements: readonly SqlStatement[]): void {
    for (const { sql, rows } of statements) this.#runRows(sql, rows)
  }

  begin(): void {
    this.#database.run('begin')
    this.#isInTransaction = true
  }

  commit(): void {
    this.#database.run('commit')
    this.#isInTransaction = false
  }

  /** Does nothing when SQLite has already rolled back by itself, as it does after some errors. */
  rollback(): void {
    // What was undone may have outgrown the place and left half of itself there, behind a header that says nothing.
    this.#memory = null
    try {
      this.#database.run('rollback')
    } catch (error) {
      if (!/no transaction is active/.test(String(error))) throw error
    }
    this.#isInTransaction = false
  }

  /** The number of the last commit, kept in the file's header (`pragma user_version`). */
  get sequence(): number {
    return this.all<{ user_version: number }>('pragma user_version')[0]?.user_version ?? 0
  }

  set sequence(sequence: number) {
    this.#database.run(`pragma user_version = ${sequence}`)
  }

  markAsOurs(): void {
    this.#database.run(`pragma application_id = ${applicationId}`)
  }

  /**
   * The whole file, to be used before the next write: it is where the database works, or a copy of it when it has
   * outgrown that place. Throws inside a transaction.
   */
  file(): Uint8Array {
    if (this.#isInTransaction) throw new Error('The file cannot be had inside a transaction.')
    return this.#findFile() ?? this.#database.export()
  }

  close(): void {
    this.#cache.clear()
    this.#database.close()
  }

  /**
   * Sees to it that the file can grow by `needed` bytes where it lies; if it cannot, moves it to a place with `room`
   * bytes of room. Throws inside a transaction, and RangeError when there is no such place.
   */
  makeRoom(needed: number, room: number): void {
    if (this.#memory !== null && this.fileBytes + needed <= this.#memory.length) return
    const file = this.file()
    const memory = Buffer.alloc(file.length + room)
    memory.set(file)
    const moved = openDatabase(this.#sqlJs, memory)
    this.close()
    this.#database = moved
    this.#memory = memory
  }

  /** Size of the file in bytes, with what is not committed yet. */
  get fileBytes(): number {
    const [row] = this.all<{ bytes: number }>(
      'select page_count * page_size as bytes from pragma_page_count, pragma_page_size',
    )
    return row?.bytes ?? 0
  }

  // After a commit the file is what lies in memory, unless the database has outgrown that place and lies elsewhere.
  // It is then larger, and the number in the old place is an old one.
  #findFile(): Buffer | null {
    const bytes = this.fileBytes
    const memory = this.#memory
    if (memory === null || bytes > memory.length) return null
    const isCurrent = readFileSize(memory) === bytes && readSequence(memory) === this.sequence
    return isCurrent ? memory.subarray(0, bytes) : null
  }

  #runRows(sql: string, rows: SqlStatement['rows']): void {
    const [first] = rows
    if (first === undefined) return
    const { statement, parameters, castsTexts } = this.#prepare(sql, first.length)
    try {
      for (const row of rows) {
        if (row.length !== parameters) throw wrongCount(sql, parameters, row.length)
        // Binding resets what the row before has left.
        this.#bind(statement, row, castsTexts)
        statement.step()
      }
    } finally {
      statement.reset()
    }
  }

  // sql.js does not look whether it was given the memory for a text: without it, NULL would be stored in its place.
  #bind(statement: Statement, parameters: readonly SqlValue[], castsTexts: boolean): void {
    const bytes = countBytes(parameters)
    if (bytes > 0) {
      const address = this.#sqlJs._malloc(bytes)
      if (address === 0) throw new RangeError(`out of memory (${bytes} bytes for parameters)`)
      this.#sqlJs._free(address)
    }
    statement.bind(parameters.map(castsTexts ? toBytesWhereLong : toBindable))
  }

  #prepare(sql: string, parameters: number): CachedStatement {
    const cached = this.#cache.get(sql)
    if (cached !== undefined) {
      if (cached.parameters !== parameters) throw wrongCount(sql, cached.parameters, parameters)
      // Moved to the end: the map's order is the order of use.
      this.#cache.delete(sql)
      this.#cache.set(sql, cached)
      return cached
    }
    const statement = this.#database.prepare(sql)
    try {
      checkStatement(statement, sql, parameters)
    } catch (error) {
      statement.free()
      throw error
    }
    const made = { statement, parameters, castsTexts: /\bcast\(\? as text\)/i.test(sql) }
    this.#cache.set(sql, made)
    this.#freeLeastUsed()
    return made
  }

  #freeLeastUsed(): void {
    for (const [sql, { statement }] of this.#cache) {
      if (this.#cache.size <= cachedStatements) return
      this.#cache.delete(sql)
      statement.free()
    }
  }
}

function openDatabase(sqlJs: SqlJs, bytes: Buffer | undefined): Database {
  const database = new sqlJs.Database(bytes)
  try {
    database.exec(settings)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function wrongCount(sql: string, takes: number, given: number): TypeError {
  return new TypeError(`Takes ${takes} parameters, was given ${given}: ${sql}`)
}

// SQLite would run the first of several statements only, and take a missing parameter for NULL.
function checkStatement(statement: Statement, sql: string, parameters: number): void {
  const rest = sql.slice(statement.getSQL().length)
  if (rest.trim() !== '') throw new TypeError(`More than one statement: ${sql}`)
  if (bindsZeros(statement, parameters + 1)) {
    throw new TypeError(`Takes more than ${parameters} parameters: ${sql}`)
  }
  if (!bindsZeros(statement, parameters))
    throw new TypeError(`Takes fewer than ${parameters} parameters: ${sql}`)
}

// Zeros, because sql.js does not notice when a NULL finds no place.
function bindsZeros(statement: Statement, count: number): boolean {
  try {
    return statement.bind(new Array<number>(count).fill(0))
  } catch {
    return false
  } finally {
    statement.reset()
  }
}

/** What binding takes at most: each value is copied, with some bytes of the allocator's own. */
function countBytes(parameters: readonly SqlValue[]): number {
  let bytes = 0
  for (const value of parameters) {
    if (typeof value === 'string') bytes += countTextBytes(value) + 64
    else if (value instanceof Uint8Array) bytes += value.length + 64
  }
  return bytes
}

function countTextBytes(text: string): number {
  // Three bytes a unit of UTF-16 is the most; counting costs more than it saves where the text is short.
  return text.length < 10_000 ? text.length * 3 : Buffer.byteLength(text)
}

// An integer outside 32 bits is bound as REAL, which an INTEGER column turns back without loss up to 2^53; a
// string with half a surrogate pair would be stored as bytes that are not UTF-8.
function toBindable(value: SqlValue): SqlValue {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
  } else if (value === null || value instanceof Uint8Array) return value
  throw new TypeError(`Not a SQL value: ${String(value)}`)
}

function toBytesWhereLong(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.length >= longText ? Buffer.from(value) : toBindable(value)
}

function toObject(columns: readonly string[], values: readonly SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {}
  for (let index = 0; index < columns.length; index++) {
    row[columns[index] as string] = values[index] as SqlValue
  }
  return row
}
