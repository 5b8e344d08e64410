import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLivingDocuments } from '../../src/storage/living-documents'
import { migrate } from '../../src/storage/migrations'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import type { SqljsDriver } from '../../src/storage/sqljs/sqljs-driver'
import { createTextUpkeep, type TextUpkeepOptions } from '../../src/storage/text-upkeep'
import { createWriters } from '../../src/storage/writers'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

const dialect = createSqliteDialect()

/** A store of sixty conversations of which none has been judged, and its upkeep with these options. */
async function openUnjudged(options: Partial<TextUpkeepOptions> = {}, change: Partial<SqljsDriver> = {}) {
  const driver = await openTestDriver({ migrate: async (opened) => void (await migrate(opened, dialect)) })
  const sleep: TextUpkeepOptions['sleep'] = (_ms, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', resolve))
  const store = createSqlStore(driver, dialect, { sleep })
  await store.apply({
    conversations: Array.from({ length: 60 }, (_, n) => aThread({ id: `${n}` }, ['The kettle is broken.'])),
  })
  const errors: unknown[] = []
  const changed: SqljsDriver = Object.create(driver, {
    all: { value: driver.all.bind(driver) },
    write: { value: change.write ?? driver.write.bind(driver) },
  })
  const documents = createLivingDocuments(changed, dialect)
  const tools = { driver: changed, dialect, writers: createWriters(dialect.db), documents }
  const upkeep = createTextUpkeep(tools, {
    ...{
      isBusy: () => false,
      onError: (error) => void errors.push(error),
      sleep: () => nextTurn(),
      ...options,
    },
  })
  const countRows = async () => (await driver.all('select 1 from text_figures')).length
  return { driver, upkeep, errors, countRows }
}

describe('judging in the background', () => {
  it('waits while something else is being written', async () => {
    let turns = 0
    const { upkeep, countRows } = await openUnjudged({
      isBusy: () => turns < 4,
      sleep: async () => {
        turns += 1
        if (turns === 4) expect(await countRows()).toBe(0)
        await nextTurn()
      },
    })
    upkeep.start()
    await upkeep.settled()
    expect(await countRows()).toBe(60)
    // Three for nothing, two slices, and the look that finds nothing more.
    expect(turns).toBe(6)
  })

  it('writes nothing when nothing is left', async () => {
    const { driver, upkeep } = await openUnjudged()
    upkeep.start()
    await upkeep.settled()
    const { generation } = driver
    upkeep.start()
    await upkeep.settled()
    expect(driver.generation).toBe(generation)
  })

  it('tells of a failure and tries again when it is next started', async () => {
    let isFull = true
    const { driver, upkeep, errors, countRows } = await openUnjudged(
      {},
      {
        write: (build) => (isFull ? Promise.reject(new Error('The disk is full')) : driver.write(build)),
      },
    )
    upkeep.start()
    await upkeep.settled()
    expect(errors).toEqual([new Error('The disk is full')])
    expect((await upkeep.judge([1, 60, 61])).size).toBe(2)
    isFull = false
    upkeep.start()
    await upkeep.settled()
    expect(await countRows()).toBe(60)
  })

  it('stops between two writes', async () => {
    const { upkeep, countRows } = await openUnjudged()
    upkeep.start()
    while ((await countRows()) === 0) await nextTurn()
    await upkeep.stop()
    expect(await countRows()).toBe(50)
    upkeep.start()
    await upkeep.settled()
    expect(await countRows()).toBe(50)
  })
})
