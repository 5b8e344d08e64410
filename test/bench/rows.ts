/** A measurement: what it is, and what it is compared with. */
export interface Row {
  what: string
  /** null: not measured here. */
  figure: number | null
  unit: string
  comparedWith: string
  /** null where the other side could not be measured. */
  reference: number | null
  /** Says that the reference is a bound to keep, and on which side. */
  bound?: 'at most' | 'at least'
}

/** Rows that belong together. */
export interface Section {
  title: string
  rows: Row[]
}

/** A row as --json prints it. */
export interface RatedRow extends Row {
  ratio: number | null
  met: boolean | null
}

/** Adds the ratio, and whether a bound is kept. */
export function rate(row: Row): RatedRow {
  const { figure, reference, bound } = row
  if (figure === null || reference === null) return { ...row, ratio: null, met: null }
  const met = bound === undefined ? null : bound === 'at most' ? figure <= reference : figure >= reference
  return { ...row, ratio: reference === 0 ? null : figure / reference, met }
}

/** The sections as Markdown tables, columns aligned, so that they read well in a terminal and in a document. */
export function toMarkdown(sections: Section[]): string {
  return sections.map(({ title, rows }) => `### ${title}\n\n${toTable(rows.map(toCells))}`).join('\n\n')
}

const header = ['what', 'figure', 'compared with', 'ratio']

function toCells(row: Row): string[] {
  const { what, figure, unit, comparedWith, reference, bound, ratio, met } = { ...rate(row) }
  const against = [comparedWith, bound, reference === null ? null : `${format(reference)} ${unit}`]
  const verdict = met === null ? '' : met ? ', met' : ', MISSED'
  return [
    what,
    figure === null ? 'not measured here' : `${format(figure)} ${unit}`,
    against.filter((part) => part !== undefined && part !== null).join(' '),
    ratio === null ? '–' : `${format(ratio)}${verdict}`,
  ]
}

function toTable(lines: string[][]): string {
  const all = [header, ...lines]
  const widths = header.map((_, column) => Math.max(...all.map((line) => (line[column] ?? '').length)))
  const write = (line: string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [write(header), rule, ...lines.map(write)].join('\n')
}

/** Three figures that count; whole numbers from a hundred on, with thousands set apart. */
function format(value: number): string {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(value !== 0 && Math.abs(value) < 0.1 ? 2 : 3)))
}
