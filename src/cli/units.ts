/** `1,234`, the same on every machine. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 conversation`, `2,000 conversations`. */
export function formatAmount(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A length of time as a person says it: `45 s`, `3 min`, `2 h 5 min`, `4 days`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 90) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 90) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours >= 48) return `${Math.round(hours / 24)} days`
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}

/** `812 B`, `5.6 MB`, `1.2 GB`: as file managers and `ls` count, by thousands. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`
}

/** `3 ms` or `1.2 s`. */
export function formatMilliseconds(ms: number): string {
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `2026-03-01 14:05`, in UTC, of an ISO time. */
export function formatTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}
