import { copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

// sql.js is CommonJS and asks for these names.
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = import.meta.filename',
  'const __dirname = import.meta.dirname',
].join(';')

/**
 * Bundles a TypeScript program of this folder (or of `from`) for plain Node, with the engine beside it as in the
 * package.
 */
export async function bundleChild(name: string, folder: string, from?: string): Promise<string> {
  const here = from ?? dirname(fileURLToPath(import.meta.url))
  await build({
    entry: { [name]: join(here, `${name}.ts`) },
    outDir: folder,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    platform: 'node',
    target: 'node20',
    noExternal: [/.*/],
    banner: { js: commonJsNames },
    config: false,
    silent: true,
  })
  const sqlJs = createRequire(import.meta.url).resolve('sql.js')
  copyFileSync(join(dirname(sqlJs), 'sql-wasm.wasm'), join(folder, 'sql-wasm.wasm'))
  return join(folder, `${name}.mjs`)
}

/** Bundles the program's own snapshot worker, which is looked for beside the program that wants it. */
export function bundleWorker(folder: string): Promise<string> {
  return bundleChild(
    'snapshot-worker',
    folder,
    fileURLToPath(new URL('../../../src/storage/sqljs', import.meta.url)),
  )
}
