import type { Dialect, IndexSide } from './dialect'
import { DocumentTable, type LivingDocument } from './document-table'
import type { SqlDriver, SqlReader, SqlStatement } from './driver'
import { readAll } from './statements'

/** More conversations than this are read with all others: looking them up one by one would take longer. */
const maxChanged = 5000

interface PlannedWrite {
  statements: SqlStatement[]
  /** The conversations (by `ref`) whose rows or documents it changes; null when all may be others then. */
  changedRefs: readonly number[] | null
}

/** Keeps the table of living documents as the store is now. */
export interface LivingDocuments {
  /** As the driver's `write`. A write that goes by another way has the table read anew. */
  write(plan: (reader: SqlReader) => Promise<PlannedWrite>): Promise<void>
  /** The table of an index, as of the driver's present generation. It is changed in place when that has passed. */
  read(side: IndexSide): Promise<DocumentTable>
}

interface Kept {
  table: DocumentTable
  generation: number
}

/** No table is read before the first search. */
export function createLivingDocuments(driver: SqlDriver, dialect: Dialect): LivingDocuments {
  let kept: Kept | null = null
  /** What each write after `kept` changes, by the generation that it was planned on. */
  const changes = new Map<number, Set<readonly number[]>>()
  let changed = 0

  const forget = (): void => {
    kept = null
    changes.clear()
    changed = 0
  }

  /** What it returns is to be called when nothing came of the write: the next one would otherwise pass for it. */
  const willChange = (refs: readonly number[]): (() => void) => {
    if (kept === null) return () => {}
    const generation = driver.generation
    const planned = changes.get(generation) ?? new Set()
    // Another array may be the same one.
    const own = [...refs]
    changes.set(generation, planned.add(own))
    changed += own.length
    if (changed > maxChanged) forget()
    return () => {
      planned.delete(own)
      if (planned.size === 0) changes.delete(generation)
    }
  }

  const write = async (plan: (reader: SqlReader) => Promise<PlannedWrite>): Promise<void> => {
    let takeBack = (): void => {}
    try {
      await driver.write(async (reader) => {
        const { statements, changedRefs } = await plan(reader)
        if (statements.length > 0 && changedRefs !== null) takeBack = willChange(changedRefs)
        return statements
      })
    } catch (error) {
      takeBack()
      throw error
    }
  }

  /** Null when it is not known what has changed since. */
  const changedSince = (from: number, to: number): Set<number> | null => {
    const refs = new Set<number>()
    for (let generation = from; generation < to; generation++) {
      const planned = changes.get(generation)
      if (planned === undefined) return null
      for (const some of planned) for (const ref of some) refs.add(ref)
    }
    return refs
  }

  const read = async (side: IndexSide): Promise<DocumentTable> => {
    for (;;) {
      const now = driver.generation
      const before = kept
      if (before?.table.side === side && before.generation === now) return before.table
      const refs = before?.table.side === side ? changedSince(before.generation, now) : null
      const rows = await readDocuments(driver, dialect, side, refs)
      // Else something was committed, or another search has been here, while the rows were read.
      if (driver.generation !== now || kept !== before) continue
      const table = refs !== null && before !== null ? before.table : new DocumentTable(side)
      for (const ref of refs ?? []) table.remove(ref)
      for (const row of rows) table.put(row)
      kept = { table, generation: now }
      for (const generation of changes.keys()) if (generation < now) changes.delete(generation)
      changed = 0
      return table
    }
  }

  return { write, read }
}

/** As lists, because thousands of rows cost more one by one; of these conversations only, or of all. */
async function readDocuments(
  driver: SqlDriver,
  { db, list, jsonArray }: Dialect,
  side: IndexSide,
  refs: ReadonlySet<number> | null,
): Promise<LivingDocument[]> {
  if (refs?.size === 0) return []
  const all = db
    .selectFrom(`search_documents_${side} as d`)
    .innerJoin('conversations as c', 'c.ref', 'd.conversation_ref')
  const some = refs === null ? all : all.where('c.ref', 'in', list([...refs]))
  const query = some.select((eb) => [
    jsonArray(eb.ref('d.docid')).as('docids'),
    jsonArray(eb.ref('c.ref')).as('refs'),
    jsonArray(eb.ref('c.id')).as('ids'),
    jsonArray(eb.ref('c.created_at')).as('created'),
    jsonArray(eb.ref('c.updated_at')).as('updated'),
  ])
  const [row] = await readAll(driver, query.compile())
  if (row === undefined) return []
  const created = JSON.parse(row.created) as number[]
  const updated = JSON.parse(row.updated) as number[]
  const ids = JSON.parse(row.ids) as string[]
  const conversations = JSON.parse(row.refs) as number[]
  return (JSON.parse(row.docids) as number[]).map((docid, index) => ({
    docid,
    ref: conversations[index] ?? 0,
    id: ids[index] ?? '',
    createdAt: created[index] ?? 0,
    updatedAt: updated[index] ?? 0,
  }))
}
