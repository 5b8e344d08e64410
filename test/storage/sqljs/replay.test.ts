import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SqlStatement } from '../../../src/storage/driver'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { uncontestedLock } from '../../helpers/sqljs'
import { VolatileFiles } from './volatile-files'

const path = '/data/data.db'
const open = (files: VolatileFiles) => openSqljsDriver({ path, files, lock: uncontestedLock() })
const createNotes = { sql: 'create table notes (id integer primary key, text, bytes)', rows: [[]] }

const statement: fc.Arbitrary<SqlStatement> = fc.oneof(
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: 20 }),
        fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true })),
        fc.option(fc.uint8Array()),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((rows) => ({ sql: 'insert or replace into notes (id, text, bytes) values (?, ?, ?)', rows })),
  fc
    .integer({ min: 1, max: 20 })
    .map((id) => ({ sql: 'update notes set text = text || id where id < ?', rows: [[id]] })),
  fc.integer({ min: 1, max: 20 }).map((id) => ({ sql: 'delete from notes where id % ? = 0', rows: [[id]] })),
)

it('after any cut of the journal the store is as after its last whole record', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(statement, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      async (batches, cut, snapshotFirst) => {
        const files = new VolatileFiles()
        const driver = await open(files)
        await driver.write(() => [createNotes])
        if (snapshotFirst) await driver.writeSnapshot()
        const states = [
          { bytes: (await driver.sizes()).journalBytes, rows: await driver.all('select * from notes') },
        ]
        for (const batch of batches) {
          await driver.write(() => batch)
          states.push({
            bytes: (await driver.sizes()).journalBytes,
            rows: await driver.all('select * from notes'),
          })
        }
        const [first, last] = [states[0], states.at(-1)]
        if (first === undefined || last === undefined) throw new Error('no state')
        const length = first.bytes + Math.floor(cut * (last.bytes - first.bytes))
        const disk = files.afterKill()
        disk.truncate(`${path}.journal.${snapshotFirst ? 2 : 1}`, length)

        const reopened = await open(disk)
        const expected = states.findLast(({ bytes }) => bytes <= length)
        expect(await reopened.all('select * from notes')).toEqual(expected?.rows)
        expect(await reopened.sizes()).toMatchObject({ journalBytes: expected?.bytes })
        expect(reopened.recovered).toBeNull()
        await Promise.all([driver.close(), reopened.close()])
      },
    ),
    { numRuns: 80 },
  )
})
