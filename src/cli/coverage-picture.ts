import type { Timeframe } from '../domain/timeframe'
import { createLocalCalendar } from '../text/local-calendar'

/** Where and when a picture is looked at. */
export interface CoverageView {
  nowSeconds: number
  /** Whose days are drawn; of UTC without one. */
  timezone: string | null
  columns: number
}

/** The last minutes before now are a matter of freshness, not of coverage. */
const slackSeconds = 3_600
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * Days as a row of signs, oldest first: `█` wholly covered, `▒` in part, `·` not at all; over them the months, under
 * them what a sign stands for: one day, or several when the history is wider than `columns`. Null when nothing is
 * covered.
 */
export function drawCoverage(covered: readonly Timeframe[], view: CoverageView): string[] | null {
  const { nowSeconds, columns } = view
  const earliest = Math.min(...covered.map((frame) => frame.start))
  if (!Number.isFinite(earliest)) return null
  const calendar = createLocalCalendar(view.timezone)
  const firstDay = calendar.dayOf(earliest)
  const days = Math.max(1, calendar.dayOf(nowSeconds) - firstDay + 1)
  const daysPerCell = Math.ceil(days / Math.max(1, columns))
  const firstDays = Array.from(
    { length: Math.ceil(days / daysPerCell) },
    (_, index) => firstDay + index * daysPerCell,
  )
  const cells = firstDays.map((day) => {
    const end = Math.min(calendar.startOf(day + daysPerCell), nowSeconds)
    // Before the first covered second there may have been no workspace: that is no gap.
    return drawCell({ start: Math.max(calendar.startOf(day), earliest), end }, covered)
  })
  return [nameMonths(firstDays, columns), cells.join(''), describeCells(cells, firstDay, daysPerCell)]
}

/** Each month's name over the sign of its first day, as far as there is room; January is told by its year. */
function nameMonths(firstDays: readonly number[], columns: number): string {
  let line = ''
  let before: number | null = null
  for (const [index, day] of firstDays.entries()) {
    const date = toDate(day)
    const month = date.getUTCMonth()
    // The first month may be but its last days; a name there would leave no room for the next one's.
    const isCrowded =
      index === 0 && firstDays.slice(1, 4).some((other) => toDate(other).getUTCMonth() !== month)
    if (month !== before && line.length <= index && !isCrowded) {
      const name = month === 0 && before !== null ? String(date.getUTCFullYear()) : (monthNames[month] ?? '')
      // A name that would touch the one before it, or run over the edge, is left out.
      if (index + name.length <= Math.max(columns, firstDays.length)) {
        line = `${line.padEnd(index)}${name} `
      }
    }
    before = month
  }
  return line.trimEnd()
}

function describeCells(cells: readonly string[], firstDay: number, daysPerCell: number): string {
  const signs = [
    ['█', 'complete'],
    ['▒', 'in part'],
    ['·', 'not fetched'],
  ].filter(([sign = '']) => cells.includes(sign))
  const legend = signs.map((words) => words.join(' ')).join('  ')
  const unit = daysPerCell === 1 ? 'a sign is a day' : `a sign is ${daysPerCell} days`
  return `${legend}  (${unit}, from ${toDate(firstDay).toISOString().slice(0, 10)})`
}

function drawCell(cell: Timeframe, covered: readonly Timeframe[]): string {
  const held = covered
    .map((frame) => Math.min(frame.end, cell.end) - Math.max(frame.start, cell.start))
    .filter((seconds) => seconds > 0)
    .reduce((sum, seconds) => sum + seconds, 0)
  // Shortly after midnight the day has not had anything yet that could be missing.
  if (held >= cell.end - cell.start - slackSeconds) return '█'
  return held <= 0 ? '·' : '▒'
}

function toDate(day: number): Date {
  return new Date(day * 86_400_000)
}
