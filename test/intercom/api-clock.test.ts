import { describe, expect, it } from 'vitest'
import { createApiClock } from '../../src/intercom/api-clock'

function aClock() {
  const local = { ms: 1_000_000 }
  return { local, clock: createApiClock(() => local.ms) }
}

const dateAt = (seconds: number) => new Date(seconds * 1000).toUTCString()

describe('the clock of the API', () => {
  it('is the local one before any answer', () => {
    expect(aClock().clock.nowMs()).toBe(1_000_000)
  })

  it('runs on from the last answer', () => {
    const { local, clock } = aClock()
    clock.learn(dateAt(5_000))
    local.ms += 2_500
    expect(clock.nowMs()).toBe(5_002_500)
  })

  it('gets sharper than a second, since each answer is only a lower bound', () => {
    const { local, clock } = aClock()
    clock.learn(dateAt(5_000))
    local.ms += 100
    clock.learn(dateAt(5_001))
    local.ms += 900
    clock.learn(dateAt(5_001))
    expect(clock.nowMs()).toBe(5_001_900)
  })

  it('follows when the local clock is set forward', () => {
    const { local, clock } = aClock()
    clock.learn(dateAt(5_000))
    local.ms += 3_600_000
    clock.learn(dateAt(5_010))
    expect(clock.nowMs()).toBe(5_010_000)
  })

  it('follows when the local clock is set back', () => {
    const { local, clock } = aClock()
    clock.learn(dateAt(5_000))
    local.ms -= 900_000
    clock.learn(dateAt(5_010))
    expect(clock.nowMs()).toBe(5_010_000)
  })

  it.each([null, '', 'yesterday'])('is not disturbed by the header %j', (header) => {
    const { clock } = aClock()
    clock.learn(header)
    expect(clock.nowMs()).toBe(1_000_000)
  })
})
