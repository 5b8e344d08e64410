import { judgeWords, type TextFigures, textRulesVersion } from '../text/text-figures'
import { type BackgroundOptions, type BackgroundWork, createBackgroundWork } from './background-work'
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

/** Judges what is not judged yet, in the background. */
export interface TextUpkeep extends TextJudge, BackgroundWork {}

/** `isBusy` while a change is being applied or waits for it: judging can wait, a sync cannot. */
export type TextUpkeepOptions = Pick<BackgroundOptions, 'isBusy' | 'onError' | 'sleep'>

/**
 * Keeps `text_figures` complete. A large change leaves its conversations without: judging costs a quarter of what
 * storing does, and a first sync is not to be held up. It is made up for whenever nothing else is being written.
 */
export function createTextUpkeep(tools: UpkeepTools, options: TextUpkeepOptions): TextUpkeep {
  let isComplete = false
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

  let after: number | null = null
  const work = createBackgroundWork(
    async (isFirst) => {
      after = await fillSlice(isFirst ? null : after)
      if (after === null) {
        isComplete = true
        kept.clear()
      }
      return after !== null
    },
    { ...options, pauseMs },
  )

  return {
    ...work,
    start() {
      isComplete = false
      work.start()
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
