import { describe, expect, it } from 'vitest'
import type { Timeframe } from '../../src/domain/timeframe'
import { fitToLimit } from '../../src/sync/backfill-limit'

/** One conversation in each of these seconds. */
function counter(seconds: number[]) {
  const asked: Timeframe[] = []
  const count = async (timeframe: Timeframe): Promise<number> => {
    asked.push(timeframe)
    return seconds.filter((second) => timeframe.start <= second && second < timeframe.end).length
  }
  return { asked, count }
}
const everySecond = Array.from({ length: 1_000 }, (_, second) => second)
const window = { start: 0, end: 1_000 }

describe('fitToLimit', () => {
  it('takes the whole window after one count when it fits', async () => {
    const { asked, count } = counter(everySecond)
    expect(await fitToLimit(window, 1_000, count)).toEqual({
      timeframe: window,
      conversations: 1_000,
      rest: null,
    })
    expect(asked).toHaveLength(1)
  })

  it('takes the newest part that fits and says what is left', async () => {
    const { asked, count } = counter(everySecond)
    expect(await fitToLimit(window, 100, count)).toEqual({
      timeframe: { start: 910, end: 1_000 },
      conversations: 90,
      rest: { timeframe: { start: 0, end: 910 }, conversations: 910 },
    })
    expect(asked).toHaveLength(2)
  })

  it('aims again when history is denser at its end', async () => {
    const dense = [...Array(900).fill(990), 10, 20, 30]
    const { count } = counter(dense)
    const fitted = await fitToLimit(window, 500, count)
    expect(fitted.conversations).toBeLessThanOrEqual(500)
    expect(fitted.rest).not.toBeNull()
  })

  it('takes nothing when even the newest second holds too many', async () => {
    const { count } = counter(Array(900).fill(999))
    expect(await fitToLimit(window, 500, count)).toEqual({
      timeframe: null,
      conversations: 0,
      rest: { timeframe: window, conversations: 900 },
    })
  })

  it('takes nothing when nothing is left of the limit', async () => {
    const { count } = counter(everySecond)
    expect(await fitToLimit(window, 0, count)).toEqual({
      timeframe: null,
      conversations: 0,
      rest: { timeframe: window, conversations: 1_000 },
    })
  })
})
