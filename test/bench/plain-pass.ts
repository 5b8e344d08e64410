import type { FigureName, Figures } from '../../src/storage/port'

/** A conversation's figures as one object, as a script would have them. */
export type PlainRow = Partial<Record<FigureName, unknown>>

const secondsPerDay = 86_400

/** The rows of columns. */
export function rowsOf(figures: Partial<Figures>): PlainRow[] {
  const columns = Object.entries(figures) as [FigureName, unknown[]][]
  const count = columns[0]?.[1].length ?? 0
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(columns.map(([name, column]) => [name, column[index]])),
  )
}

/**
 * What somebody would write who has all rows in memory: groups them by each key and sorts the numbers of each group
 * for mean, median and p90. Times are grouped by UTC day. Returns a line for each group.
 */
export function passPlainly(
  rows: readonly PlainRow[],
  keys: readonly FigureName[],
  numbers: readonly FigureName[],
) {
  return keys.flatMap((key) => {
    const groups = new Map<unknown, PlainRow[]>()
    for (const row of rows) {
      for (const value of valuesOf(row, key)) {
        const group = groups.get(value)
        if (group) group.push(row)
        else groups.set(value, [row])
      }
    }
    return [...groups].map(([value, group]) => ({
      value,
      figures: numbers.map((name) => describePlainly(group, name)),
    }))
  })
}

function valuesOf(row: PlainRow, key: FigureName): unknown[] {
  const value = row[key]
  if (key === 'createdAt') return [Math.floor(Number(value) / secondsPerDay)]
  return Array.isArray(value) ? value : [value]
}

function describePlainly(rows: readonly PlainRow[], name: FigureName) {
  const sorted = rows
    .map((row) => row[name])
    .filter((value) => typeof value === 'number')
    .sort((a, b) => a - b)
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  return { mean, median: sorted[sorted.length >> 1], p90: sorted[Math.ceil(sorted.length * 0.9) - 1] }
}
