import { stemmer } from 'stemmer'

/**
 * The one way text becomes words, for what is stored and for what is asked, so that every engine finds the same
 * conversations. A token holds nothing but `a-z`, `0-9` and characters beyond ASCII: nothing in it can be read as
 * an engine's syntax.
 *
 * - A word is folded (Unicode NFKC, case, accents) and an English one loses its ending: `Refunded` is `refund`.
 * - Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese do not put spaces where a search needs them: a run of
 *   their characters is its overlapping pairs, `東京都` is `東京 京都`. A run of one character is that character.
 * - What has punctuation inside (`A-12345`, an e-mail address, a URL) is its parts in order; whole, it is found as
 *   the phrase of its parts.
 */

/** Raised whenever the same text would give other tokens; a store built with another version indexes itself anew. */
export const tokenizerVersion = 3

/** Longer words are cut: pasted keys and encoded blobs would otherwise fill the index. */
const maxTokenLength = 40

// The marks below are characters of Latin-1: in memory a text of such characters takes half of what one with a single
// other character takes, and is written to the journal in half the time.

/** Begins every form as written in an index, so that it is never taken for a stem. No query can hold it. */
const formMarker = '\u00b7'

/**
 * Begins the first letter of a word in an index. Thousands of words begin with a letter, and an engine would put their
 * places together for each question. No query can hold it.
 */
const firstLetterMarker = '\u00a6'

/** Stands between two messages in an index text, so that no phrase spans both. No query can hold it. */
const messageBoundary = '\u00b6'

const runScripts =
  '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}'
const runPattern = new RegExp(`^(?:(?=[\\p{L}\\p{N}\\p{M}])[${runScripts}])+$`, 'u')
const pieces = new RegExp(
  `(?<run>(?:(?=[\\p{L}\\p{N}\\p{M}])[${runScripts}])+)|(?:(?![${runScripts}])[\\p{L}\\p{N}])(?:(?![${runScripts}])[\\p{L}\\p{N}\\p{M}]|'(?=(?:s|t|re|ve|ll|d|m)(?![\\p{L}\\p{N}])))*`,
  'gu',
)
const asciiPieces = /[a-z0-9](?:[a-z0-9]|'(?=(?:s|t|re|ve|ll|d|m)(?![a-z0-9])))*/g
const ascii = /^[\0-\x7f]*$/
const asciiWord = /^[a-z]+$/

/** The stems of a text in order: what a word or a phrase of a query is compared with. */
export function tokenizeText(text: string): string[] {
  const tokens: string[] = []
  for (const word of splitWords(fold(text))) {
    if (word.isRun) pushPairs(word.text, tokens)
    else tokens.push(toIndexWord(word.text).stem)
  }
  return tokens
}

/**
 * The last word of `text` as written, folded but not stemmed: what a prefix is compared with. Empty when there is
 * no word in it.
 */
export function foldPrefix(text: string): string {
  return splitWords(fold(text)).at(-1)?.text ?? ''
}

/**
 * Index text of a document made of `texts` (its messages), each column's words separated by one space. `stems` is
 * the running text, `words` what only a prefix needs: forms that differ from their stem, and the last character of
 * each run, each once and marked by `asForm`; and the letters that words begin with, marked by `asFirstLetter`. A phrase
 * never spans two texts.
 */
export function tokenizeForIndex(texts: readonly string[]): { stems: string; words: string } {
  const stems: string[] = []
  const words = new Set<string>()
  const letters = new Set<number>()
  for (const text of texts) {
    const before = stems.length
    if (before > 0) stems.push(messageBoundary)
    for (const word of splitWords(fold(text))) {
      if (word.isRun) {
        pushPairs(word.text, stems)
        const last = lastCharacter(word.text)
        if (last !== word.text) words.add(asForm(last))
      } else {
        const { stem, form } = toIndexWord(word.text)
        stems.push(stem)
        if (form !== null) words.add(form)
        const letter = word.text.codePointAt(0) ?? 0
        if (!letters.has(letter)) words.add(asFirstLetter(String.fromCodePoint(letter)))
        letters.add(letter)
      }
    }
    if (before > 0 && stems.length === before + 1) stems.pop()
  }
  return { stems: stems.join(' '), words: [...words].join(' ') }
}

/** A word as written, as the column `words` has it. A prefix is looked for among the stems and among these. */
export function asForm(word: string): string {
  return `${formMarker}${word}`
}

/** A letter that some word begins with, as the column `words` has it: all that a prefix of one letter asks for. */
export function asFirstLetter(letter: string): string {
  return `${firstLetterMarker}${letter}`
}

/** Whether a token is no longer than the first letter of a word. */
export function isOneLetter(token: string): boolean {
  return token !== '' && firstCharacter(token) === token && !isRunToken(token)
}

/** Whether a token comes from a run of Chinese, Japanese, Korean, Thai, … characters. */
export function isRunToken(token: string): boolean {
  return runPattern.test(token)
}

/** A character of those scripts alone: its pairs begin with it, so engines look for it as for a prefix. */
export function isLoneRunCharacter(token: string): boolean {
  return token !== '' && lastCharacter(token) === token && isRunToken(token)
}

interface FoldedWord {
  text: string
  isRun: boolean
}

function firstCharacter(word: string): string {
  return String.fromCodePoint(word.codePointAt(0) ?? 0)
}

function splitWords(folded: string): FoldedWord[] {
  const words: FoldedWord[] = []
  if (ascii.test(folded)) {
    for (const piece of folded.match(asciiPieces) ?? []) words.push({ text: cleanWord(piece), isRun: false })
    return words
  }
  for (const match of folded.matchAll(pieces)) {
    const isRun = match.groups?.run !== undefined
    words.push({ text: isRun ? match[0] : cleanWord(match[0]), isRun })
  }
  return words
}

/** The owner's `'s` goes, other apostrophes vanish (`don't` is `dont`), long words are cut. */
function cleanWord(word: string): string {
  const bare = word.includes("'") ? word.replace(/'s$/, '').replaceAll("'", '') : word
  if (bare.length <= maxTokenLength) return bare
  const cut = bare.slice(0, maxTokenLength)
  // Never half of a surrogate pair.
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

function fold(text: string): string {
  const lower = text.toLowerCase()
  if (ascii.test(lower)) return lower
  return lower
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(invisible, '')
    .replace(/[ßæœøłđðþıςʼ‘’]/g, (letter) => plainLetters[letter] ?? letter)
    .normalize('NFC')
}

/** Accents of Latin, Greek, Cyrillic, Hebrew and Arabic; soft hyphens, joiners, variation selectors. */
const invisible =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single marks are meant, not what they combine with
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u00ad\u034f\u200b-\u200f\u2060-\u2064\u20d0-\u20ff\ufe00-\ufe0f\ufeff]/g

/** Letters that Unicode does not take apart although people type them without their stroke. */
const plainLetters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
  ʼ: "'",
  '‘': "'",
  '’': "'",
}

/** What an index has of a word. */
interface IndexWord {
  stem: string
  /** Null when it is the stem. */
  form: string | null
}

const indexWords = new Map<string, IndexWord>()
/** Bounds them at a few megabytes; real mail has far fewer frequent words. */
const mostIndexWords = 30_000

function toIndexWord(word: string): IndexWord {
  const known = indexWords.get(word)
  if (known !== undefined) return known
  if (!asciiWord.test(word)) return { stem: word, form: null }
  const stem = stemmer(word)
  const indexWord = { stem, form: stem === word ? null : asForm(word) }
  if (indexWords.size >= mostIndexWords) indexWords.clear()
  indexWords.set(word, indexWord)
  return indexWord
}

function pushPairs(run: string, tokens: string[]): void {
  const characters = [...run]
  if (characters.length === 1) tokens.push(run)
  for (let i = 1; i < characters.length; i++) tokens.push(`${characters[i - 1]}${characters[i]}`)
}

function lastCharacter(text: string): string {
  const last = text.slice(-2)
  return /^[\ud800-\udbff]/.test(last) ? last : last.slice(-1)
}
