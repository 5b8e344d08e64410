import { isRunToken, tokenizeText } from './tokenizer'
import { isEnglishFunctionStem, isStopStem } from './topic-stop-words'

/**
 * What a conversation is about, as numbers: the stems of what its customer wrote, each as a hash of 31 bits. The
 * highest bit says that it was written like a name ("San Jose" in the midst of an English sentence).
 */
export type TermCodes = Uint32Array

/** What somebody writes about is said in his first sentences; the rest of a long exchange only costs room. */
export const maxTermsPerConversation = 48

const nameBit = 0x8000_0000
const hashMask = 0x7fff_ffff

/** A message is read so far: pasted logs and mail histories would drown the matter. */
const maxTextChars = 4_000

/** Text in which fewer of the words are English little words is not taken for English. */
const englishShare = 0.15

const addresses = /(?:https?:\/\/|www\.)\S+|[^\s@<>]{1,64}@[^\s@<>]+\.[^\s@<>]+/gi
const wordPattern = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|['’](?=\p{L}))*/gu
const capitalised = /^\p{Lu}\p{Ll}/u
/** "Fresno, CA". */
const placeCode = /^[A-Z]{2}$/
const sentenceBreak = /[.!?:;\n\r"“”(•*–—-]/
const numberLike = /^\d+(?:st|nd|rd|th|am|pm|h|hr|hrs|min|mins|k|m|x|s|ms|kg|g|cm|mm|km|gb|mb|eur|usd|gbp)?$/
const manyDigits = /(?:\d\D*){3}/
/** Japanese grammar; what a sentence is about is in Kanji or Katakana. */
const hiragana = /^\p{Script=Hiragana}+$/u
/** Longer ones are keys and codes. */
const longestWord = 24

/** A word of a text that can be part of a topic. */
export interface TopicWord {
  hash: number
  /** As written; of a run of Chinese, Japanese, Korean, Thai, … characters, a pair. */
  surface: string
  /** Whether a sentence has begun before it, and it has a capital nevertheless. */
  isName: boolean
  /** Whether nothing but a space stands between it and the topic word before it. */
  follows: boolean
}

/** The different terms of what a customer wrote, first written first, at most `maxTermsPerConversation`. */
export function extractTopicTerms(texts: readonly string[]): TermCodes {
  const names = new Map<number, boolean>()
  for (const text of texts) {
    for (const { hash, isName } of readTopicWords(text)) {
      const known = names.get(hash)
      if (known === undefined && names.size >= maxTermsPerConversation) continue
      names.set(hash, isName && known !== false)
    }
    if (names.size >= maxTermsPerConversation) break
  }
  return Uint32Array.from(names, ([hash, isName]) => (isName ? (hash | nameBit) >>> 0 : hash))
}

/** The hash of a term's code. */
export function termHash(code: number): number {
  return code & hashMask
}

/** Whether the term was written like a name wherever it stands in the conversation. */
export function isNameTerm(code: number): boolean {
  return code >= nameBit
}

/** The words of a message that can be part of a topic, in order; greetings, signatures and quoted mail left out. */
export function readTopicWords(text: string): TopicWord[] {
  const matter = withoutFrame(text.slice(0, maxTextChars)).replace(addresses, ' . ')
  const words: TopicWord[] = []
  let end = 0
  let count = 0
  let functionWords = 0
  let followsTopicWord = false
  for (const match of matter.matchAll(wordPattern)) {
    const surface = match[0]
    const gap = matter.slice(end, match.index)
    const begins = end === 0 || sentenceBreak.test(gap)
    end = match.index + surface.length
    count += 1
    const { parts, isFunctionWord } = lookUp(surface)
    if (isFunctionWord) functionWords += 1
    const isName = !begins && (capitalised.test(surface) || (gap === ', ' && placeCode.test(surface)))
    const follows = followsTopicWord && gap === ' '
    for (const part of parts) words.push({ ...part, isName, follows: follows && parts.length === 1 })
    followsTopicWord = parts.length === 1
  }
  // Other languages give capitals to other words.
  if (functionWords < count * englishShare) for (const word of words) word.isName = false
  return words
}

const quoted = /^(?:>|On .{5,120} wrote:$|-{2,} ?(?:original message|forwarded))/i
const signOff =
  /^(?:--+|(?:(?:with )?(?:best|kind|warm|many|kindest|warmest)? ?(?:regards|wishes|thanks)|thanks(?: a lot| again| in advance| so much)?|thank you(?: in advance| so much| again)?|cheers|sincerely|yours(?: \w+)?|best|mit freundlichen gr[uü](?:ß|ss)en|cordialement|saludos|sent from my .*|get outlook .*)[,.!]?)$/i

/** Lines after which a short rest is a signature and no matter. */
const longestSignature = 6

function withoutFrame(text: string): string {
  if (!text.includes('\n')) return text
  const lines = text.split('\n')
  const kept: string[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').trim()
    if (quoted.test(line)) break
    const left = lines.length - i - 1
    if (i > 0 && left <= longestSignature && signOff.test(line)) break
    kept.push(line)
  }
  return kept.join('\n')
}

interface KnownWord {
  parts: readonly { hash: number; surface: string }[]
  isFunctionWord: boolean
}

const wordCache = new Map<string, KnownWord>()
/** Bounds the cache at a few megabytes. */
const wordCacheSize = 30_000

function lookUp(surface: string): KnownWord {
  const cached = wordCache.get(surface)
  if (cached !== undefined) return cached
  const known = judgeWord(surface)
  if (wordCache.size >= wordCacheSize) wordCache.clear()
  wordCache.set(surface, known)
  return known
}

function judgeWord(surface: string): KnownWord {
  const stems = tokenizeText(surface)
  const isFunctionWord = stems.length > 0 && stems.every(isEnglishFunctionStem)
  const parts = stems.filter(canBeTopic).map((stem) => {
    return { hash: hashOf(stem), surface: stems.length === 1 && !isRunToken(stem) ? surface : stem }
  })
  return { parts, isFunctionWord }
}

function canBeTopic(stem: string): boolean {
  if (isRunToken(stem)) return [...stem].length > 1 && !hiragana.test(stem)
  if (stem.length < 2 || stem.length > longestWord) return false
  return !isStopStem(stem) && !numberLike.test(stem) && !manyDigits.test(stem)
}

/** FNV-1a over UTF-16 units, folded to 31 bits: two of 50,000 words meet in one case of two. */
function hashOf(stem: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < stem.length; i++) {
    hash = Math.imul(hash ^ stem.charCodeAt(i), 0x01000193)
  }
  return (hash ^ (hash >>> 31)) & hashMask
}
