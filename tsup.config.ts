import { copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type PluginBuild = Parameters<NonNullable<Options['esbuildPlugins']>[number]['setup']>[0]

const require = createRequire(import.meta.url)

// ajv (inside the MCP SDK) and sql.js are CommonJS; inside an ESM bundle they need these names.
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module'",
  "import { fileURLToPath as __fileURLToPath } from 'node:url'",
  "import { dirname as __pathDirname } from 'node:path'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = __fileURLToPath(import.meta.url)',
  'const __dirname = __pathDirname(__filename)',
].join(';')

/**
 * The SDK's server imports ajv (135 KB) for answers to questions that a server puts to its client. Ours asks none and
 * passes a validator of its own (src/mcp/server.ts), so the path to the handshake need not load it.
 */
const serverWithoutAjv = {
  name: 'server-without-ajv',
  setup(build: PluginBuild) {
    build.onResolve({ filter: /validation\/ajv-provider\.js$/ }, ({ importer }) =>
      /[\\/]server[\\/]index\.js$/.test(importer) ? { path: 'ajv-provider', namespace: 'absent' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents:
        "export class AjvJsonSchemaValidator { constructor() { throw new Error('pass a validator') } }",
    }))
  },
}

export default defineConfig({
  entry: {
    cli: 'src/cli/main.ts',
    // Started as a thread, by its name beside the chunks (src/storage/sqljs/snapshot-builder.ts).
    'snapshot-worker': 'src/storage/sqljs/snapshot-worker.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node20',
  noExternal: [/.*/],
  // Dynamic imports become chunks, so that the path to the handshake loads little (docs/architecture.md).
  splitting: true,
  esbuildPlugins: [serverWithoutAjv],
  minify: true,
  clean: true,
  banner: { js: commonJsNames },
  async onSuccess() {
    copyFileSync(join(dirname(require.resolve('sql.js')), 'sql-wasm.wasm'), 'dist/sql-wasm.wasm')
  },
})
