import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from './machine'
import { type BenchOptions, parseOptions } from './options'
import { copyProgram, killAll } from './process'
import { rate, toMarkdown } from './rows'
import { measureStore } from './store-life'
import type { Comparison } from './verify'
import { findCorpus } from './workspace'

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

async function run({ size, small, rounds, json }: BenchOptions): Promise<void> {
  const corpus = findCorpus()
  const source = corpus === null ? 'NO CORPUS (set CORPUS): a generated world' : 'dialogues of the corpus'
  say(`${describeMachine()}; ${source}`)
  const program = copyProgram(folder)
  const common = { corpus, program, folder, rounds, say }
  const reports = [await measureStore({ ...common, size, brief: false })]
  if (small > 0 && small !== size) reports.push(await measureStore({ ...common, size: small, brief: true }))
  const sections = reports.flatMap((report) => report.sections)
  const comparisons = reports.flatMap((report) => report.comparisons)
  if (comparisons.some(({ differences }) => differences.length > 0)) process.exitCode = 1
  if (json) {
    const rated = sections.map(({ title, rows }) => ({ title, rows: rows.map(rate) }))
    print(JSON.stringify({ machine: describeMachine(), source, comparisons, sections: rated }, null, 2))
    return
  }
  const equal = comparisons.map((comparison) => `- ${describe(comparison)}`).join('\n')
  print(`${describeMachine()}; ${source}\n\n${equal}\n\n${toMarkdown(sections)}`)
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
