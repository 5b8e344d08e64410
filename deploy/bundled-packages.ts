import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A package of which some code is in what is shipped. */
export interface BundledPackage {
  name: string
  version: string
  /** As its package.json says it, in SPDX's words. */
  license: string
  /** What its licence file holds. */
  text: string
}

/** Of esbuild's metafile, what says which inputs left bytes in which outputs. */
export interface BundleContents {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>
}

const inPackage = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/

/**
 * The packages of which esbuild put code into its outputs, in alphabetical order; one that is there in two versions
 * is listed twice. Throws for a package without a licence file: it must not be shipped unseen.
 */
export function findBundledPackages({ outputs }: BundleContents, root: string): BundledPackage[] {
  const folders = new Set<string>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 ? inPackage.exec(input)?.[1] : undefined
      if (folder !== undefined) folders.add(resolve(root, folder))
    }
  }
  const found = new Map<string, BundledPackage>()
  for (const folder of folders) {
    const one = readPackage(folder)
    found.set(`${one.name} ${one.version}`, one)
  }
  return [...found.keys()].toSorted().flatMap((key) => found.get(key) ?? [])
}

function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
  const name = String(manifest.name)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry))
  if (file === undefined) throw new Error(`${name} is bundled and has no licence file.`)
  const notice = join(folder, 'NOTICE')
  const texts = [join(folder, file), ...(existsSync(notice) ? [notice] : [])]
  return {
    name,
    version: String(manifest.version),
    license: String(manifest.license),
    text: texts.map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n'),
  }
}
