import type { AnalysisType } from '../../domain/analysis-answers'
import type { Analysis } from './context'
import { analysePerformance } from './performance'
import { analyseSatisfaction } from './satisfaction'
import { analyseSentiment } from './sentiment-trends'
import { analyseTopics } from './topic-analysis'

/** Every analysis that can be asked for. */
export const analyses: { [Type in AnalysisType]: Analysis<Type> } = {
  performance_metrics: analysePerformance,
  customer_satisfaction: analyseSatisfaction,
  sentiment_trends: analyseSentiment,
  topic_analysis: analyseTopics,
}
