import { tokenizeForIndex } from '../text/tokenizer'
import { createBreather } from './breather'
import type { Dialect, IndexDocument, IndexSide } from './dialect'
import type { SqlReader } from './driver'
import { type IndexState, indexMeta } from './index-state'
import { firstKey, keyBehind } from './message-keys'
import type { StatementBatch } from './statements'
import { readAll } from './statements'
import type { Writers } from './writers'

/** What the full-text index is to say of a conversation. */
export interface DocumentText {
  ref: number
  /** Title, subject, then each message's text. */
  texts: string[]
}

/** The texts of a conversation's document. */
export function documentTexts(
  { title, subject }: { title: string | null; subject: string | null },
  messageTexts: readonly (string | null)[],
): string[] {
  const headings = title === subject ? [title] : [title, subject]
  return [...headings, ...messageTexts].filter((text) => text !== null && text !== '') as string[]
}

/** Removes the conversation from what every index finds. Its documents stay as dead ones until the next rebuild. */
export function removeDocuments(
  batch: StatementBatch,
  writers: Writers,
  state: IndexState,
  ref: number,
): void {
  for (const side of sidesOf(state)) batch.add(writers.deleteDocument[side], [ref])
}

/** Notes that so many of the documents just removed from the active index held an opening message only. */
export function countDeadOpenings(
  batch: StatementBatch,
  writers: Writers,
  state: IndexState,
  openings: number,
): void {
  state.deadOpenings += openings
  batch.write(writers.meta, {
    key: indexMeta.deadOpenings(state.active),
    value: String(state.deadOpenings),
  })
}

/**
 * Adds the present document of each conversation: to the active index, and to the one being built for those that
 * it has passed already.
 */
export async function addDocuments(
  batch: StatementBatch,
  { dialect, writers, state }: { dialect: Dialect; writers: Writers; state: IndexState },
  documents: readonly DocumentText[],
): Promise<void> {
  if (documents.length === 0) return
  const tokenized = await tokenizeDocuments(documents)
  for (const side of sidesOf(state)) {
    const { building } = state
    const isBuilding = building?.side === side
    addToSide(
      batch,
      { dialect, writers, state },
      side,
      tokenized.filter(({ ref }) => !isBuilding || ref <= building.afterRef),
    )
  }
}

/** The words of each document, with the event loop free now and then. */
export async function tokenizeDocuments(
  documents: readonly DocumentText[],
): Promise<{ ref: number; stems: string; words: string }[]> {
  const breathe = createBreather()
  const tokenized: { ref: number; stems: string; words: string }[] = []
  for (const { ref, texts } of documents) {
    tokenized.push({ ref, ...tokenizeForIndex(texts) })
    await breathe()
  }
  return tokenized
}

/** Adds documents to one index and advances its counter of docids. */
export function addToSide(
  batch: StatementBatch,
  { dialect, writers, state }: { dialect: Dialect; writers: Writers; state: IndexState },
  side: IndexSide,
  documents: readonly { ref: number; stems: string; words: string }[],
): void {
  if (documents.length === 0) return
  let docid = state.nextDocid[side]
  const entries: IndexDocument[] = []
  for (const { ref, stems, words } of documents) {
    entries.push({ docid, stems, words })
    batch.write(writers.documents[side], { docid, conversation_ref: ref })
    docid += 1
  }
  batch.append(dialect.index.insert(side, entries))
  batch.write(writers.meta, { key: indexMeta.nextDocid(side), value: String(docid) })
  state.nextDocid[side] = docid
}

/** Texts of the stored messages of each conversation, in order. */
export async function readMessageTexts(
  reader: SqlReader,
  { db, list }: Dialect,
  refs: readonly number[],
): Promise<Map<number, string[]>> {
  const texts = new Map<number, string[]>()
  if (refs.length === 0) return texts
  const rows = await readAll(
    reader,
    db
      .selectFrom('conversations as c')
      .innerJoin('messages as m', (join) => join.on('m.key', '>=', firstKey).on('m.key', '<', keyBehind))
      .select(['c.ref', 'm.text'])
      .where('c.ref', 'in', list(refs))
      .where('m.text', 'is not', null)
      .orderBy('m.key')
      .compile(),
  )
  for (const { ref, text } of rows) {
    if (text === null) continue
    const known = texts.get(ref)
    if (known) known.push(text)
    else texts.set(ref, [text])
  }
  return texts
}

function sidesOf({ active, building }: IndexState): IndexSide[] {
  return building === null ? [active] : [active, building.side]
}
