import type { SentimentLabel } from '../../../src/text/sentiment'

export interface LabelledMessage {
  id: string
  text: string
  label: SentimentLabel
  split: 'tuning' | 'held_out'
}

/** The messages of test/sentiment/labelled-messages.ndjson. */
export function readLabelled(ndjson: string): LabelledMessage[] {
  return ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LabelledMessage)
}

export interface JudgedPair {
  label: SentimentLabel
  /** A label, or anything else for what was not judged. */
  judged: string
}

export const labels: readonly SentimentLabel[] = ['negative', 'neutral', 'positive']

/** Number of messages of each label (rows) that were judged so (columns). */
export function confusion(pairs: readonly JudgedPair[]): number[][] {
  return labels.map((label) =>
    labels.map((judged) => pairs.filter((pair) => pair.label === label && pair.judged === judged).length),
  )
}

/** Mean over the labels of the harmonic mean of precision and recall. */
export function macroF1(pairs: readonly JudgedPair[]): number {
  const scores = labels.map((label) => {
    const right = pairs.filter((pair) => pair.label === label && pair.judged === label).length
    const wrong = pairs.filter((pair) => (pair.label === label) !== (pair.judged === label)).length
    return right === 0 ? 0 : (2 * right) / (2 * right + wrong)
  })
  return scores.reduce((sum, score) => sum + score, 0) / labels.length
}
