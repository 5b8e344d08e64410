import { describe, expect, it } from 'vitest'
import { createRateWindow, type SeenRateLimit } from '../../src/intercom/rate-window'

/** A header of a window that ends at `resetAt`, seen at second `at`. */
function seen(resetAt: number, remaining: number, at: number): SeenRateLimit {
  return { limit: 100, remaining, resetAt, endsInMs: (resetAt - at) * 1000 }
}

describe('the window of the rate limit', () => {
  it('allows anything while nothing is known', () => {
    expect(createRateWindow().allowance(0, 5)).toBe(Number.POSITIVE_INFINITY)
  })

  it('allows what remains less what is not answered yet', () => {
    const window = createRateWindow()
    window.learn(seen(10, 40, 0), 0)
    expect(window.allowance(0, 15)).toBe(25)
  })

  it('believes the lowest count of a window, since answers overtake each other', () => {
    const window = createRateWindow()
    window.learn(seen(10, 30, 1), 1_000)
    window.learn(seen(10, 35, 1), 1_000)
    expect(window.allowance(1_000, 0)).toBe(30)
    expect(window.latest()).toEqual({ limit: 100, remaining: 30, resetAt: 10 })
  })

  it('sees what other programs use', () => {
    const window = createRateWindow()
    window.learn(seen(10, 90, 1), 1_000)
    window.learn(seen(10, 3, 2), 2_000)
    expect(window.allowance(2_000, 0)).toBe(3)
  })

  it('is whole again a little after its end', () => {
    const window = createRateWindow()
    window.learn(seen(10, 0, 4), 4_000)
    expect(window.endsAt()).toBe(10_030)
    expect(window.allowance(10_029, 0)).toBe(0)
    expect(window.allowance(10_030, 8)).toBe(92)
  })

  it('takes the next window from the first answer that names it', () => {
    const window = createRateWindow()
    window.learn(seen(10, 0, 9), 9_000)
    window.learn(seen(20, 99, 9.9), 9_900)
    expect(window.allowance(9_900, 0)).toBe(99)
  })

  it('ignores an answer of the window before', () => {
    const window = createRateWindow()
    window.learn(seen(20, 80, 10), 10_000)
    window.learn(seen(10, 2, 10.1), 10_100)
    expect(window.allowance(10_100, 0)).toBe(80)
  })

  it('counts an answer without headers', () => {
    const window = createRateWindow()
    window.learn(seen(10, 2, 0), 0)
    window.learn(null, 0)
    expect(window.allowance(0, 0)).toBe(1)
  })

  it('waits no longer than a minute for an end that is days off', () => {
    const window = createRateWindow()
    window.learn(seen(500_000, 0, 0), 0)
    expect(window.endsAt()).toBe(60_000)
    expect(window.allowance(60_000, 0)).toBe(100)
  })

  it('does not wait for an end that has passed', () => {
    const window = createRateWindow()
    window.learn(seen(10, 0, 4_000), 0)
    expect(window.endsAt()).toBeNull()
    expect(window.allowance(0, 0)).toBe(100)
  })

  it('starts again when the resets jump back, once the present window has ended', () => {
    const window = createRateWindow()
    window.learn(seen(500_000, 50, 499_990), 0)
    window.learn(seen(30, 7, 20), 20_000)
    expect(window.allowance(20_000, 0)).toBe(7)
  })

  it('allows nothing more once it has been exceeded', () => {
    const window = createRateWindow()
    window.learn(seen(10, 40, 0), 0)
    window.exhaust()
    expect(window.allowance(0, 0)).toBe(0)
  })

  it('lets a single request through under a limit of nought', () => {
    const window = createRateWindow()
    window.learn({ limit: 0, remaining: 0, resetAt: 10, endsInMs: 0 }, 0)
    expect(window.allowance(100, 0)).toBe(1)
  })
})
