import type { AnalysisGroup, Compared } from './analysis-answers'

/** What the analysis of sentiment answers. Counts are of conversations, scores from -1 to 1. */

export type SentimentCounts = {
  judged: number
  /** Without a customer's message that could be judged: another language, no text, or no thread stored. */
  not_judged: number
  negative: number
  neutral: number
  positive: number
  /** Over the judged. */
  mean: number | null
}

export type SentimentFigures = SentimentCounts & {
  /** Of the judged. */
  shares: { negative: number | null; neutral: number | null; positive: number | null }
  movement: SentimentMovement
}

/** From the first to the last customer message, over conversations with two or more that could be judged. */
export type SentimentMovement = {
  count: number
  first_mean: number | null
  last_mean: number | null
  improved: number
  worsened: number
}

export interface SentimentBody {
  totals: Compared<SentimentFigures>
  /** Oldest first, those without conversations included; `start` is a local day. */
  periods: ({ start: string } & SentimentCounts)[]
  most_negative: { id: string; url: string | null; score: number; passage: string }[]
  groups: AnalysisGroup<SentimentFigures>[]
}
