import { describe, expect, it } from 'vitest'
import { splitIntoChanges } from '../../src/sync/change-size'
import { aHit, aThread } from '../helpers/builders'

const sizes = (conversations: ReturnType<typeof aThread>[]) =>
  splitIntoChanges(conversations).map((change) => change.map((each) => each.messages.length))

const threads = (count: number, messages: number, characters = 10) =>
  Array.from({ length: count }, (_, n) =>
    aThread(
      { id: `${n}` },
      Array.from({ length: messages }, () => 'x'.repeat(characters)),
    ),
  )

describe('splitIntoChanges', () => {
  it('makes no change of nothing', () => {
    expect(splitIntoChanges([])).toEqual([])
  })

  it('puts at most 50 conversations into a change', () => {
    const hits = Array.from({ length: 120 }, (_, n) => aHit({ id: `${n}` }))
    expect(splitIntoChanges(hits).map((change) => change.length)).toEqual([50, 50, 20])
  })

  it('ends a change before it would hold more than 800 messages', () => {
    expect(sizes(threads(5, 300))).toEqual([[300, 300], [300, 300], [300]])
  })

  it('ends a change before it would hold more than 150,000 characters', () => {
    expect(sizes(threads(4, 10, 7_000))).toEqual([
      [10, 10],
      [10, 10],
    ])
  })

  it('gives a conversation that is larger than that a change of its own, and keeps it whole', () => {
    const [small, large] = [threads(1, 3), threads(1, 500, 2_000)]
    expect(sizes([...small, ...large, ...small, ...small])).toEqual([[3], [500], [3, 3]])
  })

  it('keeps the order', () => {
    const ids = splitIntoChanges(threads(130, 1)).flatMap((change) =>
      change.map((each) => each.conversation.id),
    )
    expect(ids).toEqual(Array.from({ length: 130 }, (_, n) => `${n}`))
  })
})
