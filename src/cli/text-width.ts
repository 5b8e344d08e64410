import { stripVTControlCharacters } from 'node:util'

let segmenter: Intl.Segmenter | null = null

/** What a reader takes for one character: a letter with its accents, an emoji with its colour of skin. */
function charactersOf(text: string): Iterable<string> {
  // Made when first needed: a server that only answers its protocol never is.
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Columns that a text takes on a terminal: escape sequences and accents none, wide characters and emoji two. */
export function visibleLength(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let length = 0
  for (const character of charactersOf(stripVTControlCharacters(text))) length += columnsOf(character)
  return length
}

/** Cuts to a number of columns and says so with an ellipsis; colours of a text that is cut are dropped. */
export function cutVisible(text: string, columns: number): string {
  if (visibleLength(text) <= columns) return text
  let kept = ''
  let length = 0
  for (const character of charactersOf(stripVTControlCharacters(text))) {
    length += columnsOf(character)
    if (length > columns - 1) break
    kept += character
  }
  return `${kept}…`
}

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

const invisible = /^[\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]+$/u
// With U+FE0F also those that are plain signs without it, such as a heart.
const emoji = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator}{2})|\uFE0F/u
/** East Asian Wide and Fullwidth of Unicode's annex 11, as far as they are no emoji. */
const wide =
  /^[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18CFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}]/u

function columnsOf(character: string): 0 | 1 | 2 {
  if (invisible.test(character)) return 0
  return emoji.test(character) || wide.test(character) ? 2 : 1
}
