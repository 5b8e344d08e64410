import { describe, expect, it } from 'vitest'
import { createThreadWriter } from '../../src/sync/thread-writer'
import { aThread } from '../helpers/builders'

function aWriter() {
  const applied: number[][] = []
  const writer = createThreadWriter({
    apply: async ({ conversations = [], tombstones = [] }) => {
      applied.push([...conversations.map((each) => each.messages.length), ...tombstones.map(() => 0)])
    },
    onStored: () => {},
    // The timer never goes off: only fullness writes.
    timers: { sleep: () => new Promise(() => {}) },
  })
  return { writer, applied }
}

const aLongThread = (id: number, messages: number) =>
  aThread(
    { id: `${id}` },
    Array.from({ length: messages }, () => 'hello'),
  )

describe('createThreadWriter', () => {
  it('writes what has come before a thread that would make the change too large', async () => {
    const { writer, applied } = aWriter()
    for (const [id, messages] of [500, 250, 100, 500].entries()) await writer.add(aLongThread(id, messages))
    await writer.finish()
    expect(applied).toEqual([
      [500, 250],
      [100, 500],
    ])
  })

  it('writes 50 conversations and tombstones together at most', async () => {
    const { writer, applied } = aWriter()
    for (let id = 0; id < 60; id++) {
      if (id % 2 === 0) await writer.add(aLongThread(id, 1))
      else await writer.addDeleted({ conversationId: `${id}`, deletedAt: 1 })
    }
    await writer.finish()
    expect(applied.map((change) => change.length)).toEqual([50, 10])
  })

  it('reports a failed write to whoever adds or finishes', async () => {
    const writer = createThreadWriter({
      apply: async () => {
        throw new Error('disk full')
      },
      onStored: () => {},
      timers: { sleep: () => new Promise(() => {}) },
    })
    await writer.add(aLongThread(1, 1))
    await expect(writer.finish()).rejects.toThrow('disk full')
  })
})
