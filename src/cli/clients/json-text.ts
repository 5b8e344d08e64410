import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'

/** A place in a text and what is to stand there instead. */
export interface Splice {
  offset: number
  length: number
  text: string
}

/** How a text is laid out, so that what is added looks like the rest. */
export interface Layout {
  eol: '\n' | '\r\n'
  /** One level of indentation. */
  unit: string
}

export type ParsedJson =
  | { root: Node; mistake: null }
  /** Nothing but white space and comments. */
  | { root: null; mistake: null }
  /** What is wrong and where, without a word of the text: it may hold secrets. */
  | { root: null; mistake: string }

const mistakeWords: Partial<Record<string, string>> = {
  PropertyNameExpected: 'a name is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'something stands after the end',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a quotation mark is missing',
}

/** Reads JSON with comments and trailing commas. The first mistake is told with its place. */
export function parseJsonText(text: string): ParsedJson {
  if (isBlank(text)) return { root: null, mistake: null }
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const [first] = errors
  if (root && first === undefined) return { root, mistake: null }
  const what = first && mistakeWords[printParseErrorCode(first.error)]
  const where = first
    ? ` (line ${text.slice(0, first.offset).split('\n').length}${what ? `: ${what}` : ''})`
    : ''
  return { root: null, mistake: `it is not valid JSON${where}` }
}

/** The last member of that name: where a name stands twice, clients take the last. */
export function findMember(object: Node, name: string): Node | null {
  for (const property of [...(object.children ?? [])].reverse()) {
    const [key, value] = property.children ?? []
    if (key?.value === name && value) return value
  }
  return null
}

/** What a node says, as a JavaScript value. */
export function readValue(node: Node): unknown {
  return getNodeValue(node)
}

/** The line end and indentation that most of a text has; two spaces and `\n` where there is nothing to go by. */
export function readLayout(text: string): Layout {
  const crlf = text.match(/\r\n/g)?.length ?? 0
  const eol = crlf * 2 > (text.match(/\n/g)?.length ?? 0) ? '\r\n' : '\n'
  // The first indented line of content is one level deep, at least in a text that begins with its object.
  const unit = /^([\t ]+)"/m.exec(text)?.[1] ?? '  '
  return { eol, unit: unit.startsWith('\t') ? '\t' : unit }
}

/** A value as it stands after a text's `indent`, in that text's layout; a list of words takes one line, as by hand. */
export function formatValue(value: unknown, layout: Layout, indent: string): string {
  if (Array.isArray(value)) return formatList(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const { eol, unit } = layout
  const inner = indent + unit
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${formatValue(member, layout, inner)}`,
  )
  return `{${eol}${members.join(`,${eol}`)}${eol}${indent}}`
}

/** `["a", "b"]` */
export function formatList(list: readonly unknown[], gap = ' '): string {
  return `[${list.map((item) => JSON.stringify(item)).join(`,${gap}`)}]`
}

/** The white space before the first thing in the line that a place is in. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return /^[\t ]*/.exec(text.slice(lineStart))?.[0] ?? ''
}

/**
 * The splices that append a member to an object. They only insert: what stands there, comments included, keeps its
 * bytes and its place beside what it explains. A trailing comma is kept up, and an object on one line stays on it.
 */
export function appendMember(
  text: string,
  object: Node,
  name: string,
  value: unknown,
  layout: Layout,
): Splice[] {
  const last = object.children?.at(-1)
  const close = object.offset + object.length - 1
  const start = last ? last.offset + last.length : object.offset + 1
  const { hasComma, end } = readTail(text, start, close)
  const missingComma = last && !hasComma ? [insert(start, ',')] : []
  const key = JSON.stringify(name)
  const isOnOneLine = !text.slice(object.offset, close).includes('\n')
  if (isOnOneLine && (last || (object.parent && !text.trim().includes('\n')))) {
    const space = /":\s/.test(text.slice(object.offset, close)) ? ' ' : ''
    const member = `${last ? space : ''}${key}:${space}${JSON.stringify(value)}${hasComma ? ',' : ''}`
    return join([...missingComma, insert(end, member)])
  }
  const outer = indentAt(text, object.offset)
  const inner = last && startsLine(text, last.offset) ? indentAt(text, last.offset) : outer + layout.unit
  const member = `${layout.eol}${inner}${key}: ${formatValue(value, layout, inner)}${hasComma ? ',' : ''}`
  // A brace that closes on a line with what came before gets a line of its own.
  const closesOnNewLine = text.slice(end, close).includes('\n')
  const appended = closesOnNewLine ? insert(end, member) : insert(close, `${member}${layout.eol}${outer}`)
  return join([...missingComma, appended])
}

/** Carries out splices that do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = text
  for (const { offset, length, text: inserted } of splices.toSorted((a, b) => b.offset - a.offset)) {
    result = result.slice(0, offset) + inserted + result.slice(offset + length)
  }
  return result
}

/**
 * What follows an object's last member: whether a comma does, where the last comma or comment ends, and where
 * something else begins.
 */
function readTail(
  text: string,
  start: number,
  close: number,
): { hasComma: boolean; end: number; at: number } {
  const trivia = /\s+|,|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y
  let hasComma = false
  let end = start
  let at = start
  while (at < close) {
    trivia.lastIndex = at
    const found = trivia.exec(text)?.[0]
    if (found === undefined) break
    at += found.length
    if (found === ',') hasComma = true
    if (found.trim() !== '') end = at
  }
  return { hasComma, end, at }
}

function isBlank(text: string): boolean {
  const { at, hasComma } = readTail(text, 0, text.length)
  return at === text.length && !hasComma
}

function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
}

function insert(offset: number, text: string): Splice {
  return { offset, length: 0, text }
}

/** Two insertions at one place become one, in their order. */
function join(splices: Splice[]): Splice[] {
  const [first, second] = splices
  if (first && second && first.offset === second.offset)
    return [insert(first.offset, first.text + second.text)]
  return splices
}
