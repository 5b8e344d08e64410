import { stripVTControlCharacters, styleText } from 'node:util'
import { processEnvironment } from '../config/environment'
import { readTerminalTraits, type TerminalTraits } from '../config/terminal'
import { layoutTable } from './table'
import { visibleLength, wrapWords } from './text-width'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where commands speak. Results go to stdout; progress, warnings and questions to stderr, so that `--json` pipes. */
export interface Output {
  /** One line of the result. */
  line(text?: string): void
  /** The same after a head that is given as it is; on a terminal further lines begin under the text. */
  item(head: string, text: string): void
  json(value: unknown): void
  /** Rows under headings, in columns as wide as needed and no wider than the terminal; what is cut ends in `…`. */
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
  readonly traits: TerminalTraits
}

/**
 * The only writer to stdout outside the MCP server. Colours are for a terminal that has them, as far as FORCE_COLOR and
 * NO_COLOR say nothing else; signs that a terminal cannot show are replaced.
 */
export function createOutput(
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
  traits: TerminalTraits = readTerminalTraits(processEnvironment(), process.platform),
): Output {
  const isTerminal = stdout.isTTY === true
  const coloured = traits.colour === 'auto' ? isTerminal && stdout.hasColors() : traits.colour === 'always'
  const width = isTerminal ? stdout.columns || 80 : 100
  const columns = isTerminal ? width : Number.POSITIVE_INFINITY
  const write = (text: string) => stdout.write(`${fitSigns(text, stdout, traits)}\n`)
  const style: Output['style'] = (text, ...styles) =>
    coloured ? styleText(styles, text, { validateStream: false }) : text
  return {
    line: (text = '') => write(text),
    item(head, text) {
      const indent = visibleLength(head)
      write(head + wrapWords(text, Math.max(leastColumns, columns - indent)).join(`\n${' '.repeat(indent)}`))
    },
    json: (value) => stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    table(headings, rows) {
      const [heads = '', ...lines] = layoutTable(headings, rows, columns)
      write(style(heads, 'dim'))
      for (const line of lines) write(line)
    },
    note(text) {
      const most = stderr.isTTY ? stderr.columns || 80 : Number.POSITIVE_INFINITY
      const lines = text.split('\n').flatMap((line) => wrapWords(line, most))
      stderr.write(`${fitSigns(lines.join('\n'), stderr, traits)}\n`)
    },
    ...{ style, width, lineWidth: columns, stderr, traits },
  }
}

/** Narrower, and a text beside a head would be a column of single words. */
const leastColumns = 24

const asciiSigns: Readonly<Record<string, string>> = {
  ...{ '✓': '+', '✗': 'x', '…': '~', '·': '-', '—': '-', '–': '-', '’': "'" },
  ...{ '█': '#', '▒': '+', '░': '.' },
}

/** Our signs as a terminal without them can show them, each as wide as before. Files and pipes carry UTF-8. */
export function fitSigns(text: string, stream: NodeJS.WriteStream, { hasUnicode }: TerminalTraits): string {
  if (hasUnicode || !stream.isTTY) return text
  return text.replace(/[✓✗…·—–’█▒░]/g, (sign) => asciiSigns[sign] ?? sign)
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
