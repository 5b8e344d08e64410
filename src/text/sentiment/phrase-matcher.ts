/**
 * Phrases are written as words with single spaces between them:
 *
 *     charged|billed me|us? twice      alternatives by `|`; a word that may be absent ends in `?`
 *     keeps|kept *ing                  `*ing` is any word that ends so, `crash*` any word that begins so
 *     not _ enough                     `_` is exactly one word, `__` none to three
 *     ^ again, really $                `^` begins the clause, `$` ends it
 *     BE NUMBER UNIT                   a word in capitals is a list of words (`lists`)
 *
 * Words that add nothing (`fillers`) may stand anywhere inside a phrase and need not be written.
 */
export interface PhraseGroup {
  weight: number
  phrases: readonly string[]
}

export interface FoundPhrase {
  /** Number of words it takes. */
  length: number
  weight: number
}

interface Element {
  accepts: (word: string) => boolean
  isOptional: boolean
  /** Up to this many words of any kind. */
  gap: number
}

interface Phrase {
  elements: Element[]
  weight: number
  startsClause: boolean
  endsClause: boolean
}

const lists: Record<string, string> = {
  BE: 'is|are|was|were|am|be|been|being|gets|got',
  DO: 'does|did|do|will|would|can|could',
  HAVE: 'have|has|had',
  WE: 'i|we|they|he|she|you|everyone|nobody|customers|users|guests',
  US: 'me|us|them|him|her|everyone|people|users|customers',
  MY: 'my|our|the|this|your|their|these|that|a|an|his|her',
  NUMBER:
    'a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many|few|couple|1|2|3|4|5|6|7|8|9|10|11|12|14|15|20|24|30|45|48|60|90',
  UNIT: 'minute|minutes|hour|hours|hrs|day|days|week|weeks|month|months|year|years',
  ORDINAL: 'second|third|fourth|fifth|sixth|seventh|tenth|2nd|3rd|4th|5th|6th|7th|10th|nth|umpteenth',
  FAULT:
    'problem|problems|issue|issues|trouble|error|errors|bug|bugs|fault|difficulty|difficulties|glitch|glitches|crash|crashes|outage|outages',
}

const fillers = new Set(
  'really even actually simply just also currently so very quite all properly correctly completely totally absolutely definitely certainly honestly literally both always ever truly basically either yet now already again'.split(
    ' ',
  ),
)

/**
 * Prepares a finder of the longest phrase that begins at `position` of a clause's words; of two that are equally
 * long, the one listed first. It costs one look-up for a word that begins no phrase.
 */
export function createPhraseFinder(
  groups: readonly PhraseGroup[],
): (words: readonly string[], position: number) => FoundPhrase | null {
  const byFirstWord = new Map<string, Phrase[]>()
  for (const { weight, phrases } of groups) {
    for (const source of phrases) {
      const { phrase, firstWords } = readPhrase(source, weight)
      for (const word of firstWords) byFirstWord.set(word, [...(byFirstWord.get(word) ?? []), phrase])
    }
  }
  return (words, position) => {
    let best: FoundPhrase | null = null
    for (const phrase of byFirstWord.get(words[position] ?? '') ?? []) {
      if (phrase.startsClause && position > 0) continue
      const end = matchElements(phrase, words, position, 0)
      if (end > position && end - position > (best?.length ?? 0)) {
        best = { length: end - position, weight: phrase.weight }
      }
    }
    return best
  }
}

/** The first word is looked up, so it is always written out: no wildcards, not optional. */
function readPhrase(source: string, weight: number): { phrase: Phrase; firstWords: string[] } {
  const parts = source.split(' ')
  const startsClause = parts[0] === '^'
  const endsClause = parts.at(-1) === '$'
  const body = parts.slice(startsClause ? 1 : 0, endsClause ? -1 : undefined)
  const firstWords = alternativesOf(body[0] ?? '')
  return { phrase: { elements: body.map(readElement), weight, startsClause, endsClause }, firstWords }
}

function readElement(source: string): Element {
  if (source === '_' || source === '_?') return { accepts: () => true, isOptional: source === '_?', gap: 0 }
  if (source === '__') return { accepts: () => false, isOptional: true, gap: 3 }
  const isOptional = source.endsWith('?')
  const alternatives = alternativesOf(isOptional ? source.slice(0, -1) : source)
  const whole = new Set(alternatives.filter((word) => !word.includes('*')))
  const beginnings = alternatives.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1))
  const endings = alternatives.filter((word) => word.startsWith('*')).map((word) => word.slice(1))
  if (beginnings.length + endings.length === 0)
    return { accepts: (word) => whole.has(word), isOptional, gap: 0 }
  return {
    isOptional,
    gap: 0,
    accepts: (word) =>
      whole.has(word) ||
      beginnings.some((beginning) => word.startsWith(beginning)) ||
      endings.some((ending) => word.endsWith(ending) && word.length > ending.length + 1),
  }
}

function alternativesOf(source: string): string[] {
  return source.split('|').flatMap((word) => lists[word]?.split('|') ?? [word])
}

/** Position after the last word of the match, or -1. */
function matchElements(phrase: Phrase, words: readonly string[], at: number, element: number): number {
  const wanted = phrase.elements[element]
  if (!wanted) return phrase.endsClause && at < words.length ? -1 : at
  if (wanted.gap > 0) return matchAfterGap(phrase, words, at, element)
  const word = words[at]
  if (word !== undefined && wanted.accepts(word)) {
    const end = matchElements(phrase, words, at + 1, element + 1)
    if (end >= 0) return end
  }
  if (wanted.isOptional) {
    const end = matchElements(phrase, words, at, element + 1)
    if (end >= 0) return end
  }
  const isFiller = element > 0 && word !== undefined && fillers.has(word)
  return isFiller ? matchElements(phrase, words, at + 1, element) : -1
}

function matchAfterGap(phrase: Phrase, words: readonly string[], at: number, element: number): number {
  const furthest = Math.min(words.length, at + (phrase.elements[element]?.gap ?? 0))
  for (let next = at; next <= furthest; next++) {
    const end = matchElements(phrase, words, next, element + 1)
    if (end >= 0) return end
  }
  return -1
}
