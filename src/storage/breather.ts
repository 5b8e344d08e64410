import { setImmediate as nextTurn } from 'node:timers/promises'

/** Called between two pieces of a longer work: mostly does nothing, now and then lets others have the event loop. */
export type Breather = () => Promise<void>

/** Shorter than any answer takes notice of; a turn of the loop costs some microseconds. */
const defaultWorkMs = 8

/** A breather that gives way after so much work; the time counts from here. */
export function createBreather(
  workMs = defaultWorkMs,
  nowMs: () => number = () => performance.now(),
): Breather {
  let since = nowMs()
  return async () => {
    if (nowMs() - since < workMs) return
    await nextTurn()
    since = nowMs()
  }
}
