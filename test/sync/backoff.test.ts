import { describe, expect, it } from 'vitest'
import { IntercomApiError } from '../../src/domain/errors'
import { createBackoff } from '../../src/sync/backoff'
import { createTestTimers } from '../helpers/sync-timers'

const offline = new IntercomApiError('network', 'Intercom could not be reached.')
const refused = new IntercomApiError('unauthorised', 'The token was refused.')

function waits(backoff: ReturnType<typeof createBackoff>, error: IntercomApiError, times: number): number[] {
  return Array.from({ length: times }, () => {
    const { atMs, retryAtMs } = backoff.fail(error)
    return (retryAtMs - atMs) / 1_000
  })
}

describe('createBackoff', () => {
  it('waits 30 seconds, doubling to 15 minutes', () => {
    const backoff = createBackoff(createTestTimers())
    expect(waits(backoff, offline, 7)).toEqual([30, 60, 120, 240, 480, 900, 900])
  })

  it('begins anew after a success', () => {
    const backoff = createBackoff(createTestTimers())
    waits(backoff, offline, 4)
    backoff.succeed()
    expect(backoff.last()).toBeNull()
    expect(waits(backoff, offline, 1)).toEqual([30])
  })

  it('lets chance take off or add a fifth', () => {
    const timers = createTestTimers()
    expect(waits(createBackoff({ ...timers, random: () => 0 }), offline, 1)).toEqual([24])
    expect(waits(createBackoff({ ...timers, random: () => 0.75 }), offline, 1)).toEqual([33])
  })

  it('waits 15 minutes at once for a refused token', () => {
    expect(waits(createBackoff(createTestTimers()), refused, 1)).toEqual([900])
  })

  it('holds attempts back until the wait is over', () => {
    const timers = createTestTimers()
    const backoff = createBackoff(timers)
    backoff.fail(offline)
    timers.advance(29_999)
    expect(backoff.active()?.error).toBe(offline)
    timers.advance(1)
    expect(backoff.active()).toBeNull()
    expect(backoff.last()?.error).toBe(offline)
  })

  it('does not hold them back when the clock was set back', () => {
    const timers = createTestTimers()
    const backoff = createBackoff(timers)
    backoff.fail(offline)
    timers.advance(-3_600_000)
    expect(backoff.active()).toBeNull()
  })
  it('counts a failure long after the one before as a first one', () => {
    const timers = createTestTimers()
    const backoff = createBackoff(timers)
    expect(waits(backoff, offline, 4)).toEqual([30, 60, 120, 240])
    timers.advance((240 + 900) * 1_000)
    expect(waits(backoff, offline, 1)).toEqual([480])
    timers.advance((480 + 900) * 1_000 + 1)
    expect(waits(backoff, offline, 1)).toEqual([30])
  })

  it('frees attempts and begins anew when a failure is forgiven, and still tells of it', () => {
    const backoff = createBackoff(createTestTimers())
    waits(backoff, offline, 4)
    backoff.forgive()
    expect(backoff.active()).toBeNull()
    expect(backoff.last()?.error).toBe(offline)
    expect(waits(backoff, offline, 2)).toEqual([30, 60])
    expect(backoff.active()?.error).toBe(offline)
  })

  it('forgives no refused token', () => {
    const backoff = createBackoff(createTestTimers())
    backoff.fail(refused)
    backoff.forgive()
    expect(backoff.active()?.error).toBe(refused)
  })
})
