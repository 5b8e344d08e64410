import { setTimeout as sleep } from 'node:timers/promises'
import type { Simulator } from '../../src/simulator/server'
import type { Served } from './process'

const replyText =
  'Thank you, that was quick. One more thing: can the invoice be sent to our new address as well, and from which day?'

/** More than an incremental run looks back, so that a refresh meets its own changes only. */
const betweenRefreshesSeconds = 1_200
/** A run reads up to the last full second on the API's clock, of which only whole seconds are known. */
const untilSeenMs = 2_500

/**
 * Adds a reply to `count` conversations, spread over all, so that the next refresh brings them and nothing else. A
 * refresh goes before, because a program learns from answers only that the simulator's clock has been moved.
 */
export async function changeConversations(
  { world, change, clock }: Simulator,
  owner: Served,
  { count, salt }: { count: number; salt: number },
): Promise<string[]> {
  clock.advance(betweenRefreshesSeconds)
  await refresh(owner)
  await refresh(owner)
  const ids = world.ids()
  const changed = Array.from(
    { length: count },
    (_, index) => ids[(Math.floor((index * ids.length) / count) + salt * 7) % ids.length] as string,
  )
  for (const id of changed) change.reply(id, { text: `${replyText} (${salt})` })
  await sleep(untilSeenMs)
  return changed
}

/** Has the owner fetch what has changed, and waits for it. */
export async function refresh(owner: Served): Promise<void> {
  const answer = await owner.call('force_sync', { wait_seconds: 3600 })
  if (answer.success !== true) throw new Error(`The refresh failed: ${String(answer.message)}`)
}
