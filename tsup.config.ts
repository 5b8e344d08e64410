import { createRequire } from 'node:module'
import { defineConfig } from 'tsup'
import { filesBesideTheChunks, quickConsola, withoutUncalledCode } from './deploy/bundle-plugins'

const require = createRequire(import.meta.url)

// sql.js and others are CommonJS; inside an ESM bundle they need these names.
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module'",
  "import { fileURLToPath as __fileURLToPath } from 'node:url'",
  "import { dirname as __pathDirname } from 'node:path'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = __fileURLToPath(import.meta.url)',
  'const __dirname = __pathDirname(__filename)',
].join(';')

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
  esbuildPlugins: [withoutUncalledCode, quickConsola, filesBesideTheChunks],
  esbuildOptions(options) {
    // The licences stand whole in THIRD-PARTY-LICENSES.txt.
    options.legalComments = 'none'
    // Its main file is UMD, whose inner `require` calls a bundler cannot follow.
    options.alias = { ...options.alias, 'jsonc-parser': require.resolve('jsonc-parser/lib/esm/main.js') }
  },
  minify: true,
  clean: true,
  banner: { js: commonJsNames },
})
