import * as v from 'valibot'
import type { SyncStatusAnswer } from '../../domain/answers'
import { describeEstimate } from '../../domain/sync-estimate'
import { nullableNumber, nullableString, syncEstimate } from '../answer-schemas'
import { countOf, oneLine, shortTime } from '../answer-text'
import { strictArguments } from '../argument-schemas'
import { defineTool } from '../tool'

const input = strictArguments({})

/** One object for both cases, because the protocol wants an object at the root of a schema, not a union. */
const output = v.object({
  is_syncing: v.boolean(),
  sync_started_at: v.optional(v.string()),
  duration_minutes: v.optional(v.number()),
  coverage_dates: v.optional(v.object({ start: nullableString, end: nullableString })),
  progress: v.optional(
    v.object({
      done: v.number(),
      total: nullableNumber,
      phase: v.picklist(['starting', 'conversations', 'threads', 'finishing']),
    }),
  ),
  estimate: v.optional(v.nullable(syncEstimate)),
  last_error: v.optional(v.object({ at: v.string(), code: v.string(), message: v.string() })),
})

/** How far the sync under way is, in the shape that earlier clients read. */
export const getSyncStatus = defineTool({
  name: 'get_sync_status',
  title: 'Get sync status',
  description:
    'Returns whether a sync runs, how far it is and what is left, and the last error. Use it after sync_conversations. Next: repeat the question when it has ended.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input,
  output,
  outputDepth: 0,
  async run(_args, service, call) {
    const answer = await service.getSyncStatus({}, call)
    return { data: answer, text: describeSyncStatus(answer) }
  },
})

function describeSyncStatus(answer: SyncStatusAnswer): string {
  const lines = answer.is_syncing ? describeRun(answer) : ['No sync is running.']
  const error = answer.last_error
  if (error) lines.push(`Last error (${shortTime(error.at)} UTC, ${error.code}): ${oneLine(error.message)}`)
  return lines.join('\n')
}

type RunningStatus = Extract<SyncStatusAnswer, { is_syncing: true }>

function describeRun({ coverage_dates: dates, ...answer }: RunningStatus): string[] {
  const since = `Syncing since ${shortTime(answer.sync_started_at)} UTC (${describeMinutes(answer.duration_minutes)})`
  const reach =
    dates.start !== null && dates.end !== null
      ? `, from ${shortTime(dates.start)} to ${shortTime(dates.end)}`
      : ''
  const rest = answer.estimate === null ? 'not counted yet' : describeEstimate(answer.estimate)
  return [`${since}${reach}. ${describePhase(answer.progress)}`, `Still to come: ${rest}.`]
}

function describeMinutes(minutes: number): string {
  return minutes < 1 ? 'less than a minute' : countOf(minutes, 'minute')
}

function describePhase({ phase, done, total }: RunningStatus['progress']): string {
  const of = total === null ? `${done}` : `${done} of ${total}`
  if (phase === 'conversations') return `Fetching conversations: ${of}.`
  if (phase === 'threads') return `Fetching replies: ${of} threads.`
  return phase === 'starting' ? 'Starting.' : 'Finishing.'
}
