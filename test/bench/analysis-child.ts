import { setTimeout as wait } from 'node:timers/promises'
import { analyzeConversations } from '../../src/queries/analysis/analyze-conversations'
import { groupSearch } from '../../src/queries/search-groups'
import { warmUp } from '../../src/service/warm-up'
import type { FigureConditions, Store } from '../../src/storage/port'
import { openSqljsStore } from '../../src/storage/sqljs/open-sqljs-store'
import { readCustomerWords } from '../../src/text/customer-words'
import { judgeWords } from '../../src/text/text-figures'
import type { AnalysisOrder, MeasuredAnalysis } from './analysis'
import { type AnalysisQuestion, analysisQuestions } from './analysis-questions'
import { median } from './median'
import { passPlainly, rowsOf } from './plain-pass'
import { ownLock, searchNow } from './search-store'

/**
 * A process of its own for each question: opens the store, warms up if it is told to, asks once, then again and again,
 * and then does the same the plain way. Prints the times.
 */
const order = JSON.parse(process.argv[2] ?? '') as AnalysisOrder

const everything: FigureConditions = { query: null, timeframe: null, timeField: 'created_at', filters: {} }
const workspace = { id: 'bench', name: 'Bench', timezone: 'Europe/Dublin', region: 'US', createdAt: null }
/** Enough to know what one costs. */
const judgedAnew = 1_000

const question = analysisQuestions[order.question]
if (question === undefined) throw new Error(`There is no question ${order.question}.`)
const { store } = await openSqljsStore({ path: order.file, lock: ownLock })
process.stdout.write(JSON.stringify(await measure(store, question)))
await store.close()

async function measure(from: Store, asked: AnalysisQuestion): Promise<MeasuredAnalysis> {
  // The pauses of its own do not keep a process alive.
  const sleep = (ms: number) => wait(ms)
  if (order.isWarm) await warmUp(from, { signal: new AbortController().signal, now: () => searchNow, sleep })
  const { ms: firstMs } = await timed(() => ask(from, asked))
  const warmMs: number[] = []
  for (let round = 0; round < order.rounds; round++) warmMs.push((await timed(() => ask(from, asked))).ms)
  return { firstMs, warmMs: median(warmMs), plainMs: await measurePlainly(from, asked) }
}

async function ask(from: Store, { asks }: AnalysisQuestion): Promise<void> {
  if ('analysis' in asks) await analyzeConversations(from, asks.analysis, { now: searchNow, workspace })
  else await groupSearch(from, asks, { now: searchNow, timezone: workspace.timezone }, 'all_terms')
}

async function measurePlainly(from: Store, { keys, numbers, ofTexts }: AnalysisQuestion): Promise<number> {
  const figures = await from.listFigures(everything, ['id', ...keys, ...numbers])
  const rows = rowsOf(figures)
  const passes: number[] = []
  for (let round = 0; round < order.rounds; round++) {
    passes.push((await timed(async () => passPlainly(rows, keys, numbers))).ms)
  }
  return median(passes) + (ofTexts ? await judgeAnew(from, figures.id) : 0)
}

/** What judging all texts would take, the reading of them left out. */
async function judgeAnew(from: Store, ids: readonly string[]): Promise<number> {
  const threads = await from.getTexts(ids.slice(0, judgedAnew))
  const words = [...threads.values()].map((texts) => readCustomerWords(null, texts))
  const { ms } = await timed(async () => words.map(judgeWords))
  return (ms / words.length) * ids.length
}

async function timed(work: () => Promise<unknown>): Promise<{ ms: number }> {
  const startedMs = performance.now()
  await work()
  return { ms: performance.now() - startedMs }
}
