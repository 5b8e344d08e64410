import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { openSqljsDriver } from '../../../src/storage/sqljs/sqljs-driver'
import { uncontestedLock } from '../../helpers/sqljs'
import { createBatches, findOddRows, readBatchIds, writeBatch } from './batch-store'
import { VolatileFiles } from './volatile-files'

// Hundreds of openings: seconds on an idle machine, more beside other suites.
vi.setConfig({ testTimeout: 120_000 })

const path = '/data/data.db'
const inSnapshot = ['a', 'b', 'c']
const inJournal = ['d', 'e', 'f', 'g', 'h', 'i', 'j', 'k']

let disk: VolatileFiles
let journal: string
let content: Buffer
/** The bytes of each batch's record in the journal. */
let records: Buffer[]

const open = (files: VolatileFiles) => openSqljsDriver({ path, files, lock: uncontestedLock() })

beforeAll(async () => {
  disk = new VolatileFiles()
  const driver = await open(disk)
  await createBatches(driver)
  for (const id of inSnapshot) await writeBatch(driver, id)
  await driver.writeSnapshot()
  const ends = [(await driver.sizes()).journalBytes]
  for (const id of inJournal) {
    await writeBatch(driver, id)
    ends.push((await driver.sizes()).journalBytes)
  }
  await driver.close()
  // The tables are the store's second commit.
  journal = `${path}.journal.${inSnapshot.length + 2}`
  content = disk.read(journal) ?? Buffer.alloc(0)
  records = inJournal.map((_, index) => content.subarray(ends[index], ends[index + 1]))
})

function damagedDisk(file: string, damaged: Buffer): VolatileFiles {
  const files = disk.afterKill()
  files.remove(file)
  files.create(file, damaged)
  return files.afterKill()
}

type Damage = (bytes: Buffer) => Buffer

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const range = fc.tuple(share, share).map(([one, other]) => (one < other ? [one, other] : [other, one]))
const at = (bytes: Buffer, position: number): number => Math.floor(position * bytes.length)

const flips: fc.Arbitrary<Damage> = fc
  .array(fc.tuple(share, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 })
  .map((all) => (bytes) => {
    const damaged = Buffer.from(bytes)
    for (const [position, bits] of all) {
      const offset = at(bytes, position)
      damaged.writeUInt8(bytes.readUInt8(offset) ^ bits, offset)
    }
    return damaged
  })

/** What file systems leave of writes that never came: zeros, a hole closed up, something twice, an end cut off. */
const ranges: fc.Arbitrary<Damage> = fc
  .tuple(range, fc.constantFrom('zeros', 'gone', 'twice', 'cut'))
  .map(([[from = 0, to = 0], kind]) => (bytes) => {
    const [start, end] = [at(bytes, from), at(bytes, to)]
    if (kind === 'cut') return bytes.subarray(0, start)
    if (kind === 'gone') return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
    if (kind === 'twice') return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
    const damaged = Buffer.from(bytes)
    return damaged.fill(0, start, end)
  })

/** Whole records that stand twice, in a wrong place, or not at all. */
const wholeRecords: fc.Arbitrary<Damage> = fc
  .tuple(fc.nat(inJournal.length - 1), fc.nat(inJournal.length), fc.boolean())
  .map(([which, where, isMoved]) => (bytes) => {
    const record = records[which] as Buffer
    const others = isMoved ? records.filter((_, index) => index !== which) : records
    const header = bytes.subarray(0, bytes.length - Buffer.concat(records).length)
    return Buffer.concat([header, ...others.slice(0, where), record, ...others.slice(where)])
  })

describe('a journal damaged anywhere', () => {
  it('gives rows as they were up to the damage; whole records behind it are kept aside, and told', async () => {
    const all = [...inSnapshot, ...inJournal]
    const seen = { asBefore: 0, cut: 0, told: 0 }
    await fc.assert(
      fc.asyncProperty(fc.oneof(flips, ranges, wholeRecords), async (damage) => {
        const damaged = damage(content)
        const files = damagedDisk(journal, damaged)

        const driver = await open(files)

        const found = await readBatchIds(driver)
        expect(found).toEqual(all.slice(0, found.length))
        expect(found.length).toBeGreaterThanOrEqual(inSnapshot.length)
        expect(await findOddRows(driver, found)).toEqual([])
        const behind = records.slice(found.length - inSnapshot.length + 1)
        const isWholeBehind = behind.some((record) => damaged.includes(record))
        if (isWholeBehind) expect(driver.recovered).not.toBeNull()
        if (driver.recovered !== null) {
          expect(files.read(driver.recovered.setAside)?.equals(damaged)).toBe(true)
          expect(await driver.damagedFile()).toBe(driver.recovered.setAside)
          seen.told++
        } else if (found.length === all.length) seen.asBefore++
        else seen.cut++
        // And it is of use: what is written now is there next time, and nothing is told twice.
        await writeBatch(driver, 'next')
        const reopened = await open(files.afterPowerCut({ nameChanges: 0, appended: 0 }))
        expect(await readBatchIds(reopened)).toEqual([...found, 'next'])
        expect(reopened.recovered).toBeNull()
        await Promise.all([driver.close(), reopened.close()])
      }),
      { numRuns: 300 },
    )
    expect(Math.min(seen.asBefore, seen.cut, seen.told)).toBeGreaterThan(0)
  })
})

describe('a snapshot cut anywhere', () => {
  it('is set aside and told, or is the whole file', async () => {
    const whole = disk.read(path) ?? Buffer.alloc(0)
    await fc.assert(
      fc.asyncProperty(share, async (position) => {
        const truncated = whole.subarray(0, at(whole, position))
        const files = damagedDisk(path, truncated)

        const driver = await open(files)

        expect(driver.recovered).not.toBeNull()
        expect(files.read(driver.recovered?.setAside ?? '')?.equals(truncated)).toBe(true)
        const names = files.list('/data').filter((name) => name.includes('.damaged-'))
        const kept = names.map((name) => files.read(`/data/${name}`))
        expect(kept.some((bytes) => bytes?.equals(content))).toBe(true)
        expect(await readBatchIds(driver)).toEqual([])
        await createBatches(driver)
        await writeBatch(driver, 'next')
        await driver.close()
        const reopened = await open(files.afterKill())
        expect(await readBatchIds(reopened)).toEqual(['next'])
        await reopened.close()
      }),
      { numRuns: 60 },
    )
  })
})
