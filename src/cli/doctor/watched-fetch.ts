/** What the answers' heads said, for who wants to know the far side's clock. */
export interface WatchedFetch {
  fetch: typeof fetch
  /**
   * How far this machine's clock is ahead of the API's, in seconds; null when no answer carried a date. The header
   * counts whole seconds and travels for a while, so about a second either way says nothing.
   */
  clockAheadSeconds(): number | null
}

/** The fetch of this process, watched. `nowMs` is the clock that is looked at. */
export function watchFetch(nowMs: () => number = Date.now, inner: typeof fetch = fetch): WatchedFetch {
  let aheadSeconds: number | null = null
  return {
    async fetch(input, init) {
      const sentMs = nowMs()
      const response = await inner(input, init)
      const dateMs = Date.parse(response.headers.get('date') ?? '')
      // In the middle of the way there and back, and of the second that the header names.
      if (!Number.isNaN(dateMs)) aheadSeconds = ((sentMs + nowMs()) / 2 - (dateMs + 500)) / 1000
      return response
    },
    clockAheadSeconds: () => aheadSeconds,
  }
}
