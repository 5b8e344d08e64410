import { type RawBuilder, sql } from 'kysely'
import { filterConditions, resolveFilters, timeframeConditions } from './conversation-conditions'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { readIndexState } from './index-state'
import type { FigureConditions, FigureName, Figures } from './port'
import { fromMatches, prepareMatches } from './search-conversations'
import { readAll } from './statements'
import { readSentiments, readTerms } from './text-figures'
import type { TextJudge } from './text-upkeep'

/** Where each figure is found in a conversation `c`; those with a table of their own begin with its ref. */
const expressions: Record<FigureName, RawBuilder<unknown>> = {
  id: sql`c.id`,
  createdAt: sql`c.created_at`,
  updatedAt: sql`c.updated_at`,
  state: sql`c.state`,
  priority: sql`c.priority`,
  assigneeId: sql`c.assignee_id`,
  teamId: sql`c.team_id`,
  rating: sql`c.rating_score`,
  ratingAsked: sql`c.rating_asked`,
  ratingRemarked: sql`c.rating_remarked`,
  waitingSince: sql`c.waiting_since`,
  isOutbound: sql`case when c.delivered_as <> 'customer_initiated' then 1 else 0 end`,
  hasThread: sql`case when c.thread_updated_at is null then 0 else 1 end`,
  firstContactAt: sql`coalesce(c.first_contact_at, c.thread_customer_at)`,
  firstResponseSeconds: sql`case
    when c.first_admin_reply_at >= c.first_contact_at then c.first_admin_reply_at - c.first_contact_at
    else c.thread_reply_at - c.thread_customer_at end`,
  officeResponseSeconds: sql`c.office_response_seconds`,
  officeFirstCloseSeconds: sql`c.office_first_close_seconds`,
  officeLastCloseSeconds: sql`c.office_last_close_seconds`,
  firstCloseAt: sql`c.first_close_at`,
  lastCloseAt: sql`c.last_close_at`,
  reopens: sql`c.reopens`,
  adminReplies: sql`c.admin_replies`,
  closings: sql`c.closings`,
  tagIds: sql`c.ref`,
  sentiment: sql`c.ref`,
  terms: sql`c.ref`,
}

/** Figures in which those of texts that have not been judged yet are still to be added. */
interface FoundFigures<Name extends FigureName> {
  completeWith(texts: TextJudge): Promise<Pick<Figures, Name>>
}

/**
 * See `Store.listFigures`. Each column comes as one JSON array: making objects of 40,000 rows would take twice as
 * long as reading them.
 */
export async function readFigures<Name extends FigureName>(
  reader: SqlReader,
  dialect: Dialect,
  { query, timeframe, timeField, filters }: FigureConditions,
  names: readonly Name[],
): Promise<FoundFigures<Name>> {
  const matches = prepareMatches(dialect, await readIndexState(reader, dialect), query)
  const resolved = await resolveFilters(reader, dialect, filters)
  const found = fromMatches(dialect, matches).where((eb) =>
    eb.and([...timeframeConditions(eb, timeframe, timeField), ...filterConditions(eb, dialect, resolved)]),
  )
  const wanted: FigureName[] = [...new Set(names)]
  const selected = found.select(wanted.map((name) => dialect.jsonArray(expressions[name]).as(name)))
  const [row] = await readAll<Record<string, string>>(reader, selected.compile())
  const figures = Object.fromEntries(
    wanted.map((name) => [name, JSON.parse(row?.[name] ?? '[]') as unknown[]]),
  )
  const readers = { tagIds: readTagIds, sentiment: readSentiments, terms: readTerms }
  const refs = (figures.sentiment ?? figures.terms ?? []) as number[]
  for (const [name, read] of Object.entries(readers)) {
    if (figures[name]) figures[name] = await read(reader, dialect, figures[name] as number[])
  }
  return {
    async completeWith(judge) {
      await addMissing(figures, refs, judge)
      // Each column holds what its name says in `Figures`: this file is the only place that fills them.
      return figures as unknown as Pick<Figures, Name>
    },
  }
}

/** Judges the texts that nothing is stored of. */
async function addMissing(
  { sentiment, terms }: Record<string, unknown[]>,
  refs: readonly number[],
  texts: TextJudge,
): Promise<void> {
  const places = refs.flatMap((_, place) => ((sentiment ?? terms)?.[place] === undefined ? [place] : []))
  if (places.length === 0) return
  const judged = await texts.judge(places.map((place) => refs[place] ?? 0))
  for (const place of places) {
    const figures = judged.get(refs[place] ?? 0)
    if (sentiment) sentiment[place] = figures?.sentiment ?? null
    if (terms) terms[place] = figures?.terms ?? new Uint32Array()
  }
}

/** Of more conversations than this all tags are read: a list of so many refs would take longer. */
const fewRefs = 2_000

async function readTagIds(reader: SqlReader, dialect: Dialect, refs: readonly number[]): Promise<string[][]> {
  const { db, list, jsonArray } = dialect
  const tagged = db.selectFrom('conversation_tags')
  const relevant = refs.length > fewRefs ? tagged : tagged.where('conversation_ref', 'in', list(refs))
  const columns = relevant.select([
    jsonArray(sql`conversation_ref`).as('refs'),
    jsonArray(sql`tag_id`).as('tags'),
  ])
  const [row] = await readAll(reader, columns.compile())
  const tags = JSON.parse(row?.tags ?? '[]') as string[]
  const byRef = new Map<number, string[]>()
  for (const [index, ref] of (JSON.parse(row?.refs ?? '[]') as number[]).entries()) {
    const known = byRef.get(ref)
    if (known) known.push(tags[index] as string)
    else byRef.set(ref, [tags[index] as string])
  }
  return refs.map((ref) => byRef.get(ref) ?? [])
}
