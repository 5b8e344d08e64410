import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { measureTexts } from './analysis-quality'
import { type AnalysisQuestion, analysisQuestions } from './analysis-questions'
import { measureAnswerTokens } from './answer-tokens'
import { runNode } from './process'
import type { Row, Section } from './rows'
import { createSearchWorld, openSearchStore } from './search-store'

const aggregationMs = 50
const analysisMs = 500
const rounds = 7

const child = fileURLToPath(new URL('analysis-child.ts', import.meta.url))

/** What a process that measures one question is told. */
export interface AnalysisOrder {
  file: string
  /** Place in `analysisQuestions`. */
  question: number
  rounds: number
  /** Whether it has warmed up before, as a server does that nobody asks at once. */
  isWarm: boolean
}

export interface MeasuredAnalysis {
  /** The first answer. */
  firstMs: number
  /** Median of the later ones. */
  warmMs: number
  /** The same the plain way, with everything in memory. */
  plainMs: number
}

/** How fast figures over all conversations come, how many tokens a search answer takes, and how well texts are judged. */
export async function measureAnalysis(
  { corpus, folder, say }: { corpus: string | null; folder: string; say(line: string): void },
  size: number,
): Promise<Section[]> {
  const named = size.toLocaleString('en')
  say(`Making ${named} conversations to analyse`)
  const file = join(folder, `analysis-${size}.db`)
  const world = await createSearchWorld(size, corpus)
  const store = await openSearchStore(file, world)
  await store.upkeepDone()
  say('Counting tokens')
  const tokens = await measureAnswerTokens(store, world)
  await store.close()
  const rows: Row[] = []
  for (const [place, question] of analysisQuestions.entries()) {
    say(`Analysing: ${question.what}`)
    const order = { file, question: place, rounds }
    const { firstMs } = await measureInChild({ ...order, isWarm: false })
    rows.push(...toRows(question, firstMs, await measureInChild({ ...order, isWarm: true })))
  }
  rmSync(file, { force: true, maxRetries: 5 })
  say('Judging labelled messages and dialogues')
  return [
    { title: `figures over ${named} conversations, median of ${rounds}`, rows },
    tokens,
    await measureTexts(corpus),
  ]
}

async function measureInChild(order: AnalysisOrder): Promise<MeasuredAnalysis> {
  const tsx = pathToFileURL(fileURLToPath(import.meta.resolve('tsx'))).href
  return JSON.parse(await runNode(['--import', tsx, child, JSON.stringify(order)]))
}

function toRows(
  { what, asks, ofTexts }: AnalysisQuestion,
  coldMs: number,
  measured: MeasuredAnalysis,
): Row[] {
  const reference = 'analysis' in asks ? analysisMs : aggregationMs
  const target = { unit: 'ms', comparedWith: 'target', bound: 'at most' as const, reference }
  const plainly = ofTexts ? 'judging all texts anew' : 'a plain pass over rows in memory'
  return [
    { what: `${what}: first, asked at once after opening`, figure: coldMs, ...target },
    { what: `${what}: first of a server that has warmed up`, figure: measured.firstMs, ...target },
    { what, figure: measured.warmMs, ...target },
    { what, figure: measured.warmMs, unit: 'ms', comparedWith: plainly, reference: measured.plainMs },
  ]
}
