import { cutVisible, visibleLength } from './text-width'

/** Blanks between two columns. */
const gap = 2
/** Narrower, and a text would be told by its first letters. */
const leastTextColumns = 8

/**
 * The lines of a table, its headings first: columns as wide as needed, figures to the right, and when all that is
 * wider than `columns`, the widest texts cut. No line is wider than `columns`.
 */
export function layoutTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  // The first column names its row, also when the name is a number.
  const isFigure = headings.map(
    (_, column) => column > 0 && rows.every((row) => holdsFigure(row[column] ?? '')),
  )
  const needed = headings.map((heading, column) =>
    Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map(visibleLength)),
  )
  const widths = fitColumns(needed, isFigure, columns)
  return [headings, ...rows].map((row) => {
    const cells = widths.map((width, column) => {
      const cell = cutVisible(row[column] ?? '', width)
      const blanks = ' '.repeat(width - visibleLength(cell))
      return isFigure[column] ? blanks + cell : cell + blanks
    })
    return cutVisible(cells.join(' '.repeat(gap)).trimEnd(), columns)
  })
}

/** Such as `1,234`, `5.3 MB` or `-12 %`; an empty cell fits among figures. */
function holdsFigure(cell: string): boolean {
  return /^(-?\d[\d,.]*( ?[A-Za-z%]{1,4})?)?$/.test(cell)
}

/** Takes from the widest text as long as it does not fit; figures are cut only when nothing else is left. */
function fitColumns(needed: readonly number[], isFigure: readonly boolean[], columns: number): number[] {
  const widths = [...needed]
  const room = columns - gap * (widths.length - 1)
  const takeFrom = (mayGive: (column: number) => boolean, least: number): void => {
    while (widths.reduce((sum, width) => sum + width, 0) > room) {
      const giving = widths.map((width, column) => (mayGive(column) && width > least ? width : 0))
      const widest = Math.max(...giving)
      if (widest === 0) return
      widths[giving.indexOf(widest)] = widest - 1
    }
  }
  takeFrom((column) => !isFigure[column], leastTextColumns)
  takeFrom(() => true, 1)
  return widths
}
