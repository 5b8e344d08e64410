import * as v from 'valibot'
import { type AnalysisAnswer, analysisTypes, dimensions } from '../../domain/analysis-answers'
import { describeAnalysis } from '../analysis-text'
import { freshness, intervals, jsonObject } from '../answer-schemas'
import { briefTimeframe, listOf, oneOf, strictArguments, wholeNumber } from '../argument-schemas'
import { conversationFilters } from '../filter-schemas'
import { defineTool } from '../tool'

const input = strictArguments({
  analysis_type: oneOf(analysisTypes),
  timeframe: v.optional(briefTimeframe('As in search_conversations; by created_at.')),
  filters: v.optional(
    v.pipe(conversationFilters, v.metadata({ listedDepth: 0 }), v.description('As in search_conversations.')),
  ),
  dimensions: v.optional(
    v.pipe(
      listOf(oneOf(dimensions), `any of: ${dimensions.join(', ')}`),
      v.description('Break the figures down by these.'),
    ),
  ),
  compare_to: v.optional(briefTimeframe('"previous_period", or a timeframe.')),
  examples: v.optional(
    v.pipe(
      wholeNumber(0, 200),
      v.description('Of topic_analysis: conversations shown per topic; default 3.'),
    ),
  ),
})

const timeframeOf = { start: v.string(), end: v.string(), label: v.string() }

/** Totals and groups differ with the type; their shapes are declared in `domain/analysis-answers.ts`. */
const output = v.object({
  analysis_type: v.string(),
  timeframe: v.nullable(v.object(timeframeOf)),
  compared_to: v.nullable(
    v.object({ ...timeframeOf, coverage: v.picklist(['full', 'partial', 'none']), gaps: intervals }),
  ),
  totals: v.optional(jsonObject),
  groups: v.optional(v.array(jsonObject)),
  topics: v.optional(v.array(jsonObject)),
  other: v.optional(jsonObject),
  periods: v.optional(v.array(jsonObject)),
  most_negative: v.optional(v.array(jsonObject)),
  busiest: v.optional(jsonObject),
  remarks: v.optional(v.array(jsonObject)),
  remarks_total: v.optional(v.number()),
  definitions: v.record(v.string(), v.string()),
  notes: v.array(v.string()),
  freshness,
})

/** Figures over all conversations of a time. */
export const analyzeConversations = defineTool({
  name: 'analyze_conversations',
  title: 'Analyze conversations',
  description:
    'Computes figures over all conversations of a timeframe: performance_metrics (volume, response and closing times, resolution, reopenings, backlog, who waits longest), customer_satisfaction (ratings, CSAT, remarks), sentiment_trends (how customers feel, who is unhappiest), topic_analysis (what they write about, growth, examples), each with its definition, the count behind it, and on request per dimension and against another time. Use it for how many, how fast, how good. Next: search_conversations with the same filters shows the conversations.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input,
  output,
  async run(args, service, call) {
    const answer: AnalysisAnswer = await service.analyzeConversations(args, call)
    return { data: { ...answer }, text: describeAnalysis(answer) }
  },
})
