/** Epoch seconds as ISO 8601 in UTC, as all answers give times. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

/** The same for a time that may be absent. */
export function isoTimeOrNull(seconds: number | null): string | null {
  return seconds === null ? null : isoTime(seconds)
}
