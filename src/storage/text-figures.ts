import { sql } from 'kysely'
import { scoreScale } from '../text/conversation-sentiment'
import { type CustomerWords, readCustomerWords, type WrittenMessage } from '../text/customer-words'
import { type SentimentScores, type TextFigures, textRulesVersion } from '../text/text-figures'
import type { TermCodes } from '../text/topic-terms'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind } from './message-keys'
import type { TextFiguresTable } from './schema'
import { readAll } from './statements'

/** A conversation's row of `text_figures`. */
export function textFiguresToRow(ref: number, { sentiment, terms }: TextFigures): TextFiguresTable {
  const stored = (score: number | undefined): number | null =>
    score === undefined ? null : Math.round(score * scoreScale)
  return {
    conversation_ref: ref,
    rules_version: textRulesVersion,
    score: stored(sentiment?.score),
    first_score: stored(sentiment?.first),
    last_score: stored(sentiment?.last),
    has_several: sentiment?.hasSeveral ? 1 : 0,
    terms: encodeTerms(terms),
  }
}

function encodeTerms(terms: TermCodes): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(terms.length * 4))
  for (const [place, code] of terms.entries()) bytes.setUint32(place * 4, code, true)
  return new Uint8Array(bytes.buffer)
}

/** Of more conversations than this all rows between them are read: a list of so many refs would take longer. */
const fewRefs = 2_000

/** Three scores and a flag in one number below 2^53: a column less costs a tenth of the time that all of them take. */
const scoreRange = 2 * scoreScale + 1
const packedScores = sql<number>`case when score is not null then
  (((score + ${sql.lit(scoreScale)}) * ${sql.lit(scoreRange)} + first_score + ${sql.lit(scoreScale)})
    * ${sql.lit(scoreRange)} + last_score + ${sql.lit(scoreScale)}) * 2 + has_several end`

function unpackScores(packed: number | null): SentimentScores | null {
  if (packed === null) return null
  const scores = Math.floor(packed / 2)
  const earlier = Math.floor(scores / scoreRange)
  return {
    score: unshift(Math.floor(earlier / scoreRange)),
    first: unshift(earlier % scoreRange),
    last: unshift(scores % scoreRange),
    hasSeveral: packed % 2 === 1,
  }
}

function unshift(score: number): number {
  return (score - scoreScale) / scoreScale
}

/** The sentiment of each of `refs`, in their order; undefined where none is stored by the present rules. */
export async function readSentiments(
  reader: SqlReader,
  dialect: Dialect,
  refs: readonly number[],
): Promise<(SentimentScores | null | undefined)[]> {
  const { jsonArray } = dialect
  const selected = rowsOf(dialect, refs).select([
    jsonArray(sql`conversation_ref`).as('refs'),
    jsonArray(packedScores).as('scores'),
  ])
  const [row] = await readAll(reader, selected.compile())
  const packed = JSON.parse(row?.scores ?? '[]') as (number | null)[]
  const byRef: (SentimentScores | null)[] = []
  for (const [place, ref] of (JSON.parse(row?.refs ?? '[]') as number[]).entries()) {
    byRef[ref] = unpackScores(packed[place] ?? null)
  }
  return refs.map((ref) => byRef[ref])
}

/** The terms of each of `refs`, in their order; undefined where none are stored by the present rules. */
export async function readTerms(
  reader: SqlReader,
  dialect: Dialect,
  refs: readonly number[],
): Promise<(TermCodes | undefined)[]> {
  const { jsonArray, joinHex } = dialect
  const selected = rowsOf(dialect, refs).select([
    jsonArray(sql`conversation_ref`).as('refs'),
    jsonArray(sql`length(terms)`).as('lengths'),
    joinHex(sql`terms`).as('terms'),
  ])
  const [row] = await readAll(reader, selected.compile())
  const codes = decodeTerms(row?.terms ?? '')
  const lengths = JSON.parse(row?.lengths ?? '[]') as number[]
  const byRef: TermCodes[] = []
  let end = 0
  for (const [place, ref] of (JSON.parse(row?.refs ?? '[]') as number[]).entries()) {
    const start = end
    end += (lengths[place] ?? 0) / 4
    byRef[ref] = codes.subarray(start, end)
  }
  return refs.map((ref) => byRef[ref])
}

function decodeTerms(hex: string): Uint32Array {
  const bytes = Buffer.from(hex, 'hex')
  const codes = new Uint32Array(bytes.length / 4)
  for (let place = 0; place < codes.length; place++) codes[place] = bytes.readUInt32LE(place * 4)
  return codes
}

function rowsOf({ db, list }: Dialect, refs: readonly number[]) {
  const current = db.selectFrom('text_figures').where('rules_version', '=', textRulesVersion)
  if (refs.length <= fewRefs) return current.where('conversation_ref', 'in', list(refs))
  // What came at one time has neighbouring refs.
  const [first, last] = refs.reduce(
    ([lowest, highest], ref) => [Math.min(lowest, ref), Math.max(highest, ref)],
    [Number.POSITIVE_INFINITY, 0],
  )
  return current.where('conversation_ref', '>=', first).where('conversation_ref', '<=', last)
}

/** What a customer wrote, and by what it is known again: another print, other words. */
export interface StoredWords {
  ref: number
  print: string
  words: CustomerWords
}

/** What the customers of these conversations wrote; those that are gone are left out. */
export async function readStoredWords(
  reader: SqlReader,
  { db, list, jsonArray }: Dialect,
  refs: readonly number[],
): Promise<StoredWords[]> {
  const query = db
    .selectFrom('conversations as c')
    .leftJoin('messages as m', (join) => join.on('m.key', '>=', firstKey).on('m.key', '<', keyBehind))
    .leftJoin('authors as w', 'w.ref', 'm.author_ref')
    .select(['c.ref', 'c.subject', 'c.row_fingerprint', 'c.messages_fingerprint'])
    .select((eb) => [
      jsonArray(eb.ref('m.key')).as('keys'),
      jsonArray(eb.ref('w.type')).as('types'),
      jsonArray(sql`case when w.type = 'admin' then null else m.text end`).as('texts'),
    ])
    .where('c.ref', 'in', list(refs))
    .groupBy('c.ref')
  const rows = await readAll(reader, query.compile())
  return rows.map((row) => ({
    ref: row.ref,
    print: `${row.row_fingerprint} ${row.messages_fingerprint}`,
    words: readCustomerWords(row.subject, readWritten(row)),
  }))
}

function readWritten({ keys, types, texts }: { keys: string; types: string; texts: string }) {
  const allTypes = JSON.parse(types) as (string | null)[]
  const allTexts = JSON.parse(texts) as (string | null)[]
  // An aggregate promises no order; without messages its one key is null.
  return (JSON.parse(keys) as (number | null)[])
    .map((key, place) => ({ key, author: { type: allTypes[place] ?? '' }, text: allTexts[place] ?? null }))
    .filter((message): message is WrittenMessage & { key: number } => message.key !== null)
    .sort((a, b) => a.key - b.key)
}
