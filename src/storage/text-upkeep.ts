import { setTimeout as wait } from 'node:timers/promises'
import { judgeWords, type TextFigures, textRulesVersion } from '../text/text-figures'
import { createBreather } from './breather'
import type { SqlReader } from './driver'
import type { UpkeepTools } from './index-upkeep'
import { createStatementBatch, readAll } from './statements'
import { takeWhileSmall } from './take-while-small'
import { readStoredWords, textFiguresToRow } from './text-figures'

/** What one write takes at most, a single conversation excepted: some 20 ms. */
const conversationsPerSlice = 50
const messagesPerSlice = 800

/** Between two writes: answers and syncs have two thirds of the time, and 40,000 conversations take a minute. */
const pauseMs = 40

/** Conversations without figures, as an analysis meets them. */
export interface TextJudge {
  /** Judges stored conversations on the spot; those that are gone are left out. */
  judge(refs: readonly number[]): Promise<Map<number, TextFigures>>
}

export interface TextUpkeep extends TextJudge {
  /** Judges what is not judged yet, in the background. Has no effect while that is going on. */
  start(): void
  /** Hurries, and resolves when nothing is left to judge, or it has failed or been stopped. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export interface TextUpkeepOptions {
  /** Whether a change is being applied or waits for it: judging can wait, a sync cannot. */
  isBusy: () => boolean
  onError: (error: unknown) => void
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const sleepFor = (ms: number, signal: AbortSignal): Promise<unknown> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => {})

/**
 * Keeps `text_figures` complete. A large change leaves its conversations without: judging costs a quarter of what
 * storing does, and a first sync is not to be held up. It is made up for whenever nothing else is being written.
 */
export function createTextUpkeep(tools: UpkeepTools, options: TextUpkeepOptions): TextUpkeep {
  const { isBusy, onError, sleep = sleepFor } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> | null = null
  let isAsked = false
  let isComplete = false
  let isHurried = false
  /** Judged on the spot, until they are stored. */
  const kept = new Map<number, { print: string; figures: TextFigures }>()

  async function judge(reader: SqlReader, refs: readonly number[]): Promise<Map<number, TextFigures>> {
    const judged = new Map<number, TextFigures>()
    const breathe = createBreather()
    for (const { ref, print, words } of await readStoredWords(reader, tools.dialect, refs)) {
      const known = kept.get(ref)
      const figures = known?.print === print ? known.figures : judgeWords(words)
      if (known?.figures !== figures) kept.set(ref, { print, figures })
      judged.set(ref, figures)
      await breathe()
    }
    return judged
  }

  /** The last conversation of the slice behind `after`; null when none behind it is left. */
  async function fillSlice(after: number | null): Promise<number | null> {
    // Looked at before the write too, because most often there is nothing to do.
    if ((await findUnjudged(tools.driver, tools, after)).length === 0) return null
    let last: number | null = null
    await tools.documents.write(async (reader) => {
      const refs = await findUnjudged(reader, tools, after)
      last = refs.at(-1) ?? null
      const batch = createStatementBatch()
      for (const [ref, figures] of await judge(reader, refs)) {
        batch.write(tools.writers.textFigures, textFiguresToRow(ref, figures))
        kept.delete(ref)
      }
      return { statements: batch.statements(), changedRefs: [] }
    })
    return last
  }

  async function run(): Promise<void> {
    let after: number | null = null
    while (!signal.aborted) {
      await sleep(isHurried ? 0 : pauseMs, signal)
      if (signal.aborted) return
      if (isBusy()) continue
      if (after === null) isAsked = false
      after = await fillSlice(after)
      if (after !== null || isAsked) continue
      isComplete = true
      kept.clear()
      return
    }
  }

  function start(): void {
    isAsked = true
    isComplete = false
    if (running !== null || signal.aborted) return
    running = run()
      .catch(onError)
      .finally(() => {
        running = null
      })
  }

  return {
    start,
    settled: async () => {
      // The pauses do not keep a process alive that has nothing else to do; who waits for the end does, without them.
      const alive = setInterval(() => {}, 1_000)
      isHurried = true
      await running
      isHurried = false
      clearInterval(alive)
    },
    stop: async () => {
      stopping.abort()
      await running
    },
    async judge(refs) {
      const all = new Map<number, TextFigures>()
      for (let from = 0; from < refs.length; from += conversationsPerSlice) {
        const slice = refs.slice(from, from + conversationsPerSlice)
        for (const [ref, figures] of await judge(tools.driver, slice)) all.set(ref, figures)
      }
      if (isComplete) kept.clear()
      return all
    },
  }
}

/**
 * Refs of conversations that no figures by the present rules are stored of. In their order, because rows that are
 * inserted in any other leave half of each page empty.
 */
async function findUnjudged(
  reader: SqlReader,
  { dialect: { db } }: UpkeepTools,
  after: number | null,
): Promise<number[]> {
  const query = db
    .selectFrom('conversations as c')
    .leftJoin('text_figures as t', (join) =>
      join.onRef('t.conversation_ref', '=', 'c.ref').on('t.rules_version', '=', textRulesVersion),
    )
    .select(['c.ref', 'c.message_count'])
    .where('t.conversation_ref', 'is', null)
    .$if(after !== null, (found) => found.where('c.ref', '>', after ?? 0))
    .orderBy('c.ref')
    .limit(conversationsPerSlice)
  const rows = await readAll(reader, query.compile())
  return takeWhileSmall(rows, (row) => row.message_count, messagesPerSlice).map(({ ref }) => ref)
}
