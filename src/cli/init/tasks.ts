import { formatAmount } from '../units'
import { describeDays } from './history'
import type { InitSession } from './session'

/** What a run of init sees to, besides checking the token. */
export type Task = 'token' | 'days' | 'clients' | 'sync'

const firstTasks: readonly Task[] = ['days', 'clients', 'sync']

/**
 * Everything the first time. Where all is set up, only what options name; without any the person chooses, unless it
 * was just the token that had to be typed, and with nobody to ask it is a sync.
 */
export async function chooseTasks(
  { former, questions, wishes }: Pick<InitSession, 'former' | 'questions' | 'wishes'>,
  isTokenTyped: boolean,
  showFormer: () => void,
): Promise<ReadonlySet<Task>> {
  if (!former.isSetUp) return new Set(firstTasks)
  const { flags, clients } = wishes
  const hasSettings = [flags.token, flags.region, flags.days].some((flag) => flag !== undefined)
  if (hasSettings || clients !== null) {
    return new Set([
      ...(hasSettings ? (['days', 'sync'] as const) : []),
      ...(clients === null ? [] : (['clients'] as const)),
    ])
  }
  if (isTokenTyped) return new Set()
  showFormer()
  if (questions === null) return new Set(['sync'])
  const change = await questions.askChange()
  if (change === 'nothing') return new Set()
  return new Set(change === 'days' ? ['days', 'sync'] : [change])
}

/** What is set up, in aligned lines. */
export function describeFormer(facts: {
  days: number
  conversations: number | null
  clients: readonly string[]
}): string[] {
  const { conversations, clients } = facts
  return [
    `History   ${describeDays(facts.days)}`,
    `Stored    ${conversations === null ? 'nothing yet' : formatAmount(conversations, 'conversation')}`,
    `Clients   ${clients.length === 0 ? 'none of those that init knows' : clients.join(', ')}`,
  ]
}
