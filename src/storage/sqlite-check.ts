import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SqlReader } from './driver'

/** Enough to see what is wrong; a damaged file can have millions. */
const problemsPerTable = 5

/**
 * SQLite's own check of its pages and indexes, a table at a time, so that answers get their turn between them.
 * Returns what it finds in SQLite's words; nothing when all is well.
 */
export async function findSqliteDamage(reader: SqlReader, signal?: AbortSignal): Promise<string[]> {
  // A virtual table has no pages of its own; those of a full-text index are tables of their own names.
  const tables = await reader.all<{ name: string }>(
    "select name from sqlite_master where type = 'table' and rootpage > 0 order by name",
  )
  const problems: string[] = []
  for (const { name } of tables) {
    signal?.throwIfAborted()
    await nextTurn()
    const rows = await reader.all<Record<string, string>>(
      `pragma quick_check('${name.replaceAll("'", "''")}')`,
    )
    const found = rows.flatMap((row) => Object.values(row)).filter((word) => word !== 'ok')
    problems.push(...found.slice(0, problemsPerTable).map((problem) => `Table ${name}: ${problem}`))
  }
  return problems
}
