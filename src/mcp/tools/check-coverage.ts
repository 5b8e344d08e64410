import * as v from 'valibot'
import type { CoverageAnswer } from '../../domain/answers'
import { intervals } from '../answer-schemas'
import { joinParts, shortTime } from '../answer-text'
import { strictArguments, text } from '../argument-schemas'
import { defineTool } from '../tool'

const input = strictArguments({
  start_date: v.pipe(text(40), v.description('2026-03-01, or 2026-03-01T09:00:00Z.')),
  end_date: v.optional(
    v.pipe(text(40), v.description('The same; a bare date includes that day. Default now.')),
  ),
})

/** Before the first sync the last three are absent. */
const output = v.object({
  has_coverage: v.boolean(),
  coverage_gaps: intervals,
  reason: v.string(),
  partial_coverage: v.optional(v.boolean()),
  cached_range: v.optional(v.nullable(v.object({ start: v.string(), end: v.string() }))),
  data_age_minutes: v.optional(v.number()),
})

/** Whether the stored data reaches over a time, in the shape that earlier clients read. */
export const checkCoverage = defineTool({
  name: 'check_coverage',
  title: 'Check coverage',
  description:
    'Returns whether every conversation created between two dates is stored, and the gaps if not; what is missing or old is then fetched in the background, up to a limit. Next: ask again shortly.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input,
  output,
  outputDepth: 0,
  async run(args, service, call) {
    const answer = await service.checkCoverage(args, call)
    return { data: answer, text: describeCoverage(answer) }
  },
})

/** So many gaps are named; the whole list is for programs. */
const gapsShown = 5

/** Before the first sync, when there is nothing else to say. */
const firstSyncHint =
  'Nothing is stored before the first sync has run: get_sync_status says whether it does, sync_conversations starts it.'

function endSentence(words: string): string {
  return words.endsWith('.') ? words : `${words}.`
}

function describeCoverage(answer: CoverageAnswer): string {
  const verdict = answer.partial_coverage ? 'Covered: in part.' : 'Covered: no.'
  const gaps = answer.coverage_gaps
    .slice(-gapsShown)
    .map(([from, to]) => `${shortTime(from)} to ${shortTime(to)}`)
  const more = answer.coverage_gaps.length - gaps.length
  const range = answer.cached_range
  return joinParts(
    [
      // The reason of a yes begins with it.
      answer.has_coverage ? answer.reason : `${verdict} ${endSentence(answer.reason)}`,
      answer.partial_coverage === undefined && firstSyncHint,
      gaps.length > 0 && `Gaps (UTC): ${gaps.join('; ')}${more > 0 ? `; and ${more} older` : ''}.`,
      range && `Stored in all: created ${shortTime(range.start)} to ${shortTime(range.end)} UTC.`,
    ],
    '\n',
  )
}
