import type { QueryItem } from './query-lexer'

/**
 * Which words of a question carry nothing. Dropped too many, a search finds the wrong conversations; too few, it
 * finds none, because nobody writes "which customers" to a support desk. So: little words go anywhere, the frame
 * around the question ("what did customers say about") goes only from its beginning, a time at its end only from
 * what is plainly a question. `not`, `no`, `can't`, `out`, `up`, `after` stay: they change what is meant.
 */
const littleWords = words(`
  a an the this that these those
  i me my we us our you your he him his she her it its they them their
  is are was were be been being am do does did have has had
  can could will would shall should may might must
  of to in on at by for with from about into as and or but if so than then there here
  what which who whom whose when where why how
  what's who's where's when's why's how's that's it's there's i'm i've i'd i'll we're we've you're they're
  please any some`)

/** What a question says of conversations in general before it comes to its matter: what they are, and who wrote. */
const frameNouns = words(`
  customer customers client clients user users people person anyone anybody someone somebody everyone everybody
  conversation conversations ticket tickets chat chats thread threads message messages`)
const frameVerbs = words(`
  say says said saying talk talks talked talking tell told ask asks asked asking mention mentions mentioned
  mentioning write writes wrote writing written report reports reported discuss discussed discussing`)
const frameWords = new Set([...frameNouns, ...frameVerbs, ...words('many much often all every most other')])

/** May stand in a frame that names both a conversation and what was said in it ("I am looking for an old chat …"). */
const searchWords = words(
  'looking searching trying remember recall need want like something old recent certain',
)

const likeness = words('something anything like along the lines of about that')

const imperatives = words('show find list give get tell search look fetch')
const afterImperative = words(`
  me us all any every for customers clients users people conversations tickets chats threads messages`)

const interrogatives = words(`
  what which who whom whose when where why how what's who's where's when's why's how's
  is are was were do does did have has had can could will would should`)

/** "In the last 30 days": the timeframe's business. */
const timeAtEnd =
  /(?:^| )(?:(?:(?:in|during|over|within|from|since) )?(?:the )?(?:last|this|past|previous|current) (?:(?:\d+|few|couple of|two|three|four|five|six) )?(?:hours?|days?|weeks?|months?|quarters?|years?)|today|yesterday|recently|lately|so far|right now|these days)$/

const courtesyAtEnd =
  /(?:^| )(?:(?:many )?thanks|thank you|thx|cheers)(?: (?:a lot|a bunch|so much|very much|again|in advance|for (?:your|the) help))?$/

/**
 * Splits items into those to search for and the words left out. Words in quotes, prefixes, excluded words and
 * alternatives of an `OR` always stay; so does everything when nothing searchable would be left. `timeWords` is the
 * part left out that says when, or null.
 */
export function dropQuestionWords(
  items: QueryItem[],
  isSearchable: (item: QueryItem) => boolean,
): { kept: QueryItem[]; timeWords: string | null } {
  const keeps = items.map((item) => !isPlain(item) || !littleWords.has(wordOf(item)))
  const [frame, time] = isQuestion(items)
    ? [frameLength(items), lengthAtEnd(items, timeAtEnd)]
    : [sayingLength(items), 0]
  const courtesy = frame === 0 ? 0 : lengthAtEnd(items, courtesyAtEnd)
  const tail = Math.max(time, courtesy, afterthoughtLength(items))
  items.forEach((_, index) => {
    if (index < frame || index >= items.length - tail) keeps[index] = false
  })
  const kept = items.filter((_, index) => keeps[index])
  if (!kept.some((item) => !item.negated && isSearchable(item))) return { kept: items, timeWords: null }
  const timeItems = time === 0 ? [] : items.slice(-time)
  return { kept, timeWords: timeItems.map(wordOf).join(' ') || null }
}

function isQuestion(items: QueryItem[]): boolean {
  const [first, second] = items
  if (!first || !isPlain(first)) return false
  if (interrogatives.has(wordOf(first)) || wordOf(first) === 'please') return true
  return imperatives.has(wordOf(first)) && second !== undefined && afterImperative.has(wordOf(second))
}

function frameLength(items: QueryItem[]): number {
  const length = lengthWhile(
    items,
    (word, index) => isFrameWord(word) || (index < 2 && imperatives.has(word)),
  )
  return Math.max(length, sayingLength(items))
}

/** Number of items at the beginning that say no more than that somebody said it in some conversation. */
function sayingLength(items: QueryItem[]): number {
  const length = lengthWhile(
    items,
    (word) => isFrameWord(word) || imperatives.has(word) || searchWords.has(word),
  )
  const found = items.slice(0, length).map(wordOf)
  const verb = found.findLastIndex((word) => frameVerbs.has(word))
  const isFrame = verb !== -1 && found.slice(0, verb).some((word) => frameNouns.has(word))
  if (!isFrame) return 0
  // What follows the last verb may be what was said.
  return verb + 1 + lengthWhile(items.slice(verb + 1), (word) => likeness.has(word))
}

/** Number of items of a question about the conversation at the end ("…, and when did they say it?"). */
function afterthoughtLength(items: QueryItem[]): number {
  const length = lengthWhile(items.toReversed(), isFrameWord)
  const start = items.findIndex((item, at) => at >= items.length - length && interrogatives.has(wordOf(item)))
  return start === -1 ? 0 : items.length - start
}

function isFrameWord(word: string): boolean {
  return littleWords.has(word) || frameWords.has(word)
}

function lengthWhile(items: QueryItem[], isWanted: (word: string, index: number) => boolean): number {
  const length = items.findIndex((item, index) => !isPlain(item) || !isWanted(wordOf(item), index))
  return length === -1 ? items.length : length
}

/** Number of items at the end that the pattern finds there. */
function lengthAtEnd(items: QueryItem[], pattern: RegExp): number {
  const lastFixed = items.findLastIndex((item) => !isPlain(item))
  const tail = items.slice(lastFixed + 1).map(wordOf)
  const match = pattern.exec(tail.join(' '))
  return match ? match[0].trim().split(' ').length : 0
}

function isPlain(item: QueryItem): boolean {
  return !item.quoted && !item.negated && !item.prefix && !item.alternative
}

function wordOf(item: QueryItem): string {
  return item.text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
}

function words(list: string): Set<string> {
  return new Set(list.trim().split(/\s+/))
}
