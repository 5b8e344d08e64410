import type { AggregationRequest, AnalysisRequest } from '../../src/domain/analysis-answers'
import type { FigureName } from '../../src/storage/port'

/** A question about all conversations, and what a plain pass over their rows would have to look at. */
export interface AnalysisQuestion {
  what: string
  asks: { aggregation: AggregationRequest } | { analysis: AnalysisRequest }
  /** Columns by which a plain pass groups, and those of which it takes mean, median and p90. */
  keys: FigureName[]
  numbers: FigureName[]
  /** Whether the texts of the customers have to be judged for it. */
  ofTexts: boolean
}

const manyMetrics: AggregationRequest['metrics'] = [
  ...(['count', 'avg_response_time', 'median_response_time', 'p90_response_time'] as const),
  ...(['resolution_rate', 'avg_rating'] as const),
]

const times: FigureName[] = [
  ...(['firstResponseSeconds', 'officeResponseSeconds', 'officeFirstCloseSeconds'] as const),
  ...(['officeLastCloseSeconds', 'firstCloseAt', 'lastCloseAt', 'adminReplies'] as const),
]

const dimensions: AnalysisRequest['dimensions'] = ['assignee', 'team', 'tag', 'priority', 'time_period']
const keys: FigureName[] = ['assigneeId', 'teamId', 'tagIds', 'priority', 'createdAt']

/** Fewer days than there are, so that as many lie before. */
const lately = { timeframe: 'last 30 days', compare_to: 'previous_period' }

/** What a support lead asks for, in its dearest form. */
export const analysisQuestions: readonly AnalysisQuestion[] = [
  aggregate('assignee', 'assigneeId'),
  aggregate('tag', 'tagIds'),
  aggregate('day', 'createdAt'),
  aggregate('hour', 'createdAt'),
  analyse('performance_metrics, five dimensions', 'performance_metrics', { dimensions }),
  analyse('performance_metrics, five dimensions, compared', 'performance_metrics', { dimensions, ...lately }),
  analyse('customer_satisfaction, five dimensions', 'customer_satisfaction', { dimensions }),
  analyse('customer_satisfaction, compared', 'customer_satisfaction', lately),
  analyse('sentiment_trends, five dimensions', 'sentiment_trends', { dimensions }),
  analyse('sentiment_trends, compared', 'sentiment_trends', lately),
  analyse('topic_analysis', 'topic_analysis', {}),
  analyse('topic_analysis, compared', 'topic_analysis', lately),
]

function aggregate(group: AggregationRequest['group_by'], key: FigureName): AnalysisQuestion {
  return {
    what: `aggregation by ${group}, six metrics`,
    asks: { aggregation: { group_by: group, metrics: manyMetrics } },
    ...{ keys: [key], numbers: ['firstResponseSeconds', 'rating'], ofTexts: false },
  }
}

function analyse(
  what: string,
  type: AnalysisRequest['analysis_type'],
  more: Omit<AnalysisRequest, 'analysis_type'>,
): AnalysisQuestion {
  return {
    ...{ what, asks: { analysis: { analysis_type: type, ...more } } },
    keys: more.dimensions === undefined ? ['createdAt'] : keys,
    numbers: type === 'performance_metrics' ? times : ['rating'],
    ofTexts: type === 'sentiment_trends' || type === 'topic_analysis',
  }
}
