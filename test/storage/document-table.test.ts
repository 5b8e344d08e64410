import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DocumentTable } from '../../src/storage/document-table'

it('has the newest and the oldest in order, ties by id, whatever their times are', () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -10, max: 2 ** 40 }))
  const documents = fc.uniqueArray(fc.record({ id: fc.integer({ min: 0, max: 999 }), time }), {
    selector: ({ id }) => id,
    maxLength: 60,
  })
  fc.assert(
    fc.property(documents, fc.integer({ min: 1, max: 70 }), (some, count) => {
      const table = new DocumentTable('a')
      for (const [place, { id, time: createdAt }] of some.entries()) {
        table.put({ docid: place + 1, ref: place + 1, id: `${id}`, createdAt, updatedAt: -createdAt })
      }
      const docids = some.map((_, place) => place + 1)
      const byId = (a: { id: number }, b: { id: number }) => (`${a.id}` < `${b.id}` ? -1 : 1)
      const newest = some.toSorted((a, b) => b.time - a.time || byId(a, b)).map(({ id }) => `${id}`)
      const oldest = some.toSorted((a, b) => a.time - b.time || byId(a, b)).map(({ id }) => `${id}`)
      const idsOf = (found: readonly number[]) => found.map((docid) => table.idOf(docid))
      expect(idsOf(table.newest(docids, 'created_at', count))).toEqual(newest.slice(0, count))
      expect(idsOf(table.oldest(docids, 'created_at', count))).toEqual(oldest.slice(0, count))
      expect(idsOf(table.newest(docids, 'updated_at', count))).toEqual(oldest.slice(0, count))
    }),
  )
})
