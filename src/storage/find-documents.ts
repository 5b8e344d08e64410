import { sql } from 'kysely'
import type { SearchQuery } from '../text/search-query'
import type { Dialect } from './dialect'
import type { DocumentTable } from './document-table'
import type { SqlReader } from './driver'
import { readLists } from './statements'

/** A word in more documents than this says little of which one is meant. */
const rareWordDocuments = 4000

/** Entries of the index that are added up, rarest words first. */
const addedEntries = 12_000

export interface DocumentQuery {
  query: SearchQuery
  /** What the index is asked for; null for a query that only excludes. */
  match: string | null
  table: DocumentTable
}

export interface FoundDocuments {
  docids: number[]
  /** Where any term suffices: for the documents with the rarest words, more the more of them and the rarer. */
  rarities: ReadonlyMap<number, number>
}

/** Every document that a query finds, dead ones included. */
export async function findDocuments(
  reader: SqlReader,
  dialect: Dialect,
  { query, match, table }: DocumentQuery,
): Promise<FoundDocuments> {
  if (isAnyTerm(query)) return findAnyTerm(reader, dialect, { query, table })
  if (match !== null) return { docids: await listDocids(reader, dialect, table, match), rarities: new Map() }
  const exclusion = dialect.index.exclusion(query)
  const excluded = exclusion === null ? [] : await listDocids(reader, dialect, table, exclusion)
  return { docids: table.allExcept(excluded), rarities: new Map() }
}

/** Whether a query has several terms of which one suffices. */
export function isAnyTerm({ groups }: SearchQuery): boolean {
  return groups.length === 1 && groups[0]?.length !== 1
}

/** Term by term: putting the lists together here takes less time than in the index, and shows how rare each is. */
async function findAnyTerm(
  reader: SqlReader,
  dialect: Dialect,
  { query, table }: Omit<DocumentQuery, 'match'>,
): Promise<FoundDocuments> {
  const listOf = async (terms: SearchQuery['groups'][number]): Promise<number[]> => {
    const match = dialect.index.match({ groups: [terms], excluded: [] })
    return match === null ? [] : listDocids(reader, dialect, table, match)
  }
  const lists: number[][] = []
  for (const term of query.groups.flat()) lists.push(await listOf([term]))
  const docids = union(lists, await listOf(query.excluded))
  return { docids, rarities: addRarities(lists) }
}

// Loops: a call for each of a hundred thousand entries takes longer than reading them.
function union(lists: readonly (readonly number[])[], excluded: readonly number[]): number[] {
  let last = 0
  for (const list of lists)
    for (let place = 0; place < list.length; place++) last = Math.max(last, list[place]!)
  const isFound = new Uint8Array(last + 1)
  for (const list of lists) for (let place = 0; place < list.length; place++) isFound[list[place]!] = 1
  for (const docid of excluded) isFound[docid] = 0
  const docids: number[] = []
  for (let docid = 0; docid < isFound.length; docid++) if (isFound[docid] === 1) docids.push(docid)
  return docids
}

function addRarities(lists: readonly (readonly number[])[]): Map<number, number> {
  const rarities = new Map<number, number>()
  let entries = 0
  for (const list of lists.toSorted((a, b) => a.length - b.length)) {
    entries += list.length
    if (list.length > rareWordDocuments || entries > addedEntries) break
    const rarity = Math.log(1 + rareWordDocuments / list.length)
    for (const docid of list) rarities.set(docid, (rarities.get(docid) ?? 0) + rarity)
  }
  return rarities
}

async function listDocids(
  reader: SqlReader,
  { db, index, jsonArray }: Dialect,
  { side }: DocumentTable,
  match: string,
): Promise<number[]> {
  const listed = db
    .selectFrom(index.docids(side, match).as('i'))
    .select(jsonArray(sql.ref('i.docid')).as('docid'))
  return (await readLists<{ docid: number }>(reader, listed.compile())).docid
}
