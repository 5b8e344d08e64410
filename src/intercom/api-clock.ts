export interface ApiClock {
  /** Milliseconds since the epoch as Intercom's servers count them; the local clock before any answer. */
  nowMs(): number
  /** Takes the `Date` header of an answer that has just come in. */
  learn(dateHeader: string | null): void
}

/**
 * `Date` is cut to whole seconds and stamped before the answer travels, so each one says only that Intercom's clock
 * is at least that far. The highest of several is the sharpest; one that falls further behind than this means that
 * the local clock was set, and counts instead of what was known.
 */
const spreadMs = 2_000

/** Carries Intercom's clock forward on the local one, so that a local clock set wrongly does no harm. */
export function createApiClock(localNowMs: () => number): ApiClock {
  let offsetMs: number | null = null
  return {
    nowMs: () => localNowMs() + (offsetMs ?? 0),
    learn(dateHeader) {
      const date = dateHeader === null ? Number.NaN : Date.parse(dateHeader)
      if (Number.isNaN(date)) return
      const seen = date - localNowMs()
      if (offsetMs === null || seen > offsetMs || seen < offsetMs - spreadMs) offsetMs = seen
    },
  }
}
