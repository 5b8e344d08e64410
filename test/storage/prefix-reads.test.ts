import { expect, it } from 'vitest'
import { migrate } from '../../src/storage/migrations'
import { readConversationIds, readCustomerEmails } from '../../src/storage/prefix-reads'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aContact, aHit } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

async function openStore() {
  const dialect = createSqliteDialect()
  const driver = await openTestDriver()
  await migrate(driver, dialect)
  return { driver, dialect, store: createSqlStore(driver, dialect) }
}

/** 600 conversations, the higher their number the later updated; each has a customer of its own. */
async function openFilledStore() {
  const opened = await openStore()
  const numbers = Array.from({ length: 600 }, (_, index) => index + 1)
  await opened.store.apply({
    conversations: numbers.map((number) =>
      aHit({ id: `${number}`, createdAt: 1000, updatedAt: 1000 + number, contactIds: [`c${number}`] }),
    ),
    contacts: numbers.map((number) => aContact({ id: `c${number}`, email: `Customer${number}@Example.com` })),
  })
  return opened
}

it('gives what was updated last first, and older ones behind it in their order', async () => {
  const { store } = await openFilledStore()
  // Of the ones that begin with 10, number 10 and 100 are not among the newest five hundred.
  expect(await store.listConversationIds({ prefix: '10', limit: 20 })).toEqual([
    ...['109', '108', '107', '106', '105', '104', '103', '102', '101', '10', '100'],
  ])
  expect(await store.listCustomerEmails({ prefix: 'customer10', limit: 20 })).toEqual([
    ...['customer109@example.com', 'customer108@example.com', 'customer107@example.com'],
    ...['customer106@example.com', 'customer105@example.com', 'customer104@example.com'],
    ...['customer103@example.com', 'customer102@example.com', 'customer101@example.com'],
    ...['customer100@example.com', 'customer10@example.com'],
  ])
  expect(await store.listConversationIds({ prefix: '', limit: 3 })).toEqual(['600', '599', '598'])
  expect(await store.listCustomerEmails({ prefix: 'CUSTOMER60', limit: 3 })).toEqual([
    ...['customer600@example.com', 'customer60@example.com'],
  ])
})

it('gives an address once, and none for customers without', async () => {
  const { store } = await openStore()
  await store.apply({
    conversations: [
      aHit({ id: '1', contactIds: ['a'] }),
      aHit({ id: '2', contactIds: ['b'] }),
      aHit({ id: '3', contactIds: ['c'] }),
    ],
    contacts: [
      aContact({ id: 'a', email: 'mira@example.com' }),
      aContact({ id: 'b', email: 'MIRA@example.com' }),
      aContact({ id: 'c', email: null }),
    ],
  })
  expect(await store.listCustomerEmails({ prefix: '', limit: 10 })).toEqual(['mira@example.com'])
  expect(await store.listCustomerEmails({ prefix: "m' or 1=1 --", limit: 10 })).toEqual([])
  expect(await store.listCustomerEmails({ prefix: 'm_ra', limit: 10 })).toEqual([])
})

it('reads by an index at every keystroke, never a whole table', async () => {
  const { driver, dialect } = await openFilledStore()
  const plans: string[] = []
  const explaining = {
    ...driver,
    all: async <Row>(sql: string, parameters: readonly (string | number | null | Uint8Array)[] = []) => {
      const steps = await driver.all<{ detail: string }>(`explain query plan ${sql}`, parameters as never)
      plans.push(...steps.map(({ detail }) => detail))
      return driver.all<Row>(sql, parameters as never)
    },
  }
  await readCustomerEmails(explaining as typeof driver, dialect, { prefix: 'customer', limit: 5 })
  await readConversationIds(explaining as typeof driver, dialect, { prefix: '1', limit: 5 })
  const scans = plans.filter((detail) => detail.startsWith('SCAN'))
  // The inner list is cut at its limit, and walked then.
  expect(scans.filter((detail) => !/^SCAN c$|USING INDEX conversations_by_updated_at/.test(detail))).toEqual(
    [],
  )
  expect(plans.join('\n')).toMatch(/SEARCH contacts USING INDEX contacts_by_email/)
  expect(plans.join('\n')).toMatch(
    /SEARCH conversations USING COVERING INDEX sqlite_autoindex_conversations_1/,
  )
})
