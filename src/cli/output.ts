import { stripVTControlCharacters, styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where commands speak. Results go to stdout; progress, warnings and questions to stderr, so that `--json` pipes. */
export interface Output {
  /** One line of the result. */
  line(text?: string): void
  /** The same after a head that is given as it is; on a terminal further lines begin under the text. */
  item(head: string, text: string): void
  json(value: unknown): void
  /** Rows under headings, in columns as wide as needed; the last column is cut at the terminal's edge. */
  table(headings: readonly string[], rows: readonly (readonly string[])[]): void
  /** One line beside the result, on stderr. */
  note(text: string): void
  /** Text in a colour, where the result's terminal has any. */
  style(text: string, ...styles: Style[]): string
  /** Width of the terminal; 100 where there is none. */
  readonly width: number
  /** How much a line can hold before the terminal breaks it; without a terminal there is no end. */
  readonly lineWidth: number
  readonly stderr: NodeJS.WriteStream
}

/** The only writer to stdout outside the MCP server. Colours respect NO_COLOR and are off where nobody looks. */
export function createOutput(
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Output {
  const coloured = stdout.isTTY === true && stdout.hasColors()
  const width = stdout.isTTY ? stdout.columns || 80 : 100
  const write = (text: string) => stdout.write(`${text}\n`)
  const columns = stdout.isTTY ? width : Number.POSITIVE_INFINITY
  const style: Output['style'] = (text, ...styles) =>
    coloured ? styleText(styles, text, { validateStream: false }) : text
  return {
    line: (text = '') => write(text),
    item(head, text) {
      const indent = visibleLength(head)
      write(head + wrapWords(text, Math.max(leastColumns, columns - indent)).join(`\n${' '.repeat(indent)}`))
    },
    json: (value) => write(JSON.stringify(value, null, 2)),
    table(headings, rows) {
      const widths = headings.map((heading, column) =>
        Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map(visibleLength)),
      )
      const draw = (row: readonly string[]) => formatRow(row, widths, columns)
      write(style(draw(headings), 'dim'))
      for (const row of rows) write(draw(row))
    },
    note(text) {
      const most = stderr.isTTY ? stderr.columns || 80 : Number.POSITIVE_INFINITY
      stderr.write(
        `${text
          .split('\n')
          .flatMap((line) => wrapWords(line, most))
          .join('\n')}\n`,
      )
    },
    style,
    width,
    lineWidth: columns,
    stderr,
  }
}

function formatRow(row: readonly string[], widths: readonly number[], maxWidth: number): string {
  const cells = row.map((cell, column) =>
    column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)),
  )
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0)
  const last = cells.pop() ?? ''
  return [...cells, cutVisible(last, Math.max(10, maxWidth - before))].join('  ').trimEnd()
}

/** Narrower, and a text beside a head would be a column of single words. */
const leastColumns = 24

/** The lines of a text that is broken between words only; a word that is wider than all columns stays whole. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = []
  let line: string | null = null
  for (const word of text.split(' ')) {
    const longer: string = line === null ? word : `${line} ${word}`
    if (line !== null && visibleLength(longer) > columns) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line ?? '']
}

/** Columns that a text takes: escape sequences none, wide characters two. */
export function visibleLength(text: string): number {
  let length = 0
  for (const character of stripVTControlCharacters(text)) length += isWide(character) ? 2 : 1
  return length
}

function isWide(character: string): boolean {
  return /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/u.test(
    character,
  )
}

/** Cuts to a number of columns and says so with an ellipsis; colours of a text that is cut are dropped. */
export function cutVisible(text: string, columns: number): string {
  if (visibleLength(text) <= columns) return text
  let kept = ''
  let length = 0
  for (const character of stripVTControlCharacters(text)) {
    length += isWide(character) ? 2 : 1
    if (length > columns - 1) break
    kept += character
  }
  return `${kept}…`
}

/** Text of a stranger on one line, without anything that could steer a terminal. */
export function asPlainLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Resolves when everything written to stdout so far is on its way: `process.exit` would cut off a pipe. */
export function flushStdout(): Promise<void> {
  return new Promise((resolve) => process.stdout.write('', () => resolve()))
}
