import type { LimitedQuestion } from './need'
import type { Timers } from './timers'

const rememberedMs = 60 * 60_000
const maxQuestions = 10

export interface RecentQuestions {
  note(asked: LimitedQuestion): void
  /** Asked within the last hour, latest first. */
  list(): LimitedQuestion[]
}

/** Remembers which timeframes were asked about lately, so that background runs see to them first. */
export function createRecentQuestions({ nowMs }: Pick<Timers, 'nowMs'>): RecentQuestions {
  let questions: (LimitedQuestion & { atMs: number })[] = []
  return {
    note(asked) {
      // The same question asked again a minute later ends a minute later: one entry for each start is enough.
      const others = questions.filter(
        ({ timeframe, timeField }) =>
          timeframe.start !== asked.timeframe.start || timeField !== asked.timeField,
      )
      questions = [{ ...asked, atMs: nowMs() }, ...others].slice(0, maxQuestions)
    },
    list() {
      // Either way, lest a clock that was set back keep them for as long as it was set back.
      const isLately = (atMs: number): boolean => Math.abs(nowMs() - atMs) <= rememberedMs
      return questions.filter(({ atMs }) => isLately(atMs)).map(({ atMs: _atMs, ...question }) => question)
    },
  }
}
