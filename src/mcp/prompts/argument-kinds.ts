import { quoteShortly } from '../protocol-error'

/** What an argument of a prompt is: it decides what is accepted and what is offered while somebody types. */
export type ArgumentKind = 'timeframe' | 'customer_email' | 'team' | 'assignee' | 'tag' | 'words'

const timeframeExamples =
  'Examples: today, last week, last 30 days, since monday, March 2026, Q3 2026, 2026-03-01 to 2026-03-15.'

/** As the tools take them, which get them in the end. */
const mostChars: Record<ArgumentKind, number> = {
  timeframe: 100,
  customer_email: 320,
  team: 64,
  assignee: 64,
  tag: 256,
  words: 300,
}

/**
 * What is wrong with the value and what is allowed, as the rest of a sentence about it; null when it is right. Whether
 * a team, a person or a tag of that name exists is not known without the data: the tools say so, with names that are
 * near.
 */
export async function findArgumentProblem(kind: ArgumentKind, value: string): Promise<string | null> {
  const received = `received ${quoteShortly(value, 60)}`
  if (value.length > mostChars[kind])
    return `must be at most ${mostChars[kind]} characters long; ${received}.`
  if (/\p{Cc}/u.test(value)) return `must be one line; ${received}.`
  if (kind === 'customer_email' && !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(value)) {
    return `must be one whole e-mail address, such as mira@example.com; ${received}.`
  }
  if (kind !== 'timeframe') return null
  // Reading dates in words takes two libraries that nothing else here needs.
  const { findTimeframeProblem } = await import('../../service/timeframe-check')
  const problem = findTimeframeProblem(value)
  return problem && `cannot be used. ${problem} ${timeframeExamples}`
}
