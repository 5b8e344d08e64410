import { describe, expect, it } from 'vitest'
import { ConfigurationError, IntercomApiError } from '../../src/domain/errors'
import { createFetchQueue, type FetchQueueOptions } from '../../src/sync/fetch-queue'
import type { Timers } from '../../src/sync/timers'

interface Sleeper {
  durationMs: number
  wake(): void
}

/** A queue whose waits end when a test says so, and whose fetches are answered by it. */
function aQueue(options: Partial<FetchQueueOptions> = {}) {
  const sleepers: Sleeper[] = []
  const fetches: { id: string; resolve(): void; reject(error: unknown): void }[] = []
  const warnings: string[] = []
  const timers: Timers = {
    nowMs: () => 0,
    random: () => 0,
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) resolve()
        signal?.addEventListener('abort', () => resolve())
        sleepers.push({ durationMs, wake: resolve })
      }),
  }
  const queue = createFetchQueue({
    fetch: (id) => new Promise((resolve, reject) => fetches.push({ id, resolve, reject })),
    timers,
    logger: { debug() {}, info() {}, error() {}, warn: (message) => warnings.push(message) },
    ...options,
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return {
    queue,
    warnings,
    asked: () => fetches.map(({ id }) => id),
    waits: () => sleepers.map(({ durationMs }) => durationMs),
    /** Ends every wait that has begun. */
    async wake() {
      for (const { wake } of sleepers.splice(0)) wake()
      await settled()
    },
    async answer(n: number, error?: unknown) {
      if (error === undefined) fetches[n]?.resolve()
      else fetches[n]?.reject(error)
      await settled()
    },
  }
}

const down = new IntercomApiError('server', 'Intercom failed.')

describe('a conversation that is to be fetched', () => {
  it('is fetched once for all that is added within a moment', async () => {
    const { queue, asked, wake, waits } = aQueue()
    for (const id of ['1', '2', '1', '1']) queue.add(id)
    expect(waits()).toEqual([1_000, 1_000])
    expect(asked()).toEqual([])
    await wake()
    expect(asked()).toEqual(['1', '2'])
  })

  it('is fetched once more after the fetch during which it was added, however often that was', async () => {
    const { queue, asked, wake, answer } = aQueue()
    queue.add('1')
    await wake()
    queue.add('1')
    queue.add('1')
    await wake()
    expect(asked()).toEqual(['1'])
    await answer(0)
    await wake()
    expect(asked()).toEqual(['1', '1'])
    await answer(1)
    await wake()
    expect(asked()).toEqual(['1', '1'])
  })

  it('waits while four others are under way', async () => {
    const { queue, asked, wake, answer } = aQueue()
    for (const id of ['1', '2', '3', '4', '5', '6']) queue.add(id)
    await wake()
    expect(asked()).toEqual(['1', '2', '3', '4'])
    await answer(2)
    expect(asked()).toEqual(['1', '2', '3', '4', '5'])
  })

  it('is left to the next run when too many wait already, which is said once', async () => {
    const { queue, warnings } = aQueue({ mostConversations: 2 })
    expect(['1', '2', '3', '1', '4'].map(queue.add)).toEqual([true, true, false, true, false])
    expect(warnings).toHaveLength(1)
  })
})

describe('a fetch that fails', () => {
  it('is tried again ever later, and then left to the next run', async () => {
    const { queue, asked, wake, waits, answer, warnings } = aQueue()
    queue.add('1')
    await wake()
    for (const [n, wait] of [5_000, 30_000, 120_000].entries()) {
      await answer(n, down)
      expect(waits()).toEqual([wait])
      await wake()
    }
    expect(warnings).toEqual([])
    await answer(3, down)
    expect(waits()).toEqual([])
    expect(asked()).toHaveLength(4)
    expect(warnings).toEqual(['A conversation could not be fetched; the next sync brings it'])
    queue.add('1')
    await wake()
    expect(asked()).toHaveLength(5)
  })

  it('does not keep others waiting', async () => {
    const { queue, asked, wake, answer } = aQueue({ concurrency: 1 })
    queue.add('1')
    await wake()
    queue.add('2')
    await answer(0, down)
    await wake()
    expect(asked()).toContain('2')
  })

  it.each([
    ['deleted', new IntercomApiError('not_found', 'Gone.'), 0],
    ['refused', new IntercomApiError('unauthorised', 'No.'), 0],
    ['not to be had without a token', new ConfigurationError('No token.'), 1],
  ])('is not tried again when the conversation is %s', async (_, error, told) => {
    const { queue, wake, waits, answer, warnings } = aQueue()
    queue.add('1')
    await wake()
    await answer(0, error)
    expect(waits()).toEqual([])
    expect(warnings).toHaveLength(told)
  })
})

describe('stopping', () => {
  it('is over at once when nothing waits, and takes nothing more', async () => {
    const { queue } = aQueue()
    await queue.stop()
    expect(queue.add('1')).toBe(false)
  })

  it('fetches what waits without further delay, and is over when that is', async () => {
    const { queue, asked, wake, answer } = aQueue()
    queue.add('1')
    await wake()
    queue.add('1')
    queue.add('2')
    let isOver = false
    const stopped = queue.stop().then(() => {
      isOver = true
    })
    await answer(0)
    expect(asked()).toEqual(['1', '2', '1'])
    await answer(1)
    expect(isOver).toBe(false)
    await answer(2)
    await stopped
  })

  it('does not wait for what would be tried again later', async () => {
    const { queue, asked, wake, answer } = aQueue()
    queue.add('1')
    queue.add('2')
    await wake()
    await answer(0, down)
    const stopped = queue.stop()
    await answer(1, down)
    await stopped
    expect(asked()).toEqual(['1', '2'])
  })
})
