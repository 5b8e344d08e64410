import * as v from 'valibot'
import type { DataInfoAnswer } from '../../domain/answers'
import { nullableString } from '../answer-schemas'
import { countOf, shortTime } from '../answer-text'
import { strictArguments } from '../argument-schemas'
import { defineTool } from '../tool'

const input = strictArguments({})

/** One object for both cases, because the protocol wants an object at the root of a schema, not a union. */
const output = v.object({
  has_data: v.boolean(),
  message: v.optional(v.string()),
  last_sync: v.optional(v.string()),
  data_age_minutes: v.optional(v.number()),
  coverage_start: v.optional(nullableString),
  coverage_end: v.optional(nullableString),
  total_conversations: v.optional(v.number()),
  total_messages: v.optional(v.number()),
  sync_type: v.optional(v.string()),
  database_size_mb: v.optional(v.number()),
})

/** What is stored, in the shape that earlier clients read. */
export const getDataInfo = defineTool({
  name: 'get_data_info',
  title: 'Get data info',
  description:
    'Returns whether data is stored, when it was last synced, which days it covers and how much there is. Use it to decide whether the data reaches far enough. Next: sync_conversations when it is missing or old.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input,
  output,
  outputDepth: 0,
  async run(_args, service, call) {
    const answer = await service.getDataInfo({}, call)
    return { data: answer, text: describeDataInfo(answer) }
  },
})

function describeDataInfo(answer: DataInfoAnswer): string {
  if (!answer.has_data) return `${answer.message}. Call sync_conversations to fetch the first data.`
  const covered =
    answer.coverage_start !== null && answer.coverage_end !== null
      ? `, created between ${shortTime(answer.coverage_start)} and ${shortTime(answer.coverage_end)} UTC`
      : ''
  return [
    `${countOf(answer.total_conversations, 'conversation')} and ${countOf(answer.total_messages, 'message')} are stored${covered}.`,
    `Last sync (${answer.sync_type}) ${shortTime(answer.last_sync)} UTC, ${countOf(answer.data_age_minutes, 'minute')} ago. The store takes ${answer.database_size_mb} MB.`,
  ].join('\n')
}
