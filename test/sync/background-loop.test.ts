import { describe, expect, it } from 'vitest'
import { createBackgroundLoop } from '../../src/sync/background-loop'

const startMs = 1_700_000_000_000
const minute = 60_000

interface Watched {
  sleeps: number
  intervalMs: number
  /** How far the clock moves during a sleep: not by as much as was slept when a lid was closed or the clock was set. */
  moves?: (sleptMs: number, index: number) => number
  random?: number
}

/** Runs a loop until it has slept so many times; resolves to when its turns were, from the start. */
async function watchTurns({
  sleeps,
  intervalMs,
  moves = (ms) => ms,
  random = 0.5,
}: Watched): Promise<number[]> {
  const turns: number[] = []
  let nowMs = startMs
  let slept = 0
  await new Promise<void>((done) => {
    const loop = createBackgroundLoop({
      intervalMs,
      timers: {
        nowMs: () => nowMs,
        random: () => random,
        sleep: async (durationMs) => {
          nowMs += moves(durationMs, slept)
          slept += 1
          if (slept === sleeps) done(loop.stop())
        },
      },
      turn: async () => {
        turns.push((nowMs - startMs) / 1_000)
      },
    })
    loop.start()
    loop.start()
  })
  return turns
}

describe('createBackgroundLoop', () => {
  it('takes a turn soon and then one each interval', async () => {
    expect(await watchTurns({ sleeps: 6, intervalMs: 2 * minute })).toEqual([1, 121, 241])
  })

  it('comes a little earlier or later as chance has it', async () => {
    expect(await watchTurns({ sleeps: 6, intervalMs: 2 * minute, random: 0 })).toEqual([1, 109, 217])
    expect(await watchTurns({ sleeps: 8, intervalMs: 2 * minute, random: 0.75 })).toEqual([1, 127, 253])
  })

  it('takes one turn at once after the machine has slept for hours', async () => {
    const moves = (ms: number, index: number) => (index === 1 ? 5 * 3_600_000 : ms)
    expect(await watchTurns({ sleeps: 4, intervalMs: 10 * minute, moves })).toEqual([1, 18_001])
  })

  it('takes a turn when the clock is set back', async () => {
    const moves = (ms: number, index: number) => (index === 1 ? -3_600_000 : ms)
    expect(await watchTurns({ sleeps: 4, intervalMs: 10 * minute, moves })).toEqual([1, -3_599])
  })

  it('takes no turn when the interval is 0, and none after it was stopped', async () => {
    let turns = 0
    const turn = async () => {
      turns += 1
    }
    const timers = { nowMs: () => startMs, random: () => 0.5, sleep: async () => {} }
    const off = createBackgroundLoop({ intervalMs: 0, timers, turn })
    off.start()
    await off.stop()
    const stopped = createBackgroundLoop({ intervalMs: minute, timers, turn })
    await stopped.stop()
    stopped.start()
    await stopped.stop()
    expect(turns).toBe(0)
  })

  it('waits for the turn under way when it is stopped', async () => {
    let finishTurn = (): void => {}
    let ended = false
    const loop = createBackgroundLoop({
      intervalMs: minute,
      timers: { nowMs: () => startMs, random: () => 0.5, sleep: async () => {} },
      turn: async () => {
        await new Promise<void>((resolve) => {
          finishTurn = resolve
        })
        ended = true
      },
    })
    loop.start()
    await new Promise((resolve) => setImmediate(resolve))
    const stopping = loop.stop()
    expect(ended).toBe(false)
    finishTurn()
    await stopping
    expect(ended).toBe(true)
  })
})
