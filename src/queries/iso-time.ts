/** Epoch seconds as ISO 8601 in UTC, as all answers give times; fractions of a second only where there are any. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** The same for a time that may be absent. */
export function isoTimeOrNull(seconds: number | null): string | null {
  return seconds === null ? null : isoTime(seconds)
}
