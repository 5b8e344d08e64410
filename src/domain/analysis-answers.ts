import type { Freshness, SearchRequest, TimeframeRequest } from './answers'
import type { SentimentBody } from './sentiment-answers'

/** What the analyses are asked and what they answer; see `answers.ts`. */

export const groupKinds = [
  ...(['day', 'week', 'month', 'hour', 'weekday', 'assignee', 'team', 'tag', 'priority', 'state'] as const),
] as const
export type GroupKind = (typeof groupKinds)[number]

export const aggregationMetrics = [
  ...(['count', 'avg_response_time', 'median_response_time', 'p90_response_time'] as const),
  ...(['resolution_rate', 'avg_rating'] as const),
] as const
export type AggregationMetric = (typeof aggregationMetrics)[number]

export interface AggregationRequest {
  /** Absent: one group of everything that matches. */
  group_by?: GroupKind
  /** Absent: the count alone. */
  metrics?: AggregationMetric[]
}

/** Response times are seconds of wall clock to the first reply, over `response_count` conversations. */
export interface AggregationGroup {
  key: string | null
  label: string
  count: number
  avg_response_time?: number | null
  median_response_time?: number | null
  p90_response_time?: number | null
  response_count?: number
  resolution_rate?: number | null
  avg_rating?: number | null
  rating_count?: number
}

/** What can be asked for; each has its body in `AnalysisBodies` and its function in `queries/analysis/analyses.ts`. */
export const analysisTypes = [
  ...(['performance_metrics', 'customer_satisfaction', 'sentiment_trends', 'topic_analysis'] as const),
] as const
export type AnalysisType = (typeof analysisTypes)[number]

export const dimensions = ['assignee', 'team', 'tag', 'priority', 'time_period'] as const
export type Dimension = (typeof dimensions)[number]

export interface AnalysisRequest {
  analysis_type: AnalysisType
  timeframe?: TimeframeRequest
  filters?: SearchRequest['filters']
  dimensions?: Dimension[]
  /** `previous_period`, or a timeframe. */
  compare_to?: TimeframeRequest
  /** Of topic_analysis: how many conversations are shown for each topic. */
  examples?: number
}

/** What each analysis answers besides the fields that all have. */
export interface AnalysisBodies {
  performance_metrics: PerformanceBody
  customer_satisfaction: SatisfactionBody
  sentiment_trends: SentimentBody
  topic_analysis: TopicBody
}

export type AnalysisAnswer = {
  [Type in AnalysisType]: { analysis_type: Type } & AnalysisFrame & AnalysisBodies[Type]
}[AnalysisType]

/** What every analysis says of its ground. */
interface AnalysisFrame {
  /** null: everything stored. */
  timeframe: AnalysedTimeframe | null
  compared_to: (AnalysedTimeframe & Pick<Freshness, 'coverage' | 'gaps'>) | null
  /** What each figure means, by its name. */
  definitions: Record<string, string>
  /** What the figures rest on or leave out, in sentences; mostly empty. */
  notes: string[]
  freshness: Freshness
}

/** In UTC; `label` in the workspace's time. */
export interface AnalysedTimeframe {
  start: string
  end: string
  label: string
}

/** Seconds or plain numbers, over `count` conversations. */
export interface Distribution {
  count: number
  mean: number | null
  median: number | null
  p90: number | null
}

/**
 * Figures, and with `compare_to` the same of the other time and the difference (now less then) under the same names,
 * null where either is missing.
 */
export type Compared<Figures> = Figures & {
  previous?: Partial<Figures>
  change?: Partial<Figures>
}

export type AnalysisGroup<Figures> = {
  dimension: Dimension
  /** null: of no assignee, team or tag. */
  key: string | null
  label: string
} & Compared<Figures>

/** Types and not interfaces, here and below, so that the tool's schema may take them for plain objects. */
export type PerformanceFigures = {
  volume: number
  first_response_seconds: Distribution
  office_hours_response_seconds: Distribution
  time_to_first_close_seconds: Distribution
  time_to_last_close_seconds: Distribution
  office_hours_first_close_seconds: Distribution
  office_hours_last_close_seconds: Distribution
  resolution_rate: number | null
  reopen_rate: number | null
  /** What `reopen_rate` is a share of. */
  ever_closed: number
  replies_per_conversation: Distribution
  /** Left out of the response times. */
  outbound_without_customer: number
  /** Without a stored thread, of which replies cannot be counted. */
  without_thread: number
}

export interface Backlog {
  /** null: not known. */
  open: number | null
  snoozed: number | null
  longest_waiting: WaitingConversation[]
}

interface WaitingConversation {
  id: string
  url: string | null
  waiting_since: string
  waiting_seconds: number
}

export interface PerformanceBody {
  totals: Compared<PerformanceFigures & { backlog: Backlog }>
  /** Busiest first, those without a conversation left out. */
  busiest: { hours: BusyTime[]; weekdays: BusyTime[] }
  groups: AnalysisGroup<PerformanceFigures & { backlog: Backlog }>[]
}

export interface BusyTime {
  key: string
  label: string
  count: number
}

export type SatisfactionFigures = {
  asked: number
  rated: number
  response_rate: number | null
  mean: number | null
  /** Share of 4 and 5 among the rated. */
  csat: number | null
  distribution: Record<'1' | '2' | '3' | '4' | '5', number>
}

export interface SatisfactionBody {
  totals: Compared<SatisfactionFigures>
  /** Lowest ratings first, newest first among equals. */
  remarks: { id: string; url: string | null; rating: number | null; remark: string }[]
  remarks_total: number
  groups: AnalysisGroup<SatisfactionFigures>[]
}

export interface TopicBody {
  /** Largest first. */
  topics: TopicFigures[]
  other: { count: number; share: number | null; previous_count: number | null }
}

export type TopicFigures = {
  label: string
  terms: string[]
  count: number
  /** Of all conversations analysed. */
  share: number | null
  /** Null when nothing is compared. */
  previous_count: number | null
  /** 0.5 is half as many again as before; null when there was none before. */
  growth: number | null
  /** Null when nothing was judged. */
  sentiment_mean: number | null
  first_response_seconds: Distribution
  examples: { id: string; snippet: string }[]
}
