import type { Distribution } from '../domain/analysis-answers'

/**
 * Mean, exact median (of an even number the mean of the middle two) and 90th percentile by nearest rank: the smallest
 * value that at least nine tenths do not exceed. Rounded to thousandths.
 */
export function describeNumbers(values: readonly number[]): Distribution {
  const count = values.length
  if (count === 0) return { count, mean: null, median: null, p90: null }
  const sorted = Float64Array.from(values).sort()
  const at = (index: number): number => sorted[index] ?? 0
  const middle = count >> 1
  let sum = 0
  for (const value of sorted) sum += value
  return {
    count,
    mean: rounded(sum / count),
    median: rounded(count % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2),
    // Nine tenths in whole numbers: 0.9 is not exact, and 0.9 * 10 must be the ninth.
    p90: rounded(at(Math.ceil((count * 9) / 10) - 1)),
  }
}

/** The mean alone. */
export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return rounded(values.reduce((sum, value) => sum + value, 0) / values.length)
}

/** `part` of `whole`, null of nothing. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole)
}

/** Thousandths are enough for a reader and hide what binary fractions add. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
