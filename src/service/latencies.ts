/** How long answers took, for the status. */
export interface Latencies {
  /** Runs a call and takes its time, also when it fails. */
  measure<Answer>(call: () => Promise<Answer>): Promise<Answer>
  /** Of all calls so far the number, of the latest ones the percentiles (nearest rank); null before any. */
  summary(): { count: number; latency_ms: { p50: number; p95: number } | null }
}

/** Enough for steady percentiles of an afternoon, small enough to sort whenever somebody asks. */
const keptCalls = 1_000

/** `nowMs` is any clock that only goes forward. */
export function createLatencies(nowMs: () => number = () => performance.now()): Latencies {
  const kept: number[] = []
  let count = 0
  return {
    async measure(call) {
      const startedMs = nowMs()
      try {
        return await call()
      } finally {
        kept[count % keptCalls] = nowMs() - startedMs
        count += 1
      }
    },
    summary() {
      if (count === 0) return { count, latency_ms: null }
      const sorted = kept.toSorted((a, b) => a - b)
      return { count, latency_ms: { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) } }
    },
  }
}

function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(sorted.length * share))
  return Math.round((sorted[rank - 1] ?? 0) * 10) / 10
}
