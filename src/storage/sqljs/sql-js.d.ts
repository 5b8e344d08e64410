// The part of sql.js 1.16 that is used here; the package has no types of its own.
declare module 'sql.js' {
  export type SqlJsValue = string | number | null | Uint8Array

  export interface Statement {
    bind(values: readonly SqlJsValue[]): boolean
    step(): boolean
    get(): SqlJsValue[]
    getColumnNames(): string[]
    getSQL(): string
    reset(): boolean
    free(): boolean
  }

  export interface Database {
    run(sql: string): Database
    exec(sql: string): { columns: string[]; values: SqlJsValue[][] }[]
    prepare(sql: string): Statement
    export(): Uint8Array
    close(): void
  }

  export interface SqlJs {
    /** A Buffer is adopted and written to in place; a plain Uint8Array is copied. */
    Database: new (
      data?: Uint8Array,
    ) => Database
    /** Memory of the engine; 0 when there is none left. */
    _malloc(bytes: number): number
    _free(address: number): void
  }

  export interface SqlJsConfig {
    wasmBinary?: Uint8Array
    locateFile?: (file: string) => string
    useOldExtensionFunctions?: boolean
  }

  export default function initSqlJs(config?: SqlJsConfig): Promise<SqlJs>
}

// ES2024, in Node since 20; TypeScript's ES2023 library does not know it.
interface String {
  toWellFormed(): string
}
