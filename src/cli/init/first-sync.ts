import type { Config } from '../../config/finalize'
import type { ForceSyncAnswer } from '../../domain/answers'
import { showSync, syncWithBar } from '../commands/sync'
import { asPlainLine } from '../output'
import { formatAmount, formatSeconds } from '../units'
import { withRuntime } from '../use-service'
import { findFirstQuestions } from './first-questions'
import type { InitSession } from './session'

/** What the sync brought, and questions that the stored data has an answer to. */
export interface FirstSync {
  answer: ForceSyncAnswer
  questions: string[]
}

/** Syncs with a bar and says what came. `days` makes sure of so much history where something is stored already. */
export async function syncFirst(
  config: Config,
  days: number | undefined,
  { context, questions, screen }: InitSession,
): Promise<FirstSync> {
  const { signal, asJson, output } = context
  const result = await withRuntime(config, signal, async ({ service }) => {
    const answer = await syncWithBar({ force: false, days }, service, context)
    return { answer, questions: answer.success ? await findFirstQuestions(service, signal) : [] }
  })
  const { answer } = result
  if (questions === null) {
    if (!asJson) showSync(answer, output)
  } else if (answer.success) screen.done(describeSync(answer))
  else screen.warn(asPlainLine(answer.message))
  return result
}

function describeSync({ conversations, messages, duration_seconds: seconds }: ForceSyncAnswer): string {
  if (conversations === 0) return 'Nothing new since the last sync'
  const amounts = `${formatAmount(conversations, 'conversation')} and ${formatAmount(messages, 'message')}`
  return `Fetched ${amounts} in ${formatSeconds(Math.max(1, Math.round(seconds)))}`
}
