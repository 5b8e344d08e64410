import { parseSearchQuery } from '../text/query-parser'
import type { SearchTerm } from '../text/search-query'
import { foldPrefix, isLoneRunCharacter, isRunToken, tokenizeText } from '../text/tokenizer'

/** A stretch of a text, in UTF-16 units. */
export interface Stretch {
  start: number
  end: number
}

interface PlacedToken extends Stretch {
  token: string
  /** The word as written, which prefixes are compared with; empty inside a run of Chinese, Thai, … */
  form: string
}

// With what hides inside a word: soft hyphens, joiners.
const words =
  /[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}\u00ad\u200b-\u200d\u2060]*(?:['’][\p{L}\p{N}\p{M}\u00ad\u200b-\u200d\u2060]+)*/gu

/**
 * Prepares a finder of what a query matches in a text, equal as the search itself sees it: stems, accents folded,
 * words that begin so, phrases only where they stand whole, runs of Chinese or Thai character by character. What is
 * excluded is not among it. The stretches are in order and apart.
 */
export function createHitFinder(query: string): (text: string) => Stretch[] {
  const terms = query.trim() === '' ? [] : (parseSearchQuery(query).query?.groups.flat() ?? [])
  return (text) => {
    if (terms.length === 0) return []
    const tokens = placeTokens(text)
    return unite(terms.flatMap((term) => findTerm(term, tokens, text)))
  }
}

/** A stretch and how it is shown. */
export interface Mark {
  from: Stretch
  show(part: string): string
}

/** A part of a text (all of it by default) with each mark's stretch shown its way; marks do not overlap. */
export function showMarked(
  text: string,
  marks: readonly Mark[],
  part: Stretch = { start: 0, end: text.length },
): string {
  let shown = ''
  let at = part.start
  for (const { from, show } of marks.toSorted((a, b) => a.from.start - b.from.start)) {
    const [start, end] = [Math.max(from.start, part.start), Math.min(from.end, part.end)]
    if (start >= end) continue
    shown += text.slice(at, start) + show(text.slice(start, end))
    at = end
  }
  return shown + text.slice(at, part.end)
}

/** A text with what a query matches in it lit. */
export function highlightHits(text: string, query: string, light: (word: string) => string): string {
  return showMarked(
    text,
    createHitFinder(query)(text).map((from) => ({ from, show: light })),
  )
}

function placeTokens(text: string): PlacedToken[] {
  return [...text.matchAll(words)].flatMap(({ 0: word, index }) =>
    splitRuns(word).flatMap((piece) => placePiece(piece.text, index + piece.at)),
  )
}

/** A word in pieces that are of a run all through or not at all: `iPhone手机` is two. */
function splitRuns(word: string): { text: string; at: number }[] {
  const pieces: { text: string; at: number; isRun: boolean }[] = []
  let at = 0
  for (const character of word) {
    const isRun = isRunToken(character)
    const last = pieces.at(-1)
    if (last?.isRun === isRun) last.text += character
    else pieces.push({ text: character, at, isRun })
    at += character.length
  }
  return pieces
}

function placePiece(piece: string, at: number): PlacedToken[] {
  const tokens = tokenizeText(piece)
  const whole = { start: at, end: at + piece.length }
  const characters = [...piece]
  // Pairs of a run have a place of their own, unless folding made other characters of it.
  if (!tokens.every(isRunToken) || tokens.length !== characters.length - 1) {
    return tokens.map((token) => ({ ...whole, token, form: foldPrefix(piece) }))
  }
  let start = at
  return tokens.map((token, index) => {
    const [first = '', second = ''] = [characters[index], characters[index + 1]]
    const placed = { token, form: '', start, end: start + first.length + second.length }
    start += first.length
    return placed
  })
}

function findTerm(term: SearchTerm, tokens: readonly PlacedToken[], text: string): Stretch[] {
  if (term.kind === 'prefix') return tokens.filter(({ form }) => form.startsWith(term.token))
  const [first = ''] = term.tokens
  if (term.tokens.length === 1 && isLoneRunCharacter(first)) return findCharacter(first, tokens, text)
  return tokens.flatMap((_, from) => {
    const here = tokens.slice(from, from + term.tokens.length)
    const isHere = term.tokens.every((token, index) => here[index]?.token === token)
    return isHere ? joinUnspaced(here, text) : []
  })
}

/** A character of a run alone is found in every run that holds it. */
function findCharacter(character: string, tokens: readonly PlacedToken[], text: string): Stretch[] {
  return tokens.flatMap(({ start, end }) => {
    const at = text.slice(start, end).indexOf(character)
    return at === -1 ? [] : [{ start: start + at, end: start + at + character.length }]
  })
}

/** `A-12345` is lit as one, the words of a phrase each for itself. */
function joinUnspaced(tokens: readonly Stretch[], text: string): Stretch[] {
  const joined: Stretch[] = []
  for (const { start, end } of tokens) {
    const last = joined.at(-1)
    if (last && !/\s/.test(text.slice(last.end, start))) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  return joined
}

function unite(stretches: readonly Stretch[]): Stretch[] {
  const united: Stretch[] = []
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = united.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else united.push({ start, end })
  }
  return united
}
