import type { ForceSyncAnswer } from '../../domain/answers'
import { AppError, type ErrorData } from '../../domain/errors'
import type { Service } from '../../service/service'
import { isRefusal } from '../../sync/backoff'
import type { CommandContext } from '../command-context'
import { asPlainLine, type Output } from '../output'
import { createProgressBar } from '../progress-bar'
import { formatAmount, formatSeconds } from '../units'

/** What came of one turn, as `--json` prints it. */
export interface TurnReport {
  /** When it began, ISO 8601. */
  at: string
  success: boolean
  conversations: number
  messages: number
  seconds: number
  error: Pick<ErrorData, 'code' | 'message' | 'hint'> | null
  /** When the next one is due, give or take a tenth; null when there is none. */
  next_in_seconds: number | null
}

/**
 * The one turn that `--watch` and `--once` share: what is new, what was asked lately, and the days that are always
 * kept. Rejects with what ended it. The bar is for somebody who looks; a log gets the report alone.
 */
export async function takeTurn(
  service: Service,
  { output, signal, asJson }: Pick<CommandContext, 'output' | 'signal' | 'asJson'>,
): Promise<ForceSyncAnswer> {
  const bar = createProgressBar(output, { silent: asJson, onlyOnTerminal: true })
  try {
    return await service.forceSync(
      { wait_seconds: null, background_turn: true },
      { signal, onProgress: bar.update },
    )
  } finally {
    bar.end()
    if (signal.aborted) output.note('What was stored so far is kept; the next sync goes on from there.')
  }
}

/** The report of a turn that ended well. */
export function reportDone(
  { conversations, messages }: ForceSyncAnswer,
  time: Pick<TurnReport, 'at' | 'seconds' | 'next_in_seconds'>,
): TurnReport {
  return { ...time, success: true, conversations, messages, error: null }
}

/** The report of a turn that failed and is tried again by this same process. */
export function reportFailed(
  error: AppError,
  time: Pick<TurnReport, 'at' | 'seconds' | 'next_in_seconds'>,
): TurnReport {
  const { code, message, hint = null } = error
  // Whoever follows the hint must not wait for a process that goes on with what it read at its start.
  const hints = isRefusal(error) ? [hint, 'A new token counts from the next start on.'] : [hint]
  const whatToDo = hints.filter((text) => text !== null).join(' ')
  return {
    ...{ ...time, success: false, conversations: 0, messages: 0 },
    error: { code, message, hint: whatToDo === '' ? null : whatToDo },
  }
}

/** A bug is a failed turn like any other: the next one may go well. */
export function asTurnError(reason: unknown): AppError {
  if (reason instanceof AppError) return reason
  return new AppError('internal', 'The sync failed unexpectedly.', {
    cause: reason,
    hint: 'The log says more (npx fast-intercom-mcp logs).',
  })
}

/** One line for each turn, or one JSON object a line. */
export function showTurn(report: TurnReport, output: Output, asJson: boolean): void {
  output.line(asJson ? JSON.stringify(report) : describeTurn(report, output.style))
}

function describeTurn(report: TurnReport, style: Output['style']): string {
  const { at, conversations, messages, error, seconds, next_in_seconds: nextSeconds } = report
  // A line stands in a log under the time of its writing, from which the next attempt counts too.
  const time = `${new Date(Date.parse(at) + seconds * 1000).toISOString().slice(0, 19)}Z`
  if (error === null) {
    const brought =
      conversations === 0
        ? 'Nothing new'
        : `${formatAmount(conversations, 'conversation')} and ${formatAmount(messages, 'message')}`
    return `${time} ${style('✓', 'green')} ${brought} in ${formatSeconds(seconds)}.`
  }
  const next = nextSeconds === null ? '' : `Next attempt in ${formatSeconds(nextSeconds)}.`
  const said = [error.message, error.hint ?? '', next].map(asPlainLine).filter((text) => text !== '')
  return `${time} ${style('✗', 'red')} ${said.join(' ')}`
}
