import type { Timeframe } from '../domain/timeframe'

const daySeconds = 86_400

/**
 * Days as cells, oldest first: `█` wholly covered, `▒` in part, `·` not at all; under them the first and last date,
 * and what the signs mean where there are several.
 * Each cell is one day, or several when the history is wider than `columns`. Null when nothing is covered.
 */
export function drawCoverage(
  covered: readonly Timeframe[],
  nowSeconds: number,
  columns: number,
): [string, string] | null {
  const earliest = Math.min(...covered.map((frame) => frame.start))
  if (!Number.isFinite(earliest)) return null
  const firstDay = Math.floor(earliest / daySeconds)
  const days = Math.max(1, Math.floor(nowSeconds / daySeconds) - firstDay + 1)
  const daysPerCell = Math.ceil(days / columns)
  const cells = Array.from({ length: Math.ceil(days / daysPerCell) }, (_, index) => {
    const start = (firstDay + index * daysPerCell) * daySeconds
    const end = Math.min(start + daysPerCell * daySeconds, nowSeconds)
    // Before the first covered second there may have been no workspace: that is no gap.
    return drawCell({ start: Math.max(start, earliest), end }, covered)
  })
  const unit = daysPerCell === 1 ? 'one day a cell' : `${daysPerCell} days a cell`
  const dates = `${toDate(firstDay * daySeconds)} to ${toDate(nowSeconds)}, ${unit}`
  const signs = cells.every((cell) => cell === '█') ? '' : '  (█ covered, ▒ in part, · not)'
  return [cells.join(''), `${dates}${signs}`]
}

function drawCell(cell: Timeframe, covered: readonly Timeframe[]): string {
  const held = covered
    .map((frame) => Math.min(frame.end, cell.end) - Math.max(frame.start, cell.start))
    .filter((seconds) => seconds > 0)
    .reduce((sum, seconds) => sum + seconds, 0)
  if (held <= 0) return '·'
  // The last minutes before now are a matter of freshness, not of coverage.
  return held >= cell.end - cell.start - 3_600 ? '█' : '▒'
}

function toDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
