import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the package. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** What other manifests repeat of package.json. */
export interface PackageManifest {
  name: string
  version: string
  description: string
  license: string
  keywords: string[]
  /** The name in the registry of MCP servers, by which it knows that the npm package is meant. */
  mcpName: string
  engines: { node: string }
}

/** Reads package.json, from which every other manifest takes its version. */
export function readPackageManifest(): PackageManifest {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageManifest
}
