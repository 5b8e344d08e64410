import { toPlainText } from './plain-text'
import type { SearchQuery, SearchTerm } from './search-query'
import { foldPrefix, isRunToken, tokenizeText } from './tokenizer'

export class Passage {
  /** How much of the question it holds: distinct terms first, phrases by their words; 0 when nothing matched. */
  readonly score: number
  /** Whether every term of the question is in it: no other passage of the thread says more. */
  readonly complete: boolean
  readonly #whole: string
  readonly #best: Stretch | null

  constructor(whole: string, best: Stretch | null, terms: number) {
    this.score = best?.score ?? 0
    this.complete = best !== null && best.terms === terms
    this.#whole = whole
    this.#best = best
  }

  /** Cut out when it is asked for: most passages are only weighed. */
  get text(): string {
    return cutAround(this.#whole, this.#best)
  }
}

/** Two lines in a list: enough to judge a hit, and fifty of them stay inside an answer's budget. */
const passageChars = 180

/** A further mention of a term already seen counts a tenth of a new one. */
const newTermScore = 10

interface Match {
  start: number
  end: number
  term: number
}

interface Term {
  kind: SearchTerm['kind']
  tokens: string[]
  /** The characters of a run of Chinese, Japanese, Thai, …, put together again from its pairs. */
  run: string | null
}

const wordPattern = /[\p{L}\p{N}\p{M}]+(?:['’]\p{L}+)*/gu
const ascii = /^[\0-\x7f]*$/

/**
 * Prepares a finder of the passage that best answers `query`: about `passageChars` characters around the densest
 * matches, cut between words, white space joined, `…` where text was left out. Without a match, or without a query,
 * it is the beginning of the text.
 */
export function createPassageFinder(query: SearchQuery | null): (text: string) => Passage {
  const terms = (query?.groups.flat() ?? []).map(readTerm)
  const finder: WordFinder = {
    runs: terms.flatMap(({ run }, term) => (run === null ? [] : [{ run, term }])),
    candidates: candidatePattern(terms),
    findBegun: rememberByWord((word) => termsBegunBy(word, terms)),
  }
  return (text) => new Passage(text, densest(findMatches(text, terms, finder), terms), terms.length)
}

function cutAround(text: string, best: Stretch | null): string {
  if (!best) return cut(text, 0, passageChars, null)
  const room = Math.max(0, passageChars - (best.end - best.start))
  const start = Math.max(0, Math.min(best.start - Math.floor(room / 2), text.length - passageChars))
  return cut(text, start, start + passageChars, best)
}

function readTerm(term: SearchTerm): Term {
  if (term.kind === 'prefix') return { kind: 'prefix', tokens: [term.token], run: null }
  const [first = '', ...rest] = term.tokens
  const run = term.tokens.every(isRunToken) ? first + rest.map((pair) => [...pair].at(-1)).join('') : null
  return { kind: term.kind, tokens: term.tokens, run }
}

/**
 * Words of plain English text that can match at all: stemming leaves the first two letters alone, so the others
 * need not be stemmed (a page of hits holds tens of thousands of words).
 */
function candidatePattern(terms: Term[]): RegExp | null {
  const heads = new Set(
    terms.flatMap(({ tokens }) => tokens[0]?.slice(0, 2) ?? []).filter((h) => ascii.test(h)),
  )
  return heads.size === 0 ? null : new RegExp(`\\b(?:${[...heads].join('|')})[a-z0-9]*(?:'[a-z]+)*`, 'gi')
}

interface WordFinder {
  /** The terms that are runs of characters, by their numbers. */
  runs: { run: string; term: number }[]
  candidates: RegExp | null
  findBegun: (word: string) => number[]
}

function findMatches(text: string, terms: Term[], { runs, candidates, findBegun }: WordFinder): Match[] {
  const matches: Match[] = []
  for (const { run, term } of runs) matches.push(...findRun(text, run, term))
  if (runs.length === terms.length) return matches
  const plain = toPlainText(text)
  const pattern = plain === null ? wordPattern : candidates
  if (!pattern) return matches
  const read = plain ?? text
  pattern.lastIndex = 0
  for (let word = pattern.exec(read); word !== null; word = pattern.exec(read)) {
    for (const term of findBegun(word[0])) {
      const tokens = terms[term]?.tokens ?? []
      const end = tokens.length === 1 ? word.index + word[0].length : phraseEnd(text, word.index, tokens)
      if (end !== null) matches.push({ start: word.index, end, term })
    }
  }
  return runs.length === 0 ? matches : matches.sort((a, b) => a.start - b.start)
}

/** Numbers of the terms that this word is, or is the first word of. */
function termsBegunBy(word: string, terms: Term[]): number[] {
  const tokens = tokenizeText(word)
  return terms.flatMap(({ kind, tokens: [first = ''], run }, index) => {
    const isBegun = kind === 'prefix' ? foldPrefix(word).startsWith(first) : tokens.includes(first)
    return run === null && isBegun ? [index] : []
  })
}

/** A page of hits repeats its words thousands of times. */
function rememberByWord(find: (word: string) => number[]): (word: string) => number[] {
  const known = new Map<string, number[]>()
  return (word) => {
    const found = known.get(word) ?? find(word)
    known.set(word, found)
    return found
  }
}

function findRun(text: string, run: string, term: number): Match[] {
  const matches: Match[] = []
  for (let start = text.indexOf(run); start !== -1; start = text.indexOf(run, start + run.length)) {
    matches.push({ start, end: start + run.length, term })
  }
  return matches
}

/** Where the phrase that begins with the word at `start` ends; null when other words follow. */
function phraseEnd(text: string, start: number, phrase: string[]): number | null {
  const words = new RegExp(wordPattern)
  words.lastIndex = start
  const tokens: string[] = []
  for (let word = words.exec(text); word; word = words.exec(text)) {
    tokens.push(...tokenizeText(word[0]))
    const seen = Math.min(tokens.length, phrase.length)
    for (let i = 0; i < seen; i++) if (tokens[i] !== phrase[i]) return null
    if (seen === phrase.length) return word.index + word[0].length
  }
  return null
}

interface Stretch {
  start: number
  end: number
  score: number
  /** Number of different terms in it. */
  terms: number
}

/** The stretch of at most a passage's length that holds most of the question; the first one among equals. */
function densest(matches: Match[], terms: Term[]): Stretch | null {
  let best: Stretch | null = null
  for (let i = 0; i < matches.length; i++) {
    const stretch = stretchFrom(i, matches, terms)
    if (!best || stretch.score > best.score) best = stretch
  }
  return best
}

function stretchFrom(first: number, matches: Match[], terms: Term[]): Stretch {
  const start = matches[first]?.start ?? 0
  const seen: number[] = []
  let end = start
  let score = 0
  for (let i = first; i < matches.length; i++) {
    const match = matches[i]
    if (!match || (i > first && match.end - start > passageChars)) break
    const isNew = !seen.includes(match.term)
    if (isNew) seen.push(match.term)
    score += isNew ? newTermScore * (terms[match.term]?.tokens.length ?? 1) : 1
    end = Math.max(end, match.end)
  }
  return { start, end, score, terms: seen.length }
}

/** About the stretch asked for, between words, and all of what must be `kept`. */
function cut(text: string, from: number, to: number, kept: { start: number; end: number } | null): string {
  const start = from <= 0 ? 0 : Math.min(boundary(text, from, 1), kept?.start ?? text.length)
  const end = to >= text.length ? text.length : Math.max(boundary(text, to, -1), kept?.end ?? 0)
  const passage = text.slice(start, end).replace(/\s+/g, ' ').trim()
  const before = text.slice(0, start).trim() === '' ? '' : '…'
  const after = text.slice(end).trim() === '' ? '' : '…'
  return `${before}${passage}${after}`
}

/** The nearest place between two words, at most one word's length away; else between two characters. */
function boundary(text: string, index: number, step: 1 | -1): number {
  const furthest = 25
  for (let moved = 0, at = index; moved < furthest && at > 0 && at < text.length; moved++, at += step) {
    if (/\s/.test(text[at] ?? '') || /\s/.test(text[at - 1] ?? '')) return at
  }
  const isInsidePair = /[\udc00-\udfff]/.test(text[index] ?? '')
  return isInsidePair ? index + step : index
}
