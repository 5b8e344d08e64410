import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureAnalysis } from './analysis'
import { measureFullSpeed } from './full-speed'
import { describeMachine } from './machine'
import { type BenchOptions, type BenchPart, parseOptions } from './options'
import { copyProgram, killAll } from './process'
import { measureLowLimits } from './rate-use'
import { rate, toMarkdown } from './rows'
import { measureSearching } from './searching'
import { measureStartUp } from './start-up'
import { measureStore, type StoreReport } from './store-life'
import type { Comparison } from './verify'
import { findCorpus } from './workspace'

/** Of small plans: 1,000 and 500 requests a minute, in windows of ten seconds. */
const lowLimits = [166, 83]

const folder = mkdtempSync(join(tmpdir(), 'fim-bench-'))
process.on('exit', cleanUp)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

try {
  await run(parseOptions(process.argv.slice(2)))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  // A server that still runs would keep this process waiting.
  process.exit(1)
}

async function run({ size, small, rounds, only, minutes, dist, json }: BenchOptions): Promise<void> {
  const corpus = findCorpus()
  const source = corpus === null ? 'NO CORPUS (set CORPUS): a generated world' : 'dialogues of the corpus'
  say(`${describeMachine()}; ${source}`)
  const common = { corpus, program: copyProgram(dist, folder), folder, say }
  const reports: StoreReport[] = []
  const wants = (part: BenchPart) => only === null || only === part
  if (wants('store')) {
    reports.push(await measureStore({ ...common, rounds, size, brief: false }))
    const isOther = small > 0 && small !== size
    if (isOther) reports.push(await measureStore({ ...common, rounds, size: small, brief: true }))
  }
  const sections = reports.flatMap((report) => report.sections)
  if (wants('start')) sections.push(...(await measureStartUp(common, { size: small || size, rounds })))
  if (wants('search')) sections.push(...(await measureSearching(common, size)))
  if (wants('analysis')) sections.push(...(await measureAnalysis(common, size)))
  if (wants('rate')) {
    if (minutes > 0) sections.push(...(await measureLowLimits(common, { limits: lowLimits, minutes })))
    sections.push(await measureFullSpeed(common, size))
  }
  const comparisons = reports.flatMap((report) => report.comparisons)
  if (comparisons.some(({ differences }) => differences.length > 0)) process.exitCode = 1
  if (json) {
    const rated = sections.map(({ title, rows }) => ({ title, rows: rows.map(rate) }))
    print(JSON.stringify({ machine: describeMachine(), source, comparisons, sections: rated }, null, 2))
    return
  }
  const equal = comparisons.map((comparison) => `- ${describe(comparison)}`).join('\n')
  const parts = [`${describeMachine()}; ${source}`, equal, toMarkdown(sections)]
  print(parts.filter((text) => text !== '').join('\n\n'))
}

function describe({ conversations, messages, textHash, differences }: Comparison): string {
  if (differences.length > 0) {
    return `NOT EQUAL to the source in ${differences.length} conversations:\n  ${differences.slice(0, 5).join('\n  ')}`
  }
  const counts = `${conversations.toLocaleString('en')} conversations, ${messages.toLocaleString('en')} messages`
  return `stored and equal to the source: ${counts}, SHA-256 of all texts ${textHash.slice(0, 16)}…`
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function cleanUp(): void {
  killAll()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
