import type { AnalysisAnswer, AnalysisRequest } from '../domain/analysis-answers'
import { readAnalysisQuestion, renewAnalysed } from '../queries/analysis/analysis-question'
import { analyzeConversations } from '../queries/analysis/analyze-conversations'
import type { NamedTimeframe } from '../queries/analysis/frames'
import type { AnswerCache } from '../queries/answer-cache'
import type { StoredTimes } from '../queries/stored-times'
import type { Store } from '../storage/port'
import type { FreshnessJudge } from './answer-freshness'

interface AnalysisSources {
  store: Store
  cache: AnswerCache
  times: StoredTimes
  freshness: FreshnessJudge
  /** Epoch seconds. */
  now: () => number
}

/**
 * Answers an analysis from what is stored, and has refreshed what is stale or missing behind its timeframe and behind
 * the one that it is compared with.
 */
export async function answerAnalysis(
  { store, cache, times, freshness, now }: AnalysisSources,
  request: AnalysisRequest,
): Promise<AnalysisAnswer> {
  const known = await freshness.known()
  const moment = now()
  // The workspace is read each time: the cache has to know the state of the data that everything was read from.
  const analysed = await cache.answer({
    read: async () => {
      const timezone = (await store.getWorkspace())?.timezone ?? null
      return readAnalysisQuestion(request, { now: moment, timezone }, times)
    },
    compute: async () =>
      analyzeConversations(store, request, { now: moment, workspace: await store.getWorkspace() }),
    renew: (found, question) => renewAnalysed(found, question, moment),
  })
  const { analysis_type, timeframe, comparedTo, conversations, body, definitions, notes } = analysed

  const stateOf = async (named: NamedTimeframe | null, matches?: number) => {
    const ground = { timeframe: named?.frame ?? null, timeField: 'created_at' as const }
    return freshness.state(ground, await freshness.refresh(ground), { known, matches })
  }
  const stated = await stateOf(timeframe, conversations)
  const then = comparedTo && (await stateOf(comparedTo))
  const answer = {
    analysis_type,
    timeframe: timeframe?.shown ?? null,
    compared_to: comparedTo && then && { ...comparedTo.shown, coverage: then.coverage, gaps: then.gaps },
    ...body,
    definitions,
    notes:
      then && then.coverage !== 'full'
        ? [...notes, `The time compared with is not whole: ${then.message}`]
        : notes,
    freshness: stated,
  }
  // `analyzeConversations` pairs each type with its own body.
  return answer as AnalysisAnswer
}
