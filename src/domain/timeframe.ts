/**
 * Half-open intervals [start, end) of epoch seconds, and their arithmetic. A list of them is "merged" when it is
 * sorted, free of empty members, and neither overlapping nor touching.
 */
export interface Timeframe {
  start: number
  end: number
}

/** The common part of two timeframes, or null when they share no second. */
export function intersectTimeframes(a: Timeframe, b: Timeframe): Timeframe | null {
  const start = Math.max(a.start, b.start)
  const end = Math.min(a.end, b.end)
  return start < end ? { start, end } : null
}

/** Sorts, drops empty members, and joins those that overlap or touch. */
export function mergeTimeframes(frames: readonly Timeframe[]): Timeframe[] {
  const merged: Timeframe[] = []
  for (const frame of frames.filter((f) => f.start < f.end).toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last && frame.start <= last.end) last.end = Math.max(last.end, frame.end)
    else merged.push({ ...frame })
  }
  return merged
}

/** What of `whole` lies outside all of `covered`: merged, oldest first. */
export function subtractTimeframes(whole: Timeframe, covered: readonly Timeframe[]): Timeframe[] {
  const gaps: Timeframe[] = []
  let from = whole.start
  for (const frame of mergeTimeframes(covered)) {
    if (frame.end <= from) continue
    if (frame.start >= whole.end) break
    if (frame.start > from) gaps.push({ start: from, end: frame.start })
    from = frame.end
  }
  if (from < whole.end) gaps.push({ start: from, end: whole.end })
  return gaps
}
