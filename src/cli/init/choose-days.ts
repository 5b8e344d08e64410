import { showWhile } from '../progress-bar'
import { describeEstimate, estimateDays, findHistoryChoices } from './history'
import type { InitSession } from './session'
import type { SignedIn } from './sign-in'

/** How much history is to be kept, and what fetching it takes in words; null where that is not known. */
export interface ChosenHistory {
  days: number
  effort: string | null
}

/** Asks for the length of history, with what each takes, unless an option or a variable says it. */
export async function chooseDays(
  { context, questions, wishes }: InitSession,
  { api, config, workspace }: SignedIn,
): Promise<ChosenHistory> {
  const { signal } = context
  const current = config.initialSyncDays
  const isGiven =
    wishes.flags.days !== undefined || Boolean(wishes.environment.FASTINTERCOM_INITIAL_SYNC_DAYS)
  if (questions === null) return { days: current, effort: null }
  if (isGiven) {
    const estimate = await estimateDays(api, current, api.now(), signal)
    return { days: current, effort: estimate && describeEstimate(estimate) }
  }
  const choices = await showWhile('Counting conversations', context, () =>
    findHistoryChoices(api, { createdAt: workspace.createdAt, current }, signal),
  )
  const proposed = choices.some(({ days }) => days === current) ? current : (choices.at(-1)?.days ?? current)
  const days = await questions.askDays(choices, proposed)
  const known = choices.find((choice) => choice.days === days)
  const estimate = known ? known.estimate : await estimateDays(api, days, api.now(), signal)
  return { days, effort: estimate && describeEstimate(estimate) }
}
