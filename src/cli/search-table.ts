import type { ConversationHit } from '../domain/answers'
import { createHitFinder, highlightHits, type Mark, type Stretch, showMarked } from './highlight'
import { asPlainLine, type Output } from './output'
import { cutVisible, visibleLength } from './text-width'
import { formatCount, formatTime } from './units'

interface Column {
  heading: string
  of(hit: ConversationHit): string
  /** The least columns of a terminal that has room for it. */
  from: number
  /** Told from the right. */
  isFigure?: true
}

const columns: readonly Column[] = [
  { heading: 'ID', of: ({ id }) => id, from: 0 },
  { heading: 'STATE', of: ({ state }) => state, from: 36 },
  // In UTC, as everywhere; a narrow terminal has room for the day.
  { heading: 'CREATED', of: (hit) => formatTime(hit.created_at), from: 100 },
  { heading: 'CREATED', of: (hit) => formatTime(hit.created_at).slice(0, 10), from: 56 },
  { heading: 'CUSTOMER', of: ({ customer }) => customer?.name ?? customer?.email ?? '', from: 72 },
  { heading: 'WITH', of: ({ assignee }) => assignee?.name ?? '', from: 100 },
  { heading: 'MESSAGES', of: (hit) => formatCount(hit.message_count), from: 100, isFigure: true },
]

const litStyle = ['bold', 'yellow'] as const
const gap = '  '
const indent = '  '
/** Longer names are told by their beginning. */
const widestName = 20
/** However narrow the terminal, something is shown. */
const leastWidth = 4

/** Prints hits as a table, under each row the passage that matched, what the query found lit in both. */
export function showHits(hits: readonly ConversationHit[], query: string, output: Output): void {
  if (hits.length === 0) return
  const { style, lineWidth } = output
  const fitting = columns.filter(({ from }) => lineWidth >= from)
  const shown = fitting
    .filter(({ heading }, place) => fitting.findIndex((other) => other.heading === heading) === place)
    .map((column) => ({ ...column, width: widthOf(column, hits) }))
  const before = shown.reduce((sum, { width }) => sum + width + gap.length, 0)
  const titleWidth = Math.max(leastWidth, lineWidth - before)
  const find = createHitFinder(query)

  const headings = shown.map((column) => pad(column.heading, column)).join(gap)
  output.line(style(cutVisible(`${headings}${gap}TITLE`, lineWidth), 'dim'))
  for (const hit of hits) {
    const cells = shown.map((column) => {
      const cell = pad(asPlainLine(column.of(hit)), column)
      return column.heading === 'STATE' ? style(cell, stateColour(hit.state)) : cell
    })
    const title = cutVisible(asPlainLine(hit.title ?? '') || '(no subject)', titleWidth)
    const lit = highlightHits(title, query, (word) => style(word, ...litStyle))
    output.line([...cells, lit].join(gap))
    showPassage(hit, find, output)
  }
}

function widthOf({ heading, of }: Column, hits: readonly ConversationHit[]): number {
  const widest = Math.max(...hits.map((hit) => visibleLength(asPlainLine(of(hit)))))
  return Math.max(heading.length, heading === 'ID' ? widest : Math.min(widestName, widest))
}

function pad(text: string, { width, isFigure }: Column & { width: number }): string {
  const cell = cutVisible(text, width)
  const blanks = ' '.repeat(width - visibleLength(cell))
  return isFigure ? blanks + cell : cell + blanks
}

function stateColour(state: string): 'green' | 'yellow' | 'dim' {
  return state === 'open' ? 'green' : state === 'snoozed' ? 'yellow' : 'dim'
}

function showPassage(
  { snippets, tags = [] }: ConversationHit,
  find: (text: string) => Stretch[],
  output: Output,
): void {
  const { style } = output
  const [snippet] = snippets
  const author = snippet === undefined ? '' : `${asPlainLine(snippet.author.name ?? snippet.author.type)}: `
  const said = author + (snippet === undefined ? '' : asPlainLine(snippet.text))
  const text = [said, ...tags.map((tag) => `#${asPlainLine(tag)}`)].filter((part) => part !== '').join(' ')
  const marks: Mark[] = [
    { from: { start: 0, end: author.length }, show: (part) => style(part, 'cyan') },
    ...find(said)
      .filter(({ start }) => start >= author.length)
      .map((from) => ({ from, show: (part: string) => style(part, ...litStyle) })),
    { from: { start: said.length, end: text.length }, show: (part) => style(part, 'dim') },
  ]
  for (const line of wrapText(text, Math.max(leastWidth, output.lineWidth - indent.length))) {
    output.line(indent + showMarked(text, marks, line))
  }
}

/** The stretches of a text that fit into so many columns each: broken between words, and inside one wider than all. */
export function wrapText(text: string, width: number): Stretch[] {
  const lines: Stretch[] = []
  let line: Stretch | null = null
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const isTooWide = visibleLength(word) > width
    for (const { start, end } of isTooWide
      ? charactersOf(word, index)
      : [{ start: index, end: index + word.length }]) {
      if (line && visibleLength(text.slice(line.start, end)) <= width) line.end = end
      else {
        line = { start, end }
        lines.push(line)
      }
    }
  }
  return lines
}

/** Text without spaces, such as Chinese, may be broken anywhere but inside what a reader takes for one character. */
function charactersOf(word: string, at: number): Stretch[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return Array.from(segmenter.segment(word), ({ segment, index }) => {
    const start = at + index
    return { start, end: start + segment.length }
  })
}
