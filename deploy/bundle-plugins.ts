import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Options } from 'tsup'
import { findBundledPackages } from './bundled-packages'
import { formatLicenses } from './third-party-licenses'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const require = createRequire(import.meta.url)

/**
 * Code that packages import and that nothing of ours ever calls, a quarter of a megabyte of it. Each stand-in throws
 * when it is called after all.
 * - The SDK's server and client bring ajv, for which ours have validators of their own (src/mcp).
 * - html-to-text writes HTML for two formats that we do not ask for; the way there knows every entity.
 * - consola can ask questions; ours come from @clack/prompts.
 */
const leftOut = [
  { module: /validation\/ajv-provider\.js$/, importer: /sdk[\\/]/, names: ['AjvJsonSchemaValidator'] },
  { module: /^dom-serializer$/, importer: /html-to-text|domutils/, names: ['render', 'default'] },
  { module: /chunks\/prompt\.mjs$/, importer: /consola[\\/]/, names: ['prompt'] },
]

/** Bundles stand-ins for what is never called. */
export const withoutUncalledCode: Plugin = {
  name: 'without-uncalled-code',
  setup(build) {
    for (const { module, importer, names } of leftOut) {
      build.onResolve({ filter: module }, ({ path, importer: from }) =>
        importer.test(from) ? { path, namespace: 'left-out', pluginData: names } : undefined,
      )
    }
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path, pluginData }) => ({
      contents: (pluginData as string[]).map((name) => standIn(name, path)).join('\n'),
    }))
  },
}

/** A function and a class at once, as either of which it may be imported. */
function standIn(name: string, path: string): string {
  const declaration = name === 'default' ? 'export default function' : `export function ${name}`
  return `${declaration}() { throw new Error(${JSON.stringify(`${path} is left out of the bundle`)}) }`
}

/** Puts beside the chunks what they need and what must go with them, into whichever folder is built. */
export const filesBesideTheChunks: Plugin = {
  name: 'files-beside-the-chunks',
  setup(build) {
    const { outdir } = build.initialOptions
    if (outdir === undefined) throw new Error('There is no folder to build into.')
    build.initialOptions.metafile = true
    build.onEnd(({ errors, metafile }) => {
      if (errors.length > 0 || metafile === undefined) return
      mkdirSync(outdir, { recursive: true })
      copyFileSync(join(dirname(require.resolve('sql.js')), 'sql-wasm.wasm'), join(outdir, 'sql-wasm.wasm'))
      const packages = findBundledPackages(metafile, process.cwd())
      writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), formatLicenses(packages))
    })
  },
}

/** Where consola makes a segmenter of characters as it is loaded, and the same at the first line that needs it. */
const eagerSegmenter = /const segmenter = .*new Intl\.Segmenter\(\).*;/
const lazySegmenter = 'const segmenter = { segment: (text) => new Intl.Segmenter().segment(text) };'

/** Spares every command the 12 ms that a segmenter takes, which consola wants for padded lines only. */
export const quickConsola: Plugin = {
  name: 'quick-consola',
  setup(build) {
    build.onLoad({ filter: /consola[\\/]dist[\\/]index\.mjs$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
      if (!eagerSegmenter.test(contents)) throw new Error('consola has changed: no segmenter is found in it.')
      return { contents: contents.replace(eagerSegmenter, lazySegmenter) }
    })
  },
}
