import { describe, expect, it } from 'vitest'
import { createSyncEngine } from '../../src/sync/engine'
import { aNeed } from '../../src/sync/need'
import { createSource } from '../helpers/source-in-memory'
import { createMemoryStore } from '../helpers/store-in-memory'
import { createTestTimers, quietLogger } from '../helpers/sync-timers'

const start = 1_700_000_000
const settings = { initialSyncDays: 30, syncDays: 7, backfillLimit: 100, overlapSeconds: 600 }

function setUp() {
  const { api, source } = createSource({ now: start })
  const memory = createMemoryStore()
  /** What a new process has: it remembers nothing but what is in the store. */
  const startProcess = () => {
    const timers = createTestTimers()
    const engine = createSyncEngine({ store: memory.store, api, settings, logger: quietLogger, timers })
    return (id: string) =>
      engine.run({ id, need: aNeed(), signal: new AbortController().signal, onProgress: () => {} })
  }
  const replyInTheSameSecond = (id: string) => source.conversations.get(id)?.replies.push('one more thing')
  return { source, memory, startProcess, replyInTheSameSecond }
}

describe('a reply in the second in which its thread was fetched', () => {
  it('is found by the next process, although updated_at does not tell of it', async () => {
    const { source, memory, startProcess, replyInTheSameSecond } = setUp()
    source.create('c1', start - 1)
    await startProcess()('run1')
    replyInTheSameSecond('c1')
    source.now += 60
    await startProcess()('run2')
    expect(memory.rows.get('c1')?.fetched.messages).toHaveLength(2)
  })

  it('is found although the first sync, which fetched the thread, never got to its end', async () => {
    const { source, memory, startProcess, replyInTheSameSecond } = setUp()
    source.create('c1', start - 1)
    source.create('c2', start - 100)
    source.beforeAnswer = async (request) => {
      if (source.countRequests('conversation') === 2 && request === 'conversation') throw new Error('killed')
    }
    await expect(startProcess()('run1')).rejects.toThrow('killed')
    expect(source.fetchedIds).toEqual(['c1'])
    source.beforeAnswer = async () => {}
    replyInTheSameSecond('c1')
    source.now += 60
    await startProcess()('run2')
    expect(memory.rows.get('c1')?.fetched.messages).toHaveLength(2)
  })

  it('does not make the next process fetch what nobody can have touched', async () => {
    const { source, startProcess } = setUp()
    source.create('c1', start - 100)
    await startProcess()('run1')
    source.now += 60
    await startProcess()('run2')
    expect(source.fetchedIds).toEqual(['c1'])
  })
})
