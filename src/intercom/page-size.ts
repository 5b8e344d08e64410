export interface PageSize {
  current(): number
  /** A page of this size was too much for the server. */
  shrink(): void
  succeeded(): void
}

/** Good answers at a smaller size before a larger one is dared again. */
const answersBeforeGrowing = 3

/**
 * The page size asked for, less while the server cannot manage it: some days time out at 150 and answer at 1. By
 * thirds, so that one row is reached within the tries of one request.
 */
export function createPageSize(asked: number): PageSize {
  let size = asked
  let good = 0
  return {
    current: () => size,
    shrink() {
      size = Math.max(1, Math.floor(size / 3))
      good = 0
    },
    succeeded() {
      good += 1
      if (size === asked || good < answersBeforeGrowing) return
      size = Math.min(asked, size * 2)
      good = 0
    },
  }
}
