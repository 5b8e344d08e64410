import type { Row, Run } from './screen'

export interface Picture {
  /** For those who cannot see it, and in the window's frame. */
  title: string
  description: string
  columns: number
  rows: readonly Row[]
}

const cellWidth = 8.4
const rowHeight = 19
const margin = 18
const frameHeight = 34

// Readable on a light and on a dark page, since the window brings its own ground.
const ground = '#161b22'
const edge = '#3d444d'
const usual = '#d7dde4'
const dimmed = '#8b949e'
const palette = [
  ...['#484f58', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#d7dde4'],
  ...['#8b949e', '#ffa198', '#7ee787', '#f2cc60', '#a5d6ff', '#e2c5ff', '#b3f0ff', '#ffffff'],
]

/** A terminal's window as SVG, with fonts of the reader's machine; the same rows give the same text. */
export function drawWindow({ title, description, columns, rows }: Picture): string {
  const width = Math.ceil(columns * cellWidth + 2 * margin)
  const height = Math.ceil(frameHeight + rows.length * rowHeight + margin)
  const dots = ['#ff7b72', '#e3b341', '#56d364']
    .map((colour, index) => `<circle cx="${20 + index * 18}" cy="17" r="5.5" fill="${colour}"/>`)
    .join('')
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<desc>${escapeText(description)}</desc>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${ground}" stroke="${edge}"/>`,
    dots,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${usual}">`,
    `<text x="${width / 2}" y="22" text-anchor="middle" fill="${dimmed}" font-size="13">${escapeText(title)}</text>`,
    ...rows.flatMap((row, index) => row.flatMap((run) => drawRun(run, frameHeight + index * rowHeight))),
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

function drawRun(run: Run, top: number): string[] {
  return piecesOf(run).map(({ column, width, text }) => {
    const colour = run.colour === null ? (run.isDim ? dimmed : usual) : (palette[run.colour] ?? usual)
    const x = round(margin + column * cellWidth)
    const length = round(width * cellWidth)
    if (/^[█░]/u.test(text)) {
      const opacity = text.startsWith('█') ? '' : ' opacity=".3"'
      return `<rect x="${x}" y="${top + 3}" width="${length}" height="${rowHeight - 6}" fill="${colour}"${opacity}/>`
    }
    const look = `${colour === usual ? '' : ` fill="${colour}"`}${run.isBold ? ' font-weight="700"' : ''}`
    // The length holds the columns together whatever font the reader has.
    return `<text x="${x}" y="${top + 14}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${look}>${escapeText(text)}</text>`
  })
}

/** A run without its white space, and cut at bars, which are drawn, and at gaps, so that no font can move a column. */
function piecesOf(run: Run): Pick<Run, 'column' | 'width' | 'text'>[] {
  if (run.isForeign) return run.text.trim() === '' ? [] : [run]
  const pieces = [...run.text.matchAll(/█+|░+|[^█░ ]+(?: [^█░ ]+)*/gu)]
  return pieces.map(({ 0: text, index }) => ({
    column: run.column + [...run.text.slice(0, index)].length,
    width: [...text].length,
    text,
  }))
}

function round(length: number): number {
  return Math.round(length * 10) / 10
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
