import { expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations'
import { createRecentTexts } from '../../src/storage/recent-texts'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

it('keeps the threads read last, no more than its bound, and none beyond a change', async () => {
  const dialect = createSqliteDialect()
  const driver = await openTestDriver({ migrate: async (opened) => void (await migrate(opened, dialect)) })
  const store = createSqlStore(driver, dialect)
  const ids = Array.from({ length: 201 }, (_, index) => `${index}`)
  await store.apply({ conversations: ids.map((id) => aThread({ id }, [`The kettle ${id} is broken.`])) })
  await store.upkeepDone()
  let reads = 0
  const texts = createRecentTexts(
    {
      get generation() {
        return driver.generation
      },
      all: (sql, parameters) => {
        reads += 1
        return driver.all(sql, parameters)
      },
    },
    dialect,
  )
  const readTwice = async (some: string[]) => {
    await texts.read(some)
    const before = reads
    const found = await texts.read(some)
    expect([...found.keys()].toSorted()).toEqual(some.toSorted())
    return reads - before
  }
  expect(await readTwice(ids.slice(0, 200))).toBe(0)
  await store.apply({ conversations: [aThread({ id: '0', updatedAt: 9_000_000_000 }, ['It works again.'])] })
  const changed = await texts.read(['0'])
  expect(changed.get('0')?.messages).toEqual(['It works again.'])
  await store.apply({ tombstones: [{ conversationId: 'unknown', deletedAt: 1 }] })
  expect(await readTwice(ids)).toBeGreaterThan(0)
})
