import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, it, test } from 'vitest'
import { createManifest } from '../../deploy/mcpb/manifest'
import { type PackageManifest, readPackageManifest } from '../../deploy/package-manifest'
import { packageFolder, packProgram } from '../helpers/packed-program'
import { builtProgram, runProgram, serveProgram, temporaryFolder } from '../helpers/program'

const read = (path: string) => readFileSync(join(packageFolder, path), 'utf8')
const manifest = JSON.parse(read('package.json')) as PackageManifest & Record<string, unknown>

describe('the tarball', () => {
  it('holds what the program needs, its licences and its documents, and nothing else', async () => {
    const { files, bytes } = await packProgram(temporaryFolder())
    expect(bytes).toBeLessThan(1_000_000)
    expect(files).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/cli.js',
        'dist/snapshot-worker.js',
        'dist/sql-wasm.wasm',
        'package.json',
      ]),
    )
    const others = files.filter(
      (path) => !/^(dist\/[\w-]+\.(js|wasm|txt)|docs\/[\w-]+\.md|[A-Z]+(\.md)?|package\.json)$/.test(path),
    )
    expect(others).toEqual([])
  })

  it('brings no packages with it and runs nothing when it is installed', () => {
    const fields = Object.keys(manifest)
    expect(fields.filter((field) => /dependencies$/i.test(field))).toEqual(['devDependencies'])
    const hooks = Object.keys(manifest.scripts as Record<string, string>)
    expect(hooks.filter((hook) => /install|prepare|^pre|^post/.test(hook))).toEqual([])
  })

  it('is clean by the rules that publint has for packages', async () => {
    const { messages } = await publint({ pkgDir: packageFolder, pack: 'npm', strict: true })
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([])
  })
})

describe('the version', () => {
  const { version } = manifest

  it('is the same in every manifest', () => {
    const entry = JSON.parse(read('server.json')) as { version: string; packages: { version: string }[] }
    expect([entry.version, ...entry.packages.map((one) => one.version)]).toEqual([version, version])
    expect(createManifest(readPackageManifest()).version).toBe(version)
    expect((JSON.parse(read('package-lock.json')) as { version: string }).version).toBe(version)
  })

  it('is the one that the changelog tells of first', () => {
    const [, newest = ''] = /^## ([\s\S]*)/m.exec(read('CHANGELOG.md')) ?? []
    expect(/\d+\.\d+\.\d+/.exec(newest)?.[0]).toBe(version)
  })

  it('is what the program says in the terminal and to its clients', async () => {
    expect((await runProgram(['--version'])).stdout).toContain(version)
    const { client } = await serveProgram({ home: temporaryFolder() })
    expect(client.getServerVersion()?.version).toBe(version)
  })
})

test('the name by which the MCP registry knows the package is the same at both ends', () => {
  const { name } = JSON.parse(read('server.json')) as { name: string }
  expect(name).toBe(manifest.mcpName)
})

/** What the source imports besides types, by the names of the packages. */
function importedPackages(): Set<string> {
  const sources = readdirSync(join(packageFolder, 'src'), { recursive: true, encoding: 'utf8' })
  const text = sources.filter((file) => file.endsWith('.ts')).map((file) => read(join('src', file)))
  const imports = text.join('\n').matchAll(/^import (?!type )[^']*? from '([^'.][^']*)'/gm)
  const names = [...imports].map(([, target = '']) => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target)
  return new Set(names.filter((name) => !name.startsWith('node:')))
}

test('the licence of every package that the source imports is shipped', () => {
  const shipped = readFileSync(join(builtProgram, '..', 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  const titles = new Set([...shipped.matchAll(/^-{80}\n\n(\S+) \d/gm)].map(([, name]) => name))
  expect([...importedPackages()].filter((name) => !titles.has(name))).toEqual([])
  // Brought along by others, two and three steps away.
  expect([...titles]).toEqual(expect.arrayContaining(['zod', 'entities', 'leac']))
  // Imported by others, and left out of the bundle because nothing calls it.
  for (const name of ['ajv', 'dom-serializer']) expect(titles).not.toContain(name)
  expect(shipped).toContain('SQLite\nIts authors have dedicated it to the public domain')
})
