import { dirname } from 'node:path'
import type { SqlJs } from 'sql.js'
import type { SqlValue } from '../driver'
import { hasOurMark, headerBytes, isSqliteFile } from './file-header'
import type { FileLayer } from './file-layer'
import { MemoryDatabase } from './memory-database'

/**
 * This program had an ancestor in Python, which kept its data in `~/.fastintercom/data.db`. Its rows cannot be taken
 * over (it kept no whole threads), but how far back they reach says how much history its user wants.
 */
export interface AncestorData {
  path: string
  /** Epoch seconds from which on it has conversations; null when it has none. */
  since: number | null
}

/** Tables that together no other program has; the first versions had no sync_metadata. */
const ancestorTables = ['conversations', 'messages', 'sync_periods', 'sync_metadata']
const requiredTables = 3

/** What SQLite keeps beside a database that is, or was, open: it belongs to the file of that name. */
const companions = ['-wal', '-shm', '-journal']

/**
 * Reads the ancestor's data at `path` and changes nothing; null when there is none, or something else. Changes that
 * are still in its write-ahead log are not seen.
 */
export function readAncestor(sqlJs: SqlJs, files: FileLayer, path: string): AncestorData | null {
  const start = files.readStart(path, headerBytes)
  if (start === null || !isSqliteFile(start) || hasOurMark(start)) return null
  const bytes = files.read(path)
  if (bytes === null) return null
  // A file in WAL mode cannot be opened in memory.
  bytes.fill(1, 18, 20)
  let database: MemoryDatabase | null = null
  try {
    database = new MemoryDatabase(sqlJs, bytes)
    return isAncestor(database) ? { path, since: findStart(database) } : null
  } catch {
    // Damaged, so that nobody can say whose it is: it is refused like any foreign file.
    return null
  } finally {
    database?.close()
  }
}

/** Renames the ancestor's file, and what SQLite keeps beside it, to `<file>.python`, never over another. */
export function setAncestorAside(files: FileLayer, path: string): string {
  let target = ancestorPath(path, 1)
  for (let copy = 2; files.size(target) !== null; copy++) target = ancestorPath(path, copy)
  // The file last: cut short before that, the next start does it again and comes to the same name.
  for (const companion of companions) {
    if (files.size(`${path}${companion}`) !== null)
      files.rename(`${path}${companion}`, `${target}${companion}`)
  }
  files.rename(path, target)
  files.syncFolder(dirname(path))
  return target
}

/** The file of the ancestor that was set aside last and is still there; null for none. */
export function findAncestorAside(files: FileLayer, path: string): string | null {
  let found: string | null = null
  for (let copy = 1; files.size(ancestorPath(path, copy)) !== null; copy++) found = ancestorPath(path, copy)
  return found
}

function ancestorPath(path: string, copy: number): string {
  return copy === 1 ? `${path}.python` : `${path}.python-${copy}`
}

function isAncestor(database: MemoryDatabase): boolean {
  const tables = database.all<{ name: string }>("select name from sqlite_master where type = 'table'")
  const names = new Set(tables.map(({ name }) => name))
  if (names.has('store_meta') || !names.has('conversations') || !names.has('messages')) return false
  return ancestorTables.filter((name) => names.has(name)).length >= requiredTables
}

/** From its completed syncs, else from its conversations. */
function findStart(database: MemoryDatabase): number | null {
  const queries = [
    "select min(coverage_start_date) as start from sync_metadata where sync_status = 'completed'",
    'select min(start_timestamp) as start from sync_periods',
    'select min(created_at) as start from conversations',
  ]
  for (const query of queries) {
    const start = toEpoch(firstValue(database, query))
    if (start !== null) return start
  }
  return null
}

function firstValue(database: MemoryDatabase, query: string): SqlValue {
  try {
    return database.all<{ start: SqlValue }>(query)[0]?.start ?? null
  } catch {
    // Not all versions had every table and column.
    return null
  }
}

/** Of epoch seconds, or of a date that Python wrote: `2026-03-01`, `2026-03-01 10:00:00`, with or without a zone. */
function toEpoch(value: SqlValue): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? Math.floor(value) : null
  if (typeof value !== 'string') return null
  const text = value.trim().replace(' ', 'T')
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) && text.includes('T')
  const time = Date.parse(text.includes('T') && !hasZone ? `${text}Z` : text)
  return Number.isNaN(time) || time <= 0 ? null : Math.floor(time / 1000)
}
