/**
 * What a SQL engine must offer so that `sql-store.ts` can be the Store on top of it. Statements are compiled by
 * kysely (or written by the dialect) and run here.
 */
export type SqlValue = string | number | null | Uint8Array

/** One prepared statement and the rows of parameters it is run with, in order (one empty row for none). */
export interface SqlStatement {
  sql: string
  rows: readonly (readonly SqlValue[])[]
}

export interface SqlReader {
  /** All rows as objects by column name. Integers beyond 2^53 do not occur. */
  all<Row>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>
}

export interface SqlDriver extends SqlReader {
  /**
   * Calls `build` with a view of everything committed so far, then applies the statements it returns as one
   * transaction. Durable when resolved; nothing is applied when it rejects. Writes never overlap: the next `build`
   * is called after the previous write has been committed. Statements must be deterministic (no random(), no
   * now()), because an engine may replay them. An empty list writes nothing.
   */
  write(build: (reader: SqlReader) => Promise<SqlStatement[]> | SqlStatement[]): Promise<void>

  /** Rises with every committed write. */
  readonly generation: number

  readonly storeId: string
  readonly path: string
  /** The latest file that was found damaged and is kept beside the store; null when there is none. */
  damagedFile(): Promise<string | null>
  sizes(): Promise<{ snapshotBytes: number; journalBytes: number }>
  writeSnapshot(file?: string): Promise<{ path: string; bytes: number }>
  close(): Promise<void>
}
