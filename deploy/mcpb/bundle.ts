import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packExtension } from '@anthropic-ai/mcpb'
import { type PackageManifest, packageRoot } from '../package-manifest'
import { drawIconPng } from './icon'
import { bundlePaths, createManifest } from './manifest'

const iconPixels = 512

/** What of the built program goes into the bundle; anything else that lies there is left. */
const shipped = /\.(js|wasm|txt)$/

export interface BundleOptions {
  manifest: PackageManifest
  /** The folder of the built program. */
  builtFolder: string
  /** Where the bundle is written. */
  file: string
}

/**
 * Packs the built program into an .mcpb file, which clients install with one click. What goes in is laid out in a
 * temporary folder first; the manifest is validated there. Throws when the validation or the packing fails.
 */
export async function packBundle({ manifest, builtFolder, file }: BundleOptions): Promise<void> {
  const staged = mkdtempSync(join(tmpdir(), 'fast-intercom-mcpb-'))
  try {
    stage(staged, manifest, builtFolder)
    const packed = await packExtension({ extensionPath: staged, outputPath: file, silent: true })
    if (!packed) throw new Error('The bundle was not packed; its manifest is refused.')
  } finally {
    rmSync(staged, { recursive: true, force: true, maxRetries: 5 })
  }
}

function stage(folder: string, manifest: PackageManifest, builtFolder: string): void {
  const program = join(folder, dirname(bundlePaths.program))
  if (!existsSync(join(builtFolder, 'cli.js'))) {
    throw new Error(`There is no built program in ${builtFolder}; run npm run build.`)
  }
  mkdirSync(program)
  for (const name of readdirSync(builtFolder).filter((name) => shipped.test(name))) {
    cpSync(join(builtFolder, name), join(program, name))
  }
  cpSync(join(packageRoot, 'LICENSE'), join(folder, 'LICENSE'))
  // Tells Node that the chunks are modules.
  writeJson(join(folder, 'package.json'), {
    name: manifest.name,
    version: manifest.version,
    private: true,
    type: 'module',
  })
  writeJson(join(folder, bundlePaths.manifest), createManifest(manifest))
  writeFileSync(join(folder, bundlePaths.icon), drawIconPng(iconPixels))
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
}
