import { createPhraseFinder } from './phrase-matcher'

const split = (words: string): Set<string> => new Set(words.split(' '))

/** May stand before a question: `ok, so how do I …`. */
const openers = split('hi hello hey so and also but ok okay or well please sorry quick question')
const questionWords = split('how what which where when who whose')
const auxiliaries = split(
  'do does did can could is are was were will would should shall may have has am to about many much long often',
)
const subjects = split(
  'i we you it the this that there these those my our your he she they a an any anyone one somebody someone two thing all both',
)
const wishes = split('chance idea way update')

/** Questions that complain; as phrases are written (phrase-matcher.ts). */
const findComplaint = createPhraseFinder([
  {
    weight: -1,
    phrases: [
      'how many times|more',
      'how much longer',
      'how long do|must|am|are|will|should WE|this|it',
      'how hard',
      'how is this|that|it acceptable|possible',
      'what is wrong|going|the on|point?',
      'are you kidding|serious|joking|even|there',
      'is this|that a|really|how|your|normal joke?',
      'do you even|ever',
      'does|is|can anyone|anybody|someone|somebody',
      'has|have this|it|you|my been? forgotten|lost|ignored',
      'can|could|will|would you please|finally|kindly|at? least? fix|explain|repair|stop|sort|answer|reply|respond|look|investigate|solve|resolve|undo|restore|escalate',
      'can|could|will|would you fix|explain|repair|stop|sort|answer|reply|respond|look|investigate|solve|resolve|undo|restore|escalate',
      'can|could you check|tell me? why|what',
      'when will|is|are __ fixed|back|repaired|working|work|solved|resolved|answer|finally',
    ],
  },
])

/**
 * Whether a clause asks for information: `how do I …`, `is there …`, `which one publishes?`. Not `why …`, nor what
 * complains in the form of a question. Without a question mark only the first clause of a sentence can.
 */
export function asksForInformation(
  words: readonly string[],
  { hasMark, isFirst }: { hasMark: boolean; isFirst: boolean },
): boolean {
  if (!hasMark && !isFirst) return false
  let at = 0
  while (openers.has(words[at] ?? '')) at++
  if (findComplaint(words, at)) return false
  const [first = '', second = '', third = ''] = words.slice(at, at + 3)
  if (questionWords.has(first)) return hasMark || auxiliaries.has(second) || auxiliaries.has(third)
  if (first === 'any') return wishes.has(second)
  return auxiliaries.has(first) && (hasMark || subjects.has(second))
}
