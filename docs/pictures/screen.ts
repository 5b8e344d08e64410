import { spawn } from '@lydell/node-pty'
import xterm, { type IBufferCell, type IBufferLine } from '@xterm/headless'

/** Neighbouring cells of one look. */
export interface Run {
  column: number
  /** How many columns it takes; more than it has letters where those are wide. */
  width: number
  text: string
  /** One of the terminal's sixteen colours; null for the usual one. */
  colour: number | null
  isBold: boolean
  isDim: boolean
  /** In a script whose letters a terminal's font may lack, and which then have widths of their own. */
  isForeign: boolean
}

type Look = Omit<Run, 'column' | 'width' | 'text'>

export type Row = Run[]

export interface Recording {
  columns: number
  env: Record<string, string>
  /** Folder in which the program runs. */
  folder: string
}

/** Runs a command in a pseudo-terminal to its end and reads what then stands on the screen, row by row. */
export async function readScreen(
  [file = '', ...args]: readonly string[],
  { columns, env, folder }: Recording,
): Promise<Row[]> {
  const size = { cols: columns, rows: 200 }
  const term = new xterm.Terminal({ ...size, allowProposedApi: true })
  const child = spawn(file, args, { ...size, name: 'xterm-256color', cwd: folder, env })
  child.onData((data) => term.write(data))
  const code = await new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)))
  // What was written last may still be on its way to the screen.
  await new Promise<void>((resolve) => term.write('', resolve))
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  const { active } = term.buffer
  const rows = Array.from({ length: active.length }, (_, row) => readRow(active.getLine(row), columns))
  term.dispose()
  while (rows.at(-1)?.length === 0) rows.pop()
  return rows
}

function readRow(line: IBufferLine | undefined, columns: number): Row {
  const row: Row = []
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column)
    // The second half of a wide letter.
    if (!cell || cell.getWidth() === 0) continue
    const text = cell.getChars() || ' '
    const look = {
      ...{ colour: colourOf(cell), isBold: cell.isBold() !== 0, isDim: cell.isDim() !== 0 },
      isForeign: /[^\p{Script=Latin}\p{Script=Common}]/u.test(text),
    }
    const last = row.at(-1)
    if (last && sameLook(last, look)) {
      last.text += text
      last.width += cell.getWidth()
    } else row.push({ column, width: cell.getWidth(), text, ...look })
  }
  return withoutEnd(row)
}

function colourOf(cell: IBufferCell): number | null {
  if (cell.isFgDefault()) return null
  if (cell.isFgPalette() && cell.getFgColor() < 16) return cell.getFgColor()
  throw new Error(`"${cell.getChars()}" has a colour outside of the terminal's sixteen`)
}

function sameLook(run: Run, look: Look): boolean {
  return (['colour', 'isBold', 'isDim', 'isForeign'] as const).every((part) => run[part] === look[part])
}

function withoutEnd(row: Row): Row {
  const last = row.at(-1)
  if (!last) return row
  const text = last.text.trimEnd()
  last.width -= last.text.length - text.length
  last.text = text
  return text === '' ? withoutEnd(row.slice(0, -1)) : row
}

/** What a row says, as plain text. */
export function textOf(row: Row): string {
  let text = ''
  let end = 0
  for (const run of row) {
    text += ' '.repeat(run.column - end) + run.text
    end = run.column + run.width
  }
  return text
}
