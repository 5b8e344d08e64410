import { ConfigurationError } from '../../domain/errors'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { useService } from '../use-service'
import { reportDone, showTurn, takeTurn } from './turn'
import type { TurnOrder } from './turn-order'
import { watch } from './watch'

/** `sync --watch` and `sync --once`. */
export async function runTurns(context: CommandContext, order: TurnOrder): Promise<ExitCode> {
  return order.mode === 'once' ? runOnce(context) : runWatch(context, order.intervalMinutes)
}

/** One turn; the exit code says how it went, and a failure is told as that of any command. */
async function runOnce(context: CommandContext): Promise<ExitCode> {
  const { output, asJson } = context
  const startedMs = Date.now()
  const answer = await useService(context, ({ service }) => takeTurn(service, context), {
    mayBegin: true,
  })
  const seconds = Math.max(0, Math.round((Date.now() - startedMs) / 100) / 10)
  const time = { at: new Date(startedMs).toISOString(), seconds, next_in_seconds: null }
  showTurn(reportDone(answer, time), output, asJson)
  return exitCodes.done
}

/** Turns until somebody stops it, which is how it is meant to end. */
async function runWatch(context: CommandContext, intervalMinutes: number): Promise<ExitCode> {
  const { output, asJson, signal } = context
  try {
    await useService(
      context,
      async ({ service, logger, config }) => {
        if (config.accessToken === null) throw noToken()
        await watch({ service, logger, intervalMinutes, output, asJson, signal })
      },
      { lasting: true, mayBegin: true },
    )
  } catch (error) {
    if (!signal.aborted) throw error
  }
  output.note('Stopped.')
  return exitCodes.done
}

/** Even where another process has the data and a token: this one could not take over from it. */
function noToken(): ConfigurationError {
  return new ConfigurationError('There is no Intercom access token.', {
    hint: 'Run `npx fast-intercom-mcp init`, or set INTERCOM_ACCESS_TOKEN.',
  })
}
