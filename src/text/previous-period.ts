import { DateTime } from 'luxon'
import type { Timeframe } from '../domain/timeframe'
import { type ParsedTimeframe, readZone } from './timeframe-words'

/**
 * The time before a timeframe that is fair to compare it with, as long on the wall clock: of whole months (or of this
 * month so far) the months before, up to the same day and hour; of days the days before; of weeks, which `inWeeks`
 * says it is counted in, the same weekdays; of anything else just as many seconds.
 */
export function previousPeriod(
  { start, end }: Timeframe,
  timezone: string | null,
  { inWeeks = false }: { inWeeks?: boolean } = {},
): ParsedTimeframe {
  const { zone } = readZone(timezone)
  const [from, to] = [start, end].map((seconds) => DateTime.fromSeconds(seconds, { zone })) as [
    DateTime,
    DateTime,
  ]
  const isMidnight = from.toMillis() === from.startOf('day').toMillis()
  if (!isMidnight) return named({ start: start - (end - start), end: start }, zone)
  const months = from.day === 1 ? countMonths(from, to) : null
  const days = Math.ceil(to.diff(from, 'days').days)
  const shift = months === null ? { days: inWeeks ? Math.ceil(days / 7) * 7 : days } : { months }
  const before = { start: from.minus(shift).startOf('day').toSeconds(), end: to.minus(shift).toSeconds() }
  // The day of a short month may already belong to the timeframe itself.
  return named({ start: before.start, end: Math.min(before.end, start) }, zone)
}

function named({ start, end }: Timeframe, zone: string): ParsedTimeframe {
  const timeframe = { start: Math.max(0, start), end: Math.max(0, end) }
  const [from, to] = [timeframe.start, timeframe.end].map((seconds) =>
    DateTime.fromSeconds(seconds, { zone }).toFormat('yyyy-MM-dd HH:mm'),
  )
  return { timeframe, label: `previous period: ${from} to ${to} (${zone})` }
}

/** Whole months, or months of which the last is not over yet; null when it ends in the middle of a later month. */
function countMonths(from: DateTime, to: DateTime): number | null {
  const isWhole = to.day === 1 && to.toMillis() === to.startOf('day').toMillis()
  const months = Math.round(to.startOf('month').diff(from, 'months').months) + (isWhole ? 0 : 1)
  return isWhole || months === 1 ? months : null
}
