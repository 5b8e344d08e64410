import type { ForceSyncAnswer } from '../../domain/answers'
import { UserInputError } from '../../domain/errors'
import type { Service } from '../../service/service'
import { checkIsoDates, syncDateRules } from '../../text/iso-dates'
import { readText, readWholeNumber, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, type Output } from '../output'
import { createProgressBar } from '../progress-bar'
import { runTurns } from '../sync-watch/run-turns'
import { readTurnOrder } from '../sync-watch/turn-order'
import { formatAmount, formatSeconds } from '../units'
import { useService } from '../use-service'

export interface SyncOptions {
  days?: number
  startDate?: string
  endDate?: string
  force: boolean
}

/** What `--full` means. */
const fullDays = 90

/** `sync`: one sync in the foreground, with a progress bar; with `--watch` or `--once` the daemon's turns. */
export async function runSync(context: CommandContext): Promise<ExitCode> {
  const turns = readTurnOrder(context)
  if (turns) return runTurns(context, turns)
  const options = readSyncOptions(context)
  const answer = await useService(context, ({ service }) => syncWithBar(options, service, context)).catch(
    asUsageError,
  )
  if (context.asJson) context.output.json(answer)
  else showSync(answer, context.output)
  return answer.success ? exitCodes.done : exitCodes.failed
}

/** Reads what one sync is to fetch. What is wrong whatever the workspace's timezone is refused here. */
export function readSyncOptions({ options }: Pick<CommandContext, 'options'>): SyncOptions {
  const days = readWholeNumber(options, 'days', 1, 36_500)
  const [startDate, endDate] = [readText(options, 'start-date'), readText(options, 'end-date')]
  if (days !== undefined && options.full) {
    throw new UsageError('--days and --full say two things.', {
      hint: `Use one of them; --full is --days ${fullDays}.`,
    })
  }
  const force = options.force === true
  if (startDate === undefined && endDate === undefined) return { days: options.full ? fullDays : days, force }
  if (days !== undefined || options.full) {
    throw new UsageError(`${options.full ? '--full' : '--days'} and dates say two things.`, {
      hint: 'Use one of them, for example --start-date 2026-03-01 --end-date 2026-03-07.',
    })
  }
  try {
    checkIsoDates({ start_date: startDate, end_date: endDate }, syncDateRules)
  } catch (error) {
    asUsageError(error)
  }
  return { startDate, endDate, force }
}

/** Dates that cannot be meant are wrong usage, also where only the workspace's timezone tells. */
function asUsageError(error: unknown): never {
  throw error instanceof UserInputError ? new UsageError(error.message, { hint: error.hint }) : error
}

/** Runs a sync to its end and shows how far it is. The bar is taken away again, also on failure. */
export async function syncWithBar(
  { days, startDate, endDate, force }: SyncOptions,
  service: Service,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<ForceSyncAnswer> {
  const bar = createProgressBar(output.stderr)
  try {
    return await service.forceSync(
      { wait_seconds: null, days, start_date: startDate, end_date: endDate, force },
      { signal, onProgress: bar.update },
    )
  } finally {
    bar.end()
    if (signal.aborted) output.note('What was stored so far is kept; the next sync goes on from there.')
  }
}

const plainlyDone = 'The sync is done.'

/** Says in one line what a sync brought, and in another what else there is to say of it. */
export function showSync(answer: ForceSyncAnswer, output: Output): void {
  const brought = `${formatAmount(answer.conversations, 'conversation')} and ${formatAmount(answer.messages, 'message')}`
  if (answer.success) {
    output.line(
      `${output.style('✓', 'green')} Synced ${brought} in ${formatSeconds(answer.duration_seconds)}.`,
    )
    if (answer.message !== plainlyDone) output.line(asPlainLine(answer.message))
  } else output.line(`${output.style('✗', 'red')} ${answer.message}`)
}
