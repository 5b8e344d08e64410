import { type Kysely, sql } from 'kysely'
import type { IndexMerge, IndexSide } from './dialect'
import type { SqlReader } from './driver'
import type { Database } from './schema'
import { indexTable } from './sqlite-scores'
import { readAll } from './statements'

/** An index in fewer segments is quick enough. */
const fewSegments = 8

/** The largest segments are merged when those beside the largest are together more than this part of it, or so many. */
const worthwhileShare = 0.1
const mostLargest = 8

/** Blocks that one statement writes: 2 to 20 ms. More at a time would leave more free pages in the file. */
const blocksPerMerge = 16

interface Segment {
  level: number
  bytes: number
}

/**
 * Statement that merges a little of an index, null when that would gain too little. FTS4 looks every word up in each of
 * its segments, of which each write makes one; merged into one, a first sync's answer 10 to 30 % sooner. What it does
 * by itself with each write keeps writing quick, and leaves up to sixteen a level. See https://sqlite.org/fts3.html,
 * "merge". The largest segments are most of the index: they are left alone until there is much to add.
 */
export async function planMerge(
  reader: SqlReader,
  db: Kysely<Database>,
  side: IndexSide,
  isBegun: boolean,
): Promise<IndexMerge | null> {
  const table = indexTable(side)
  const query = sql<SegmentRow>`
    select level, start_block, end_block, length(root) as root_bytes from ${sql.table(`${table}_segdir`)}`
  const rows = await readAll(reader, query.compile(db))
  if (!isBegun && rows.length < fewSegments) return null
  if (!isWorthwhile(rows.map(toSegment))) return null
  return {
    statement: { sql: `INSERT INTO ${table} (${table}) VALUES ('merge=${blocksPerMerge},2')`, rows: [[]] },
    state: JSON.stringify(rows),
  }
}

interface SegmentRow {
  level: number
  start_block: number
  end_block: string | number
  root_bytes: number
}

/** Behind the number of its last block stands how many bytes are in its leaves, below zero while it is being written. */
function toSegment({ level, end_block, root_bytes }: SegmentRow): Segment {
  const [, leaves = 0] = String(end_block).split(' ')
  return { level, bytes: root_bytes + Math.abs(Number(leaves)) }
}

function isWorthwhile(segments: readonly Segment[]): boolean {
  const top = Math.max(...segments.map(({ level }) => level))
  const countAt = new Map<number, number>()
  for (const { level } of segments) countAt.set(level, (countAt.get(level) ?? 0) + 1)
  const isBelow = [...countAt].some(([level, count]) => level < top && count > 1)
  if (isBelow) return true
  const largest = segments.filter(({ level }) => level === top).map(({ bytes }) => bytes)
  const all = largest.reduce((sum, bytes) => sum + bytes, 0)
  const first = Math.max(...largest)
  return largest.length >= mostLargest || (largest.length > 1 && all - first > worthwhileShare * first)
}
