import { describe, expect, it } from 'vitest'
import { createConcurrencyBound } from '../../src/intercom/concurrency-bound'

function answers(
  bound: ReturnType<typeof createConcurrencyBound>,
  count: number,
  latencyMs: number,
  kind = 'a',
) {
  for (let i = 0; i < count; i += 1) bound.onAnswer(kind, latencyMs, bound.current())
}

describe('the bound on concurrency', () => {
  it('doubles with each round while answers keep their speed, up to 64', () => {
    const bound = createConcurrencyBound()
    const seen = [bound.current()]
    for (const round of [4, 8, 16, 32, 64]) {
      answers(bound, round, 100)
      seen.push(bound.current())
    }
    expect(seen).toEqual([4, 8, 16, 32, 64, 64])
  })

  it('does not grow beyond what is used', () => {
    const bound = createConcurrencyBound()
    for (let i = 0; i < 50; i += 1) bound.onAnswer('a', 100, 1)
    expect(bound.current()).toBe(4)
  })

  it('shrinks while answers take much longer than usual', () => {
    const bound = createConcurrencyBound()
    answers(bound, 60, 100)
    expect(bound.current()).toBe(64)
    answers(bound, 300, 900)
    expect(bound.current()).toBeLessThan(45)
  })

  it('judges each kind of request by its own latency', () => {
    const bound = createConcurrencyBound()
    for (let i = 0; i < 60; i += 1) {
      bound.onAnswer('thread', 80, bound.current())
      bound.onAnswer('search', 8_000, bound.current())
    }
    expect(bound.current()).toBe(64)
  })

  it('is cut once for all requests that failed together', () => {
    const bound = createConcurrencyBound()
    answers(bound, 60, 100)
    for (let i = 0; i < 30; i += 1) bound.onTrouble(0.5)
    expect(bound.current()).toBe(32)
  })

  it('never falls below two', () => {
    const bound = createConcurrencyBound()
    for (let i = 0; i < 500; i += 1) bound.onTrouble(0.5)
    expect(bound.current()).toBe(2)
  })

  it('stays under a ceiling', () => {
    const bound = createConcurrencyBound()
    bound.setCeiling(8)
    answers(bound, 100, 100)
    expect(bound.current()).toBe(8)
  })
})
