import type { AnalysisAnswer, AnalysisRequest } from '../domain/analysis-answers'
import { analyzeConversations, type NamedTimeframe } from '../queries/analysis/analyze-conversations'
import type { Store } from '../storage/port'
import type { FreshnessJudge } from './answer-freshness'

interface AnalysisSources {
  store: Store
  freshness: FreshnessJudge
  /** Epoch seconds. */
  now: () => number
}

/**
 * Answers an analysis from what is stored, and has refreshed what is stale or missing behind its timeframe and behind
 * the one that it is compared with.
 */
export async function answerAnalysis(
  { store, freshness, now }: AnalysisSources,
  request: AnalysisRequest,
): Promise<AnalysisAnswer> {
  const known = await freshness.known()
  const workspace = await store.getWorkspace()
  const analysed = await analyzeConversations(store, request, { now: now(), workspace })
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
