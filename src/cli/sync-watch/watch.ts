import type { Logger } from '../../logger'
import type { Service } from '../../service/service'
import { createBackgroundLoop } from '../../sync/background-loop'
import { createBackoff } from '../../sync/backoff'
import { realTimers, type Timers } from '../../sync/timers'
import type { CommandContext } from '../command-context'
import { formatSeconds } from '../units'
import { asTurnError, reportDone, reportFailed, showTurn, takeTurn } from './turn'

export interface WatchOptions extends Pick<CommandContext, 'output' | 'signal' | 'asJson'> {
  service: Service
  logger: Logger
  intervalMinutes: number
  timers?: Timers
}

/**
 * Takes turns until the signal aborts: one at once, then one each interval and after the machine has slept. Each says
 * in a line what came of it; a failure is tried again after a wait that grows. Resolves when the turn under way has
 * ended.
 */
export async function watch(options: WatchOptions): Promise<void> {
  const { service, logger, intervalMinutes, output, asJson, signal, timers = realTimers } = options
  const backoff = createBackoff(timers)
  const intervalMs = intervalMinutes * 60_000

  const turn = async (): Promise<number | null> => {
    const startedMs = timers.nowMs()
    const time = (nextMs: number) => ({
      at: new Date(startedMs).toISOString(),
      // A clock that is set back meanwhile must not make it negative.
      seconds: Math.max(0, Math.round((timers.nowMs() - startedMs) / 100) / 10),
      next_in_seconds: Math.round(nextMs / 100) / 10,
    })
    try {
      const answer = await takeTurn(service, { output, signal, asJson })
      backoff.succeed()
      showTurn(reportDone(answer, time(intervalMs)), output, asJson)
      return null
    } catch (reason) {
      if (signal.aborted) return null
      const error = asTurnError(reason)
      if (error !== reason) logger.error('A turn of sync --watch failed unexpectedly', { error: reason })
      const { atMs, retryAtMs } = backoff.fail(error)
      showTurn(reportFailed(error, time(retryAtMs - atMs)), output, asJson)
      return retryAtMs - atMs
    }
  }

  const loop = createBackgroundLoop({
    ...{ intervalMs, firstTurnAfterMs: 0, timers, turn },
    onJump: () => backoff.forgive(),
  })
  if (!asJson) output.note(`Syncing every ${formatSeconds(intervalMs / 1_000)}, until Ctrl-C.`)
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
  })
  loop.start()
  await stopped
  await loop.stop()
}
