import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SqlStatement, SqlValue } from '../../../src/storage/driver'
import {
  encodeHeader,
  encodeRecord,
  hasRecordBehind,
  hasRecords,
  readHeader,
  readRecord,
} from '../../../src/storage/sqljs/journal'

const header = encodeHeader({ storeId: 'store-1', snapshotSequence: 7, fence: 2, snapshotChecksum: 9 })

function aRecord(sequence: number, statements: SqlStatement[] = [{ sql: 'delete from notes', rows: [[]] }]) {
  return encodeRecord({ sequence, fence: 2, statements })
}

describe('a journal record', () => {
  it('is a length, a checksum and JSON', () => {
    const record = aRecord(8)
    const payload = '{"s":8,"n":2,"w":[["delete from notes",[[]]]]}'
    expect(record.readUInt32LE(0)).toBe(payload.length)
    expect(record.readUInt32LE(4)).toBe(416_779_248)
    expect(record.toString('utf8', 8)).toBe(payload)
  })

  it('brings every value back as it was', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noDefaultInfinity: true, noNaN: true }).map((number) => number + 0),
      fc.maxSafeInteger(),
      fc.constant(null),
      fc.uint8Array(),
    )
    const rows = fc.array(fc.array(value, { maxLength: 5 }), { maxLength: 5 })
    fc.assert(
      fc.property(fc.array(fc.record({ sql: fc.string(), rows })), (statements) => {
        const record = encodeRecord({ sequence: 3, fence: 1, statements })
        const read = readRecord(Buffer.concat([header, record]), header.length)
        expect(read?.end).toBe(header.length + record.length)
        expect(plain(read?.value.statements ?? [])).toEqual(plain(statements))
      }),
      { numRuns: 60 },
    )
  })

  it.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [true], [10n]])(
    'refuses %s, which JSON would change',
    (value) => {
      const statements = [{ sql: 'insert into notes values (?)', rows: [[value as unknown as SqlValue]] }]
      expect(() => encodeRecord({ sequence: 1, fence: 1, statements })).toThrow(TypeError)
    },
  )

  it('is not read when cut or changed at any byte', () => {
    const record = aRecord(8)
    for (let at = 0; at < record.length; at++) {
      expect(readRecord(record.subarray(0, at), 0)).toBeNull()
      const changed = Buffer.from(record)
      changed[at] = (changed[at] ?? 0) ^ 0x10
      expect(readRecord(changed, 0)).toBeNull()
    }
  })
})

// -0 is the one number that JSON changes; SQLite does not tell it from 0 either.
function plain(statements: readonly SqlStatement[]): unknown {
  return statements.map(({ sql, rows }) => [
    sql,
    rows.map((row) =>
      row.map((value) => (value instanceof Uint8Array ? [...value] : Object.is(value, -0) ? 0 : value)),
    ),
  ])
}

describe('the header', () => {
  it('names the store, the snapshot and the owner', () => {
    expect(readHeader(header)?.value).toEqual({
      ...{ storeId: 'store-1', snapshotSequence: 7, fence: 2, snapshotChecksum: 9 },
    })
  })

  it('is not taken from a record, nor a record from it', () => {
    expect(readHeader(aRecord(8))).toBeNull()
    expect(readRecord(header, 0)).toBeNull()
  })
})

describe('a broken record', () => {
  it('is damage when a whole one follows', () => {
    const journal = Buffer.concat([aRecord(8).subarray(0, 20), aRecord(9), Buffer.alloc(3)])
    expect(hasRecordBehind(journal, 0)).toBe(true)
  })

  it('is a torn tail when nothing whole follows', () => {
    const text = 'said {"s":9} and \\"s\\"'
    const torn = aRecord(8, [{ sql: 'insert into notes values (?)', rows: [[text], [text]] }]).subarray(0, -1)
    expect(hasRecordBehind(torn, 0)).toBe(false)
    expect(hasRecordBehind(Buffer.concat([torn, Buffer.alloc(4_096)]), 0)).toBe(false)
  })
})

describe('a journal', () => {
  it.each([
    ['nothing', Buffer.alloc(0), false],
    ['a torn header', header.subarray(0, 9), false],
    ['a header', header, false],
    ['a header and a torn record', Buffer.concat([header, aRecord(8).subarray(0, 12)]), false],
    ['a header and a record', Buffer.concat([header, aRecord(8)]), true],
    ['a torn header and a record', Buffer.concat([header.subarray(0, 20), aRecord(8)]), true],
  ])('of %s: whether it holds records', (_name, journal, expected) => {
    expect(hasRecords(journal)).toBe(expected)
  })
})
