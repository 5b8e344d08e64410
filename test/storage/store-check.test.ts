import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

/** A store of three conversations, and a way to write past it. */
async function aStore() {
  const driver = await openTestDriver()
  const dialect = createSqliteDialect()
  await migrate(driver, dialect)
  const store = createSqlStore(driver, dialect)
  await store.apply({ conversations: ['1', '2', '3'].map((id) => aThread({ id })) })
  const tamper = (sql: string) => driver.write(() => [{ sql, rows: [[]] }])
  return { store, tamper }
}

describe('the check of a store', () => {
  it('finds nothing in one that is whole, and changes nothing', async () => {
    const { store } = await aStore()
    const before = store.generation
    expect(await store.findDamage()).toEqual([])
    expect(store.generation).toBe(before)
  })

  it.each([
    [
      'delete from conversation_details where conversation_ref = 2',
      '1 conversations lack the part of their row',
    ],
    ["update conversations set message_count = 9 where id = '2'", '1 conversations count another number'],
    ["delete from conversations where id = '3'", '2 messages belong to no conversation'],
    [
      'update messages set author_ref = 99 where key = (select max(key) from messages)',
      '1 messages have an author',
    ],
  ])('after "%s" says: %s', async (statement, words) => {
    const { store, tamper } = await aStore()
    await tamper(statement)
    expect(await store.findDamage()).toEqual([expect.stringContaining(words)])
  })

  it('hears what SQLite itself finds wrong in a table', async () => {
    const { store, tamper } = await aStore()
    // The table as it is declared no longer fits what its rows hold.
    await tamper('pragma writable_schema = on')
    await tamper(
      "update sqlite_master set sql = replace(sql, 'subject TEXT', 'subject TEXT NOT NULL') where name = 'conversations'",
    )
    await tamper('pragma schema_version = 999')
    expect(await store.findDamage()).toEqual([
      'Table conversations: NULL value in conversations.subject',
      'Table conversations: NULL value in conversations.subject',
      'Table conversations: NULL value in conversations.subject',
    ])
  })

  it('ends when it is aborted', async () => {
    const { store } = await aStore()
    await expect(store.findDamage(AbortSignal.abort(new Error('Enough')))).rejects.toThrow('Enough')
  })
})
