import * as v from 'valibot'
import { describeEstimate } from '../../domain/sync-estimate'
import { freshness, syncEstimate } from '../answer-schemas'
import { freshnessLine, joinParts } from '../answer-text'
import { briefTimeframe, flag, strictArguments } from '../argument-schemas'
import { defineTool } from '../tool'

const input = strictArguments({
  timeframe: v.optional(
    briefTimeframe('Fetch all conversations created then, e.g. "last 90 days"; absent: what is new.'),
  ),
  force: v.optional(v.pipe(flag(), v.description('Fetch again even what is fresh; default false.'))),
})

const output = v.object({
  started: v.boolean(),
  run_id: v.string(),
  estimate: v.nullable(syncEstimate),
  message: v.string(),
  freshness,
})

/** Starts or joins a sync without waiting for it. */
export const syncConversations = defineTool({
  name: 'sync_conversations',
  title: 'Start a sync',
  description:
    'Starts a sync from Intercom in the background, or joins the one that runs, and returns at once. Use it when data is missing or old and the answer can wait. Next: get_sync_status shows the progress and what is left; force_sync waits instead.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input,
  output,
  async run(args, service, call) {
    const answer = await service.syncConversations(args, call)
    const { estimate } = answer
    const rest = estimate === null ? null : `Still to come: ${describeEstimate(estimate)}.`
    return { data: answer, text: joinParts([answer.message, rest, freshnessLine(answer.freshness)], '\n') }
  },
})
