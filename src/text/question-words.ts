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

/** What a question says of conversations in general before it comes to its matter. */
const frameWords = words(`
  many much often all every most other
  customer customers client clients user users people person anyone anybody someone somebody everyone everybody
  conversation conversations ticket tickets chat chats thread threads message messages
  say says said saying talk talks talked talking tell told ask asks asked asking mention mentions mentioned
  mentioning write writes wrote writing report reports reported discuss discussed discussing`)

const imperatives = words('show find list give get tell search look fetch')
const afterImperative = words(`
  me us all any every for customers clients users people conversations tickets chats threads messages`)

const interrogatives = words(`
  what which who whom whose when where why how what's who's where's when's why's how's
  is are was were do does did have has had can could will would should`)

const timeAtEnd =
  /(?:^| )(?:(?:(?:in|during|over|within|from|since) )?(?:the )?(?:last|this|past|previous|current) (?:(?:\d+|few|couple of|two|three|four|five|six) )?(?:hours?|days?|weeks?|months?|quarters?|years?)|today|yesterday|recently|lately|so far|right now|these days)$/

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
  const [frame, time] = isQuestion(items) ? [frameLength(items), timeLength(items)] : [0, 0]
  items.forEach((_, index) => {
    if (index < frame || index >= items.length - time) keeps[index] = false
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
  const length = items.findIndex((item, index) => {
    const word = wordOf(item)
    const isFrame = littleWords.has(word) || frameWords.has(word) || (index < 2 && imperatives.has(word))
    return !isPlain(item) || !isFrame
  })
  return length === -1 ? items.length : length
}

/** Number of items at the end that say when ("in the last 30 days"): that is the timeframe's business. */
function timeLength(items: QueryItem[]): number {
  const lastFixed = items.findLastIndex((item) => !isPlain(item))
  const tail = items.slice(lastFixed + 1).map(wordOf)
  const match = timeAtEnd.exec(tail.join(' '))
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
