import * as v from 'valibot'
import { freshness, nullableNumber } from '../answer-schemas'
import { freshnessLine } from '../answer-text'
import { flag, strictArguments } from '../argument-schemas'
import { defineTool } from '../tool'

const input = strictArguments({
  force: v.optional(v.pipe(flag(), v.description('Fetch again even what is fresh; default false.'))),
})

const output = v.object({
  started: v.boolean(),
  run_id: v.string(),
  estimate: v.nullable(
    v.object({ conversations: nullableNumber, requests: nullableNumber, seconds: nullableNumber }),
  ),
  message: v.string(),
  freshness,
})

/** Starts or joins a sync without waiting for it. */
export const syncConversations = defineTool({
  name: 'sync_conversations',
  title: 'Start a sync',
  description:
    'Starts a sync from Intercom in the background, or joins the one that runs, and returns at once. Use it when data is missing or old and the answer can wait. Next: get_server_status shows the progress; force_sync waits instead.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input,
  output,
  async run(args, service, call) {
    const answer = await service.syncConversations(args, call)
    return { data: answer, text: `${answer.message}\n${freshnessLine(answer.freshness)}` }
  },
})
