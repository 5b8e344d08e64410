import type { Timeframe } from '../domain/timeframe'

export interface FittedWindow {
  /** The newest stretch of the window that holds at most `limit` conversations; null when there is none. */
  timeframe: Timeframe | null
  conversations: number
  /** The stretch that was left out and what it holds; null when the whole window fits. */
  rest: { timeframe: Timeframe; conversations: number } | null
}

const maxCounts = 6
/** Aim a little below the limit: history is seldom spread evenly, and a miss costs another request. */
const aim = 0.9

/**
 * Cuts a window down to its newest part so that at most `limit` conversations lie in it. One counting request when
 * it fits, else a few more, each aimed by the density that the one before found. The search itself is never stopped
 * half-way, because the part that it had read could then not be told if results came out of order.
 */
export async function fitToLimit(
  window: Timeframe,
  limit: number,
  count: (timeframe: Timeframe) => Promise<number>,
): Promise<FittedWindow> {
  const total = await count(window)
  if (total <= limit) return { timeframe: window, conversations: total, rest: null }
  let timeframe = window
  let conversations = total
  for (let counts = 1; counts < maxCounts && conversations > limit; counts += 1) {
    const length = Math.floor((timeframe.end - timeframe.start) * (limit / conversations) * aim)
    if (length < 1) break
    timeframe = { start: window.end - length, end: window.end }
    conversations = await count(timeframe)
  }
  if (conversations > limit) {
    return { timeframe: null, conversations: 0, rest: { timeframe: window, conversations: total } }
  }
  const rest = {
    timeframe: { start: window.start, end: timeframe.start },
    conversations: total - conversations,
  }
  return { timeframe, conversations, rest }
}
