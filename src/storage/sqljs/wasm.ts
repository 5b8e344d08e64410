import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import initSqlJs, { type SqlJs } from 'sql.js'
import { StorageError } from '../../domain/errors'

/** SQLite compiled to WebAssembly, loaded once per process. Rejects with StorageError when its file is missing. */
export async function loadSqlJs(): Promise<SqlJs> {
  return initSqlJs({ wasmBinary: readWasm(), useOldExtensionFunctions: false })
}

// In the published bundle the file lies beside the code; in development it is where the package keeps it.
function readWasm(): Buffer {
  const beside = fileURLToPath(new URL('./sql-wasm.wasm', import.meta.url))
  try {
    if (existsSync(beside)) return readFileSync(beside)
    const packaged = createRequire(import.meta.url).resolve('sql.js')
    return readFileSync(join(dirname(packaged), 'sql-wasm.wasm'))
  } catch (error) {
    throw new StorageError('io', 'The database engine (sql-wasm.wasm) is missing from the installation.', {
      hint: 'Install the program again.',
      cause: error,
    })
  }
}
