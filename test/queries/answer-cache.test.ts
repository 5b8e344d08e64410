import { describe, expect, it } from 'vitest'
import { type AnswerCacheOptions, createAnswerCache } from '../../src/queries/answer-cache'
import { createDeferred } from '../mcp/connect'

/** A cache over data whose state and clock the test moves on. */
function createWorld(options: Partial<AnswerCacheOptions> = {}) {
  const store = { generation: 7 }
  const clock = { ms: 1_000 }
  const cache = createAnswerCache(store, { ttlSeconds: 300, nowMs: () => clock.ms, ...options })
  let computed = 0
  const ask = (key: string | null, text = 'answer') =>
    cache.answer({
      read: async () => ({ key }),
      compute: async () => {
        computed += 1
        return { text, number: computed }
      },
      renew: (found) => found,
    })
  return { store, clock, cache, ask, computed: () => computed }
}

describe('the cache of answers', () => {
  it('answers the same question from what it kept', async () => {
    const { ask, cache } = createWorld()
    expect(await ask('q')).toEqual({ text: 'answer', number: 1 })
    expect(await ask('q')).toEqual({ text: 'answer', number: 1 })
    expect(await ask('other')).toEqual({ text: 'answer', number: 2 })
    expect(cache.summary()).toEqual({ hits: 1, misses: 2 })
  })

  it('keeps nothing beyond a change of the data', async () => {
    const { ask, store } = createWorld()
    await ask('q')
    store.generation += 1
    expect((await ask('q')).number).toBe(2)
    expect((await ask('q')).number).toBe(2)
  })

  it('keeps nothing longer than its life', async () => {
    const { ask, clock } = createWorld({ ttlSeconds: 2 })
    await ask('q')
    clock.ms = 3_000
    expect((await ask('q')).number).toBe(1)
    clock.ms = 3_001
    expect((await ask('q')).number).toBe(2)
  })

  it('keeps and shares nothing with a life of 0', async () => {
    const { ask, cache } = createWorld({ ttlSeconds: 0 })
    expect((await Promise.all([ask('q'), ask('q')])).map(({ number }) => number)).toEqual([1, 2])
    expect((await ask('q')).number).toBe(3)
    expect(cache.summary()).toEqual({ hits: 0, misses: 0 })
  })

  it('does not keep the answer to a question without a key', async () => {
    const { ask } = createWorld()
    await ask(null)
    expect((await ask(null)).number).toBe(2)
  })

  it('gives every caller objects of its own', async () => {
    const { ask } = createWorld()
    const first = await ask('q')
    first.text = 'changed'
    const second = await ask('q')
    second.text = 'changed too'
    expect((await ask('q')).text).toBe('answer')
  })

  it('drops what was asked least lately when there are too many', async () => {
    const { ask } = createWorld({ maxAnswers: 2 })
    for (const key of ['a', 'b', 'a', 'c']) await ask(key)
    expect((await ask('a')).number).toBe(1)
    expect((await ask('b')).number).toBe(4)
  })

  it('drops what was asked least lately when it takes too many bytes, and counts wide characters twice', async () => {
    const { ask } = createWorld({ maxBytes: 3_000 })
    await ask('a', 'x'.repeat(1_000))
    await ask('b', 'x'.repeat(1_000))
    expect((await ask('a')).number).toBe(1)
    await ask('c', '退'.repeat(600))
    expect((await ask('b')).number).toBe(4)
    expect((await ask('c')).number).toBe(3)
  })

  it('does not keep what alone is too large', async () => {
    const { ask } = createWorld({ maxBytes: 3_000 })
    await ask('a')
    await ask('large', 'x'.repeat(3_000))
    expect((await ask('large', 'x'.repeat(3_000))).number).toBe(3)
    expect((await ask('a')).number).toBe(1)
  })
})

describe('a question that is being worked out', () => {
  function askSlowly({ cache }: ReturnType<typeof createWorld>) {
    const held = createDeferred<{ text: string }>()
    let begun = 0
    const ask = () =>
      cache.answer({
        read: async () => ({ key: 'slow' }),
        compute: () => {
          begun += 1
          return held.promise
        },
        renew: (found) => ({ text: `${found.text}, shared` }),
      })
    return { ask, held, begun: () => begun }
  }

  it('is worked out once for all who ask it meanwhile', async () => {
    const { ask, held, begun } = askSlowly(createWorld())
    const asked = [ask(), ask(), ask()]
    held.resolve({ text: 'found' })
    expect(await Promise.all(asked)).toEqual([
      { text: 'found' },
      { text: 'found, shared' },
      { text: 'found, shared' },
    ])
    expect(begun()).toBe(1)
  })

  it('is not shared with who asks after a change', async () => {
    const world = createWorld()
    const { ask, held, begun } = askSlowly(world)
    const first = ask()
    await Promise.resolve()
    world.store.generation += 1
    const second = ask()
    held.resolve({ text: 'found' })
    expect([await first, await second]).toEqual([{ text: 'found' }, { text: 'found' }])
    expect(begun()).toBe(2)
  })

  it('is not kept when the data changed meanwhile', async () => {
    const world = createWorld()
    const { ask, held, begun } = askSlowly(world)
    const first = ask()
    await new Promise((resolve) => setImmediate(resolve))
    expect(begun()).toBe(1)
    world.store.generation += 1
    held.resolve({ text: 'half of it old' })
    await first
    await ask()
    expect(begun()).toBe(2)
  })

  it('that fails, fails for all who share it and is asked anew by the next', async () => {
    const { cache, ask: askWell } = createWorld()
    const failing = () =>
      cache.answer({
        read: async () => ({ key: 'q' }),
        compute: async (): Promise<{ text: string; number: number }> => {
          throw new Error('no such team')
        },
        renew: (found) => found,
      })
    const outcomes = await Promise.allSettled([failing(), failing()])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await askWell('q')).text).toBe('answer')
  })

  it('whose data changes while it is being read is not kept', async () => {
    const { cache, store } = createWorld()
    let computed = 0
    const ask = (change: number) =>
      cache.answer({
        read: async () => {
          store.generation += change
          return { key: 'q' }
        },
        compute: async () => {
          computed += 1
          return { computed }
        },
        renew: (found) => found,
      })
    await ask(1)
    expect(await ask(0)).toEqual({ computed: 2 })
    expect(await ask(0)).toEqual({ computed: 2 })
  })
})

it('works out anew an answer that leads nowhere any more', async () => {
  const { cache } = createWorld()
  const question = {
    read: async () => ({ key: 'q' }),
    compute: async () => ({ cursor: 'gone' }),
    renew: (found: { cursor: string }) => found,
    isUsable: () => false,
  }
  await cache.answer(question)
  await cache.answer(question)
  expect(cache.summary()).toEqual({ hits: 0, misses: 2 })
})
