import { setImmediate as nextTurn } from 'node:timers/promises'
import { tokenizerVersion } from '../text/tokenizer'
import type { Dialect } from './dialect'
import type { SqlDriver, SqlReader, SqlStatement } from './driver'
import {
  addToSide,
  type DocumentText,
  documentTexts,
  readMessageTexts,
  tokenizeDocuments,
} from './index-documents'
import { type IndexState, indexMeta, otherSide, readIndexState } from './index-state'
import type { LivingDocuments } from './living-documents'
import { createStatementBatch, readAll } from './statements'
import { takeWhileSmall } from './take-while-small'
import type { Writers } from './writers'

export interface UpkeepTools {
  driver: SqlDriver
  dialect: Dialect
  writers: Writers
  documents: Pick<LivingDocuments, 'write'>
}

export interface UpkeepOptions {
  /** Ends between two slices; the next call goes on there. */
  signal?: AbortSignal
  /** Rebuild although nothing asks for it. */
  force?: boolean
}

/**
 * What goes into one write of a rebuild at most, a single conversation excepted: some 30 ms, with answers in between.
 * The characters weigh most, but only the messages can be counted before their texts have been read.
 */
const conversationsPerSlice = 50
const messagesPerSlice = 800
const charactersPerSlice = 150_000

/** Below this many documents a rebuild frees nothing worth the writes. */
const fewDocuments = 500

/**
 * Rebuilds the full-text index when a third of its documents are dead or another tokenizer made it, one slice a
 * write, while the old index answers. Goes on with a rebuild that was interrupted. Resolves to whether it wrote.
 *
 * Openings that a first thread has replaced don't count. Every first sync leaves one for each conversation, and
 * together they are a twentieth of the index (measured): a rebuild for their sake makes the file larger.
 */
export async function rebuildSearchIndex(tools: UpkeepTools, options: UpkeepOptions = {}): Promise<boolean> {
  let isBuilding = false
  while (!options.signal?.aborted) {
    const step = await rebuildStep(tools, options.force === true && !isBuilding)
    if (step === 'nothing') break
    isBuilding = true
    if (step === 'finished') break
    await nextTurn()
  }
  return isBuilding
}

async function rebuildStep(tools: UpkeepTools, force: boolean): Promise<'nothing' | 'more' | 'finished'> {
  const { driver, dialect, documents } = tools
  let outcome: 'nothing' | 'more' | 'finished' = 'nothing'
  // Looked at before the write too, because most often there is nothing to do.
  if (!force && !(await isRebuildDue(driver, dialect, await readIndexState(driver, dialect)))) return outcome
  await documents.write(async (reader) => {
    const state = await readIndexState(reader, dialect)
    const { building } = state
    if (building !== null && building.tokenizerVersion === tokenizerVersion) {
      const slice = await buildSlice(reader, tools, state, building)
      outcome = slice === null ? 'finished' : 'more'
      // The index that answers stays as it is until the last slice.
      if (slice !== null) return { statements: slice, changedRefs: [] }
      return { statements: finish(tools, state, building), changedRefs: null }
    }
    const isDue = force || (await isRebuildDue(reader, dialect, state))
    outcome = isDue ? 'more' : 'nothing'
    return { statements: isDue ? begin(tools, state) : [], changedRefs: [] }
  })
  return outcome
}

async function isRebuildDue(reader: SqlReader, { db }: Dialect, state: IndexState): Promise<boolean> {
  if (state.building !== null || state.tokenizerVersion !== tokenizerVersion) return true
  const written = state.nextDocid[state.active] - 1
  if (written < fewDocuments) return false
  const living = db
    .selectFrom(`search_documents_${state.active}`)
    .select((eb) => eb.fn.countAll<number>().as('total'))
  const [row] = await readAll(reader, living.compile())
  const counted = written - state.deadOpenings
  return counted - (row?.total ?? 0) > counted / 3
}

function begin({ dialect, writers }: UpkeepTools, { active, building }: IndexState): SqlStatement[] {
  const side = otherSide(active)
  const batch = createStatementBatch()
  // Left over from a rebuild for another tokenizer.
  if (building !== null) for (const sql of dialect.index.drop(side)) batch.add(sql, [])
  for (const sql of dialect.index.create(side)) batch.add(sql, [])
  batch.write(writers.meta, { key: indexMeta.nextDocid(side), value: '1' })
  batch.write(writers.meta, {
    key: indexMeta.building,
    value: encodeBuilding({ side, afterRef: 0, tokenizerVersion }),
  })
  return batch.statements()
}

/** Null when every conversation is in the new index. */
async function buildSlice(
  reader: SqlReader,
  { dialect, writers }: UpkeepTools,
  state: IndexState,
  building: NonNullable<IndexState['building']>,
): Promise<SqlStatement[] | null> {
  const query = dialect.db
    .selectFrom('conversations')
    .select(['ref', 'title', 'subject', 'message_count'])
    .where('ref', '>', building.afterRef)
    .orderBy('ref')
    .limit(conversationsPerSlice)
  const rows = await readAll(reader, query.compile())
  const few = takeWhileSmall(rows, (row) => row.message_count, messagesPerSlice)
  const refs = few.map((row) => row.ref)
  const stored = await readMessageTexts(reader, dialect, refs)
  const texts = few.map((row) => ({ ref: row.ref, texts: documentTexts(row, stored.get(row.ref) ?? []) }))
  const documents = await tokenizeDocuments(takeWhileSmall(texts, countCharacters, charactersPerSlice))
  const last = documents.at(-1)
  if (last === undefined) return null
  await nextTurn()
  const batch = createStatementBatch()
  addToSide(batch, { dialect, writers, state }, building.side, documents)
  batch.write(writers.meta, {
    key: indexMeta.building,
    value: encodeBuilding({ ...building, afterRef: last.ref }),
  })
  return batch.statements()
}

function countCharacters({ texts }: DocumentText): number {
  return texts.reduce((sum, text) => sum + text.length, 0)
}

function finish(
  { dialect, writers }: UpkeepTools,
  { active }: IndexState,
  { side }: NonNullable<IndexState['building']>,
): SqlStatement[] {
  const batch = createStatementBatch()
  batch.write(writers.meta, { key: indexMeta.active, value: side })
  batch.write(writers.meta, { key: indexMeta.tokenizerVersion, value: String(tokenizerVersion) })
  batch.add(writers.deleteMeta, [indexMeta.building])
  batch.add(writers.deleteMeta, [indexMeta.nextDocid(active)])
  batch.add(writers.deleteMeta, [indexMeta.deadOpenings(active)])
  for (const sql of dialect.index.drop(active)) batch.add(sql, [])
  return batch.statements()
}

function encodeBuilding(building: NonNullable<IndexState['building']>): string {
  return JSON.stringify(building)
}
