import { asksForInformation } from './questions'
import { readWords } from './words'

/** A stretch of words that says one thing, as the rules read it. */
export interface Clause {
  /** Lower case, contractions written out (`don't` is `do not`), nothing but letters and digits. */
  words: string[]
  sentence: number
  /** Asks for information: `how do I …`, `is there …`; not `why …`, and not a statement with a question mark. */
  isQuestion: boolean
  /** Set out as a condition: `if it fails`. */
  isCondition: boolean
  /** Begins with `but` or the like: what comes before it counts less. */
  isContrast: boolean
  exclaims: boolean
}

const quotedReply = /^\s*(?:>.*|-{2,}\s*original message[\s\S]*|on .{6,120} wrote:[\s\S]*)$/gim
const signature = /\n-- ?\n[\s\S]*$/
const addresses = /\b(?:https?:\/\/|www\.)\S+|(?<!\S)[^\s@]{1,64}@[^\s@]+\.[^\s@]+/gi
/** Up to 60 characters: longer ones are more often what the writer says than what a screen says. */
const quotations = /["“”«»„]([^"“”«»„\n]{1,60})["“”«»„]|(?<=^|\s)['‘]([^'’\n]{2,40})['’](?=[\s.,;:!?)]|$)/g
/** A capital inside a sentence makes a name: the Happy plan, the Trash folder. */
const innerNames = /(?<=[a-z0-9] )\p{Lu}\p{Ll}{2,}(?: \p{Lu}\p{Ll}+)*/gu
/** At the beginning of a sentence only two capitals in a row do: Perfect Match, Smart Reply. */
const leadingNames = /\b\p{Lu}\p{Ll}{2,}(?: \p{Lu}\p{Ll}{2,})+/gu
const letters = /\p{L}/gu
const capitalRun = /\p{Lu}{3}/u
const capitals = /\p{Lu}/gu

/** Whether somebody writes in capitals throughout. */
export function isShouted(text: string): boolean {
  if (!capitalRun.test(text)) return false
  const all = text.match(letters)?.length ?? 0
  return all >= 10 && (text.match(capitals)?.length ?? 0) > all * 0.7
}

/** What the writer says: without quoted mails, signatures and addresses, quoted words made `thing`. */
export function ownWords(text: string): string {
  let own = text.replace(addresses, ' ')
  if (own.includes('\n')) own = own.replace(signature, '').replace(quotedReply, '')
  return own.replace(quotations, (quotation, _double, _single, offset: number) =>
    offset === 0 && quotation.length === own.length ? quotation : ' thing ',
  )
}

/** A text whose names of products, people and places are made `thing`. */
export function withoutNames(text: string): string {
  return isShouted(text) ? text : text.replace(leadingNames, keepGreeting).replace(innerNames, 'thing')
}

function keepGreeting(names: string): string {
  return /^(?:Dear|Hi|Hello|Hey|Good|Kind|Best|Warm|Many|Thank|Thanks|Yours|Please|Well)\b/.test(names)
    ? names
    : 'thing'
}

const sentenceEnd = /([.!?]+)(?=\s|$)|\n+/g
const clauseEnd =
  /[,;:()–—…]+(?=\s|$)|\s[-–—]+\s|\s(?=(?:but|however|although|though|unfortunately|until|except|and then)\b)/g
const contrast = new Set(['but', 'however', 'unfortunately', 'until', 'except', 'sadly', 'nevertheless'])

/** The clauses of a text, in order; those without words are left out. */
export function readClauses(text: string): Clause[] {
  const clauses: Clause[] = []
  let start = 0
  let sentence = 0
  for (const end of text.matchAll(sentenceEnd)) {
    readSentence(text.slice(start, end.index), end[1] ?? '', { sentence: sentence++, clauses })
    start = end.index + end[0].length
  }
  if (start < text.length) readSentence(text.slice(start), '', { sentence, clauses })
  return clauses
}

function readSentence(
  source: string,
  ending: string,
  { sentence, clauses }: { sentence: number; clauses: Clause[] },
): void {
  const plain = source.toLowerCase()
  const asks = ending.includes('?')
  const parts = plain.split(clauseEnd)
  let inQuestion = false
  let isFirst = true
  for (const part of parts) {
    const words = readWords(part ?? '')
    if (words.length === 0) continue
    if (asksForInformation(words, { hasMark: asks, isFirst })) inQuestion = true
    isFirst = false
    clauses.push({
      words,
      sentence,
      isQuestion: inQuestion,
      isCondition:
        words[0] === 'if' ||
        words[0] === 'whenever' ||
        words[0] === 'whether' ||
        (words[0] === 'in' && words[1] === 'case'),
      isContrast: contrast.has(words[0] ?? ''),
      exclaims: ending.includes('!'),
    })
  }
}
