import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { warmUp, warmUpSoon } from '../../src/service/warm-up'
import { migrate } from '../../src/storage/migrations'
import type { Store } from '../../src/storage/port'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { aThread } from '../helpers/builders'
import { openTestDriver } from '../helpers/sqljs'

const now = () => 1_780_000_000

/** A store of a hundred conversations that says it has so many, and what was asked of it. */
async function openStore(conversations: number) {
  const dialect = createSqliteDialect()
  const driver = await openTestDriver({ migrate: async (opened) => void (await migrate(opened, dialect)) })
  const store = createSqlStore(driver, dialect)
  await store.apply({
    conversations: Array.from({ length: 100 }, (_, n) =>
      aThread({ id: `${n}`, createdAt: now() - n * 3600, updatedAt: now() }, ['Thank you for the kettle.']),
    ),
  })
  await store.upkeepDone()
  const asked: string[] = []
  const watched = new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        asked.push(String(name))
        if (name === 'getCounts') return store.getCounts().then((counts) => ({ ...counts, conversations }))
        return Reflect.apply(value, target, args) as unknown
      }
    },
  }) as Store
  return { store: watched, asked, generation: () => driver.generation }
}

it('asks questions of every kind about a large store, and changes nothing', async () => {
  const { store, asked, generation } = await openStore(40_000)
  const before = generation()
  let pauses = 0
  await warmUp(store, { signal: new AbortController().signal, now, sleep: async () => void pauses++ })
  expect(pauses).toBeGreaterThan(10)
  expect(asked.filter((name) => name === 'listFigures').length).toBeGreaterThan(10)
  expect(asked).toEqual(expect.arrayContaining(['searchConversations', 'pickMessages', 'getHits']))
  expect(generation()).toBe(before)
})

it('leaves a small store alone, and stops when it is told to', async () => {
  const small = await openStore(100)
  await warmUp(small.store, { signal: new AbortController().signal, now, sleep: async () => {} })
  expect(small.asked).toEqual(['getCounts'])

  const large = await openStore(40_000)
  const stopping = new AbortController()
  await warmUp(large.store, { signal: stopping.signal, now, sleep: async () => stopping.abort() })
  expect(large.asked).not.toContain('listFigures')
})

it('says when it cannot, and nothing of it goes on after it has been stopped', async () => {
  const { store, asked } = await openStore(40_000)
  const errors: unknown[] = []
  await warmUpSoon(store, { now, onError: (error) => errors.push(error) }).stop()
  await wait(20)
  expect(asked).toEqual([])
  const broken = { ...store, getCounts: () => Promise.reject(new Error('broken')) } as unknown as Store
  const { signal } = new AbortController()
  await expect(warmUp(broken, { signal, now })).rejects.toThrow('broken')
  expect(errors).toEqual([])
})
