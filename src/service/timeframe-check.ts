import { AppError } from '../domain/errors'
import { parseTimeframe } from '../text/timeframe-words'

const daySeconds = 86_400

/**
 * Why the words name no timeframe, in a sentence; null when they can be read. For a form that is filled in before
 * anything is asked. The workspace's midnight is not known here, so a day that begins somewhere on earth
 * has begun.
 */
export function findTimeframeProblem(words: string, nowMs = Date.now()): string | null {
  try {
    parseTimeframe(words, { now: Math.floor(nowMs / 1000) + daySeconds, timezone: null })
    return null
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}
