import { crc32 } from 'node:zlib'
import type { SqlStatement, SqlValue } from '../driver'

/**
 * The journal holds what was committed since the snapshot, one record per commit:
 *
 *   [length u32 LE][crc32 of the payload u32 LE][payload: JSON, UTF-8]
 *
 * The first record is the header. Every payload starts with `{"s":`, which cannot occur inside JSON text (its
 * quotes would be escaped), so whole records are found again behind a damaged one.
 */
export interface JournalHeader {
  storeId: string
  /** The sequence inside the snapshot that this journal continues. */
  snapshotSequence: number
  fence: number
  /** `checksumSnapshot` of that snapshot; null when the journal was not begun together with it. */
  snapshotChecksum: number | null
}

export interface JournalRecord {
  sequence: number
  /** The lock's number when it was written: a record of an owner who was replaced has a lower one. */
  fence: number
  statements: SqlStatement[]
}

export type ReadResult<T> = { value: T; end: number } | null

const frameBytes = 8
const payloadStart = '{"s":'
const formatVersion = 1

type EncodedValue = string | number | null | { b: string }
interface EncodedRecord {
  s: number
  n: number
  /** Present when a value is binary, so that other records need no second look at each value. */
  b?: 1
  w: [sql: string, rows: EncodedValue[][]][]
}

export function encodeHeader(header: JournalHeader): Buffer {
  const { storeId, snapshotSequence, fence, snapshotChecksum } = header
  return frame(
    JSON.stringify({
      ...{ s: snapshotSequence, n: fence, store: storeId, journal: formatVersion },
      ...(snapshotChecksum === null ? {} : { sum: snapshotChecksum }),
    }),
  )
}

/** Throws a TypeError for a value that would not survive the journal (undefined, NaN, bigint, boolean). */
export function encodeRecord(record: JournalRecord): Buffer {
  const binary = record.statements.some((statement) => checkValues(statement))
  const encoded: EncodedRecord = {
    s: record.sequence,
    n: record.fence,
    ...(binary ? { b: 1 as const } : {}),
    w: record.statements.map(({ sql, rows }) => [
      sql,
      binary ? rows.map(encodeRow) : (rows as EncodedValue[][]),
    ]),
  }
  return frame(JSON.stringify(encoded))
}

/** The header at the start of a journal; null when it is torn, damaged or of another format. */
export function readHeader(journal: Buffer): ReadResult<JournalHeader> {
  const read = readPayload(journal, 0)
  if (read === null) return null
  const { s, n, store, journal: version, sum } = read.value as Record<string, unknown>
  if (version !== formatVersion || typeof s !== 'number' || typeof n !== 'number') return null
  if (typeof store !== 'string') return null
  const snapshotChecksum = typeof sum === 'number' ? sum : null
  return { value: { storeId: store, snapshotSequence: s, fence: n, snapshotChecksum }, end: read.end }
}

/** The record at `offset`; null when it is torn or damaged. */
export function readRecord(journal: Buffer, offset: number): ReadResult<JournalRecord> {
  const read = readPayload(journal, offset)
  if (read === null) return null
  const encoded = read.value as EncodedRecord
  if (typeof encoded.s !== 'number' || typeof encoded.n !== 'number' || !Array.isArray(encoded.w)) return null
  const statements = encoded.w.map(([sql, rows]) => ({
    sql,
    rows: encoded.b === 1 ? rows.map(decodeRow) : (rows as SqlValue[][]),
  }))
  return { value: { sequence: encoded.s, fence: encoded.n, statements }, end: read.end }
}

/**
 * Whether a whole record follows somewhere behind the broken one at `offset`. A crash only ever breaks the last
 * record, so a later whole one means damage.
 */
export function hasRecordBehind(journal: Buffer, offset: number): boolean {
  return findRecordBehind(journal, offset) !== null
}

/** Whether a journal holds a whole record besides its header, wherever. */
export function hasRecords(journal: Buffer): boolean {
  const start = readHeader(journal)?.end ?? 0
  return readRecord(journal, start) !== null || hasRecordBehind(journal, start)
}

/** The highest sequence among a journal's whole records, wherever they are; 0 when there is none. */
export function highestSequence(journal: Buffer): number {
  let highest = 0
  let offset: number | null = readHeader(journal)?.end ?? 0
  while (offset !== null) {
    const record = readRecord(journal, offset)
    highest = Math.max(highest, record?.value.sequence ?? 0)
    offset = record === null ? findRecordBehind(journal, offset) : record.end
  }
  return highest
}

function findRecordBehind(journal: Buffer, offset: number): number | null {
  let found = journal.indexOf(payloadStart, offset + frameBytes + 1)
  while (found !== -1) {
    if (readPayload(journal, found - frameBytes) !== null) return found - frameBytes
    found = journal.indexOf(payloadStart, found + 1)
  }
  return null
}

function frame(json: string): Buffer {
  // Three bytes a unit of UTF-16 is the most. Measuring first would read all of it twice; pages that are not written
  // to take no memory.
  const room = Buffer.allocUnsafe(frameBytes + 3 * json.length)
  const length = room.write(json, frameBytes)
  const bytes = room.subarray(0, frameBytes + length)
  bytes.writeUInt32LE(length, 0)
  bytes.writeUInt32LE(crc32(bytes.subarray(frameBytes)), 4)
  return bytes
}

function readPayload(journal: Buffer, offset: number): ReadResult<unknown> {
  const start = offset + frameBytes
  if (offset < 0 || start > journal.length) return null
  const end = start + journal.readUInt32LE(offset)
  if (end > journal.length) return null
  const payload = journal.subarray(start, end)
  if (crc32(payload) !== journal.readUInt32LE(offset + 4)) return null
  const text = payload.toString()
  if (!text.startsWith(payloadStart)) return null
  return { value: JSON.parse(text), end }
}

// Returns whether one of the values is binary.
function checkValues({ sql, rows }: SqlStatement): boolean {
  let binary = false
  for (const row of rows) {
    for (const value of row) {
      if (typeof value === 'string' || value === null) continue
      if (typeof value === 'number' && Number.isFinite(value)) continue
      if (!(value instanceof Uint8Array)) throw new TypeError(`Not a SQL value: ${String(value)}, in: ${sql}`)
      binary = true
    }
  }
  return binary
}

function encodeRow(row: readonly SqlValue[]): EncodedValue[] {
  return row.map((value) =>
    value instanceof Uint8Array
      ? { b: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
      : value,
  )
}

function decodeRow(row: readonly EncodedValue[]): SqlValue[] {
  return row.map((value) =>
    typeof value === 'object' && value !== null ? Buffer.from(value.b, 'base64') : value,
  )
}
