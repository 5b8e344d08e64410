import { sql } from 'kysely'
import { createClosenessMeter } from '../text/closeness'
import type { SearchQuery } from '../text/search-query'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { firstKey, keyBehind } from './message-keys'
import { readAll } from './statements'

/** A word that need not match is worth this much of one that must. */
const littleWordWeight = 0.3

/**
 * How closely a question's words stand together in the texts of conversations, by their `ref`; empty when nothing can
 * be told of it. The texts are read for this.
 */
export async function measureCloseness(
  reader: SqlReader,
  { db, list, jsonArray }: Dialect,
  { groups, wording = [] }: SearchQuery,
  refs: readonly number[],
): Promise<Map<number, number>> {
  if (wording.length < 2 || refs.length < 2) return new Map()
  const wanted = new Set(groups.flat().flatMap((term) => (term.kind === 'prefix' ? [] : term.tokens)))
  const weigh = (token: string): number => (wanted.has(token) ? 1 : littleWordWeight)
  const measure = createClosenessMeter(wording.map((token) => ({ token, weight: weigh(token) })))
  const query = db
    .selectFrom('conversations as c')
    .select((eb) => [
      'c.ref',
      'c.title',
      'c.subject',
      eb
        .selectFrom('messages as m')
        .select(jsonArray(sql.ref('m.text')).as('texts'))
        .where('m.key', '>=', firstKey)
        .where('m.key', '<', keyBehind)
        .where('m.text', 'is not', null)
        .as('texts'),
    ])
    .where('c.ref', 'in', list(refs))
  const rows = await readAll(reader, query.compile())
  return new Map(
    rows.map(({ ref, title, subject, texts }) => {
      const all = [title ?? '', subject ?? '', ...(JSON.parse(texts ?? '[]') as string[])]
      return [ref, measure(all)]
    }),
  )
}
