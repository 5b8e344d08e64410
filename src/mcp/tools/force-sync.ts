import * as v from 'valibot'
import { countOf } from '../answer-text'
import { numberBetween, strictArguments } from '../argument-schemas'
import { defineTool } from '../tool'

/** Most clients give a call 60 seconds; this leaves time for the answer. */
const defaultWaitSeconds = 45

const input = strictArguments({
  wait_seconds: v.optional(
    v.pipe(
      numberBetween(0, 3600),
      v.description(`How long to wait for its end; default ${defaultWaitSeconds}.`),
    ),
  ),
})

const output = v.object({
  success: v.boolean(),
  message: v.string(),
  conversations: v.number(),
  messages: v.number(),
  duration_seconds: v.number(),
})

/** Runs a sync and waits for it, with progress and cancellation. */
export const forceSync = defineTool({
  name: 'force_sync',
  title: 'Sync now and wait',
  description:
    'Runs a sync from Intercom now, reporting progress, and returns how much was stored; a sync that outlasts the wait goes on behind. Use it when the user wants the latest data before the next question. Next: repeat the question.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input,
  output,
  async run(args, service, call) {
    const answer = await service.forceSync({ wait_seconds: args.wait_seconds ?? defaultWaitSeconds }, call)
    const stored = `${countOf(answer.conversations, 'conversation')} and ${countOf(answer.messages, 'message')} stored in ${answer.duration_seconds} s.`
    return { data: answer, text: `${answer.message}\n${stored}` }
  },
})
