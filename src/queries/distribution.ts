import type { Distribution } from '../domain/analysis-answers'
import { selectAt } from '../domain/selection'

/**
 * Mean, exact median (of an even number the mean of the middle two) and 90th percentile by nearest rank: the smallest
 * value that at least nine tenths do not exceed. Rounded to thousandths.
 */
export function describeNumbers(values: readonly number[]): Distribution {
  const count = values.length
  if (count === 0) return { count, mean: null, median: null, p90: null }
  const numbers = Float64Array.from(values)
  let sum = 0
  for (const value of numbers) sum += value
  const middle = count >> 1
  // In rising order, so that each one searches only what lies behind the one before.
  const lower = count % 2 === 1 ? null : selectAt(numbers, middle - 1)
  const upper = selectAt(numbers, middle, lower === null ? 0 : middle)
  // Nine tenths in whole numbers: 0.9 is not exact, and 0.9 * 10 must be the ninth.
  const nineTenths = Math.ceil((count * 9) / 10) - 1
  return {
    count,
    mean: rounded(sum / count),
    median: rounded(lower === null ? upper : (lower + upper) / 2),
    p90: rounded(nineTenths > middle ? selectAt(numbers, nineTenths, middle + 1) : upper),
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
