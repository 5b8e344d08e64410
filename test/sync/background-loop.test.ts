import { describe, expect, it } from 'vitest'
import { createBackgroundLoop } from '../../src/sync/background-loop'

const startMs = 1_700_000_000_000
const minute = 60_000
const hour = 60 * minute

interface Watched {
  /** The loop is stopped when it has slept so often. */
  sleeps: number
  intervalMs: number
  /** How far the clock moves during a sleep: not by as much as was slept when a lid was closed or the clock was set. */
  moves?: (sleptMs: number, index: number) => number
  /** What a turn asks for, and how far the clock moves under it. */
  turn?: (index: number, moveClock: (ms: number) => void) => number | null
  random?: number
}

/** Runs a loop until it has slept so many times; resolves to when its turns were, in seconds from the start. */
async function watchTurns(options: Watched): Promise<{ turns: number[]; jumps: number[] }> {
  const { sleeps, intervalMs, moves = (ms) => ms, turn = () => null, random = 0.5 } = options
  const turns: number[] = []
  const jumps: number[] = []
  let nowMs = startMs
  let slept = 0
  const seconds = () => (nowMs - startMs) / 1_000
  const moveClock = (ms: number) => {
    nowMs += ms
  }
  await new Promise<void>((done) => {
    const loop = createBackgroundLoop({
      intervalMs,
      timers: {
        nowMs: () => nowMs,
        random: () => random,
        sleep: async (durationMs) => {
          moveClock(moves(durationMs, slept))
          slept += 1
          if (slept === sleeps) done(loop.stop())
        },
      },
      turn: async () => {
        turns.push(seconds())
        return turn(turns.length - 1, moveClock)
      },
      onJump: () => jumps.push(seconds()),
    })
    loop.start()
    loop.start()
  })
  return { turns, jumps }
}

describe('createBackgroundLoop', () => {
  it('takes a turn soon and then one each interval', async () => {
    const { turns, jumps } = await watchTurns({ sleeps: 10, intervalMs: minute })
    expect(turns).toEqual([1, 61, 121])
    expect(jumps).toEqual([])
  })

  it('comes a little earlier or later as chance has it', async () => {
    const early = await watchTurns({ sleeps: 10, intervalMs: minute, random: 0 })
    expect(early.turns).toEqual([1, 55, 109])
    const late = await watchTurns({ sleeps: 12, intervalMs: minute, random: 0.75 })
    expect(late.turns).toEqual([1, 64, 127])
  })

  it('takes one turn at once after the machine has slept for hours', async () => {
    const moves = (ms: number, index: number) => (index === 3 ? 5 * hour : ms)
    const { turns, jumps } = await watchTurns({ sleeps: 6, intervalMs: 10 * minute, moves })
    expect(turns).toEqual([1, 18_031])
    expect(jumps).toEqual([18_031])
  })

  it('takes a turn after a short sleep too, although the interval is not over', async () => {
    const moves = (ms: number, index: number) => (index === 1 ? 2 * minute : ms)
    const { turns } = await watchTurns({ sleeps: 4, intervalMs: 60 * minute, moves })
    expect(turns).toEqual([1, 121])
  })

  it('takes no turn because a timer comes some seconds late', async () => {
    const moves = (ms: number, index: number) => (index === 1 ? ms + 20_000 : ms)
    const { turns, jumps } = await watchTurns({ sleeps: 4, intervalMs: 10 * minute, moves })
    expect(turns).toEqual([1])
    expect(jumps).toEqual([])
  })

  it('takes a turn when the clock is set back, and then goes on by the interval', async () => {
    const moves = (ms: number, index: number) => (index === 1 ? -hour : ms)
    const { turns, jumps } = await watchTurns({ sleeps: 7, intervalMs: minute, moves })
    expect(turns).toEqual([1, -3_599, -3_539])
    expect(jumps).toEqual([-3_599])
  })

  it('takes the next turn at once when a night has passed under one, or the clock was set back', async () => {
    const turn = (index: number, moveClock: (ms: number) => void) => {
      if (index === 0) moveClock(8 * hour)
      if (index === 1) moveClock(-3 * hour)
      return null
    }
    const { turns } = await watchTurns({ sleeps: 4, intervalMs: 10 * minute, turn })
    expect(turns).toEqual([1, 28_801, 18_001])
  })

  it('comes again when a turn asks for it, sooner or later than the interval', async () => {
    const asked = [30_000, 20 * minute, null]
    const { turns } = await watchTurns({
      ...{ sleeps: 84, intervalMs: 5 * minute },
      turn: (index) => asked[index] ?? null,
    })
    expect(turns).toEqual([1, 31, 1_231])
  })

  it('counts what a turn asks for from the end of the turn, and leaves a moment at least', async () => {
    const turn = (_index: number, moveClock: (ms: number) => void) => {
      moveClock(10_000)
      return -5
    }
    const { turns } = await watchTurns({ sleeps: 4, intervalMs: 5 * minute, turn })
    expect(turns).toEqual([1, 12, 23])
  })

  it('takes its first turn when it is told to', async () => {
    const turns: number[] = []
    const loop = createBackgroundLoop({
      ...{ intervalMs: minute, firstTurnAfterMs: 0 },
      timers: {
        ...{ nowMs: () => startMs, random: () => 0.5 },
        sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
      },
      turn: async () => {
        turns.push(0)
        return null
      },
    })
    loop.start()
    await new Promise((resolve) => setImmediate(resolve))
    await loop.stop()
    expect(turns).toEqual([0])
  })

  it('takes no turn when the interval is 0, and none after it was stopped', async () => {
    let turns = 0
    const turn = async () => {
      turns += 1
      return null
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
      ...{ intervalMs: minute, firstTurnAfterMs: 0 },
      timers: { nowMs: () => startMs, random: () => 0.5, sleep: async () => {} },
      turn: async () => {
        await new Promise<void>((resolve) => {
          finishTurn = resolve
        })
        ended = true
        return null
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
