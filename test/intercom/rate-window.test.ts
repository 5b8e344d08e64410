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
    window.learn(seen(10, 80, 0), 0)
    expect(window.allowance(0, 19)).toBe(61)
  })

  it('believes the lowest count of a window, since answers overtake each other', () => {
    const window = createRateWindow()
    window.learn(seen(10, 98, 1), 1_000)
    window.learn(seen(10, 99, 1), 1_000)
    expect(window.allowance(1_000, 0)).toBe(98)
    expect(window.latest()).toEqual({ limit: 100, remaining: 98, resetAt: 10 })
  })

  it('sees what other programs use, and then allows a quarter of what remains at a time, but never nothing', () => {
    const window = createRateWindow()
    window.learn(seen(10, 99, 1), 1_000)
    window.learn(seen(10, 60, 2), 2_000)
    expect(window.allowance(2_000, 5)).toBe(10)
    window.learn(seen(10, 2, 3), 3_000)
    expect(window.allowance(3_000, 0)).toBe(1)
  })

  it('takes nothing for the use of others that may be its own and not answered yet', () => {
    const window = createRateWindow()
    window.learn(seen(10, 60, 1), 1_000)
    expect(window.allowance(1_000, 39)).toBe(21)
  })

  it('opens the window after a shared one with an eighth of the limit, and the one after that with all of it', () => {
    const window = createRateWindow()
    window.learn(seen(10, 60, 1), 1_000)
    window.allowance(1_000, 0)
    expect(window.allowance(10_030, 0)).toBe(12)
    window.learn(seen(20, 99, 10.1), 10_100)
    expect(window.allowance(10_100, 0)).toBe(24)
    expect(window.allowance(20_100, 0)).toBe(100)
  })

  it('knows its pace once it has seen how long a window is', () => {
    const window = createRateWindow()
    expect(window.pace()).toBeNull()
    window.learn(seen(10, 99, 6), 6_000)
    window.learn(seen(20, 99, 10), 10_000)
    expect(window.pace()).toBe(0.01)
  })

  it('is whole again a little after its end', () => {
    const window = createRateWindow()
    for (let remaining = 99; remaining >= 0; remaining -= 1) window.learn(seen(10, remaining, 4), 4_000)
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
    window.learn(seen(20, 99, 10), 10_000)
    window.learn(seen(10, 2, 10.1), 10_100)
    expect(window.allowance(10_100, 0)).toBe(99)
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
    window.learn(seen(30, 99, 20), 20_000)
    expect(window.allowance(20_000, 0)).toBe(99)
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
