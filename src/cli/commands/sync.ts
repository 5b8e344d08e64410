import type { ForceSyncAnswer } from '../../domain/answers'
import type { Service } from '../../service/service'
import { checkIsoDates, syncDateRules } from '../../text/iso-dates'
import { asUsageError, readText, readWholeNumber, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { asPlainLine, type Output } from '../output'
import { createProgressBar } from '../progress-bar'
import type { Runtime } from '../runtime/runtime'
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
  const sync = async ({ service }: Runtime) => {
    const answer = await syncWithBar(options, service, context)
    return { answer, warnings: await readWarnings(service, context.signal) }
  }
  const { answer, warnings } = await useService(context, sync, { mayBegin: true }).catch(asUsageError)
  if (context.asJson) context.output.json(answer)
  else showSync(answer, context.output)
  for (const warning of warnings) context.output.note(`Warning: ${asPlainLine(warning)}`)
  return answer.success ? exitCodes.done : exitCodes.failed
}

/** What no sync fails for, such as conversations that the token may not read. */
async function readWarnings(service: Service, signal: AbortSignal): Promise<string[]> {
  return (await service.getServerStatus({}, { signal })).store.warnings
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

/** Runs a sync to its end and shows how far it is. The bar is taken away again, also on failure. */
export async function syncWithBar(
  { days, startDate, endDate, force }: SyncOptions,
  service: Service,
  { output, signal, asJson }: Pick<CommandContext, 'output' | 'signal' | 'asJson'>,
): Promise<ForceSyncAnswer> {
  const bar = createProgressBar(output, { silent: asJson })
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
  if (!answer.success) {
    output.item(`${output.style('✗', 'red')} `, asPlainLine(answer.message))
    return
  }
  const amounts = `${formatAmount(answer.conversations, 'conversation')} and ${formatAmount(answer.messages, 'message')}`
  const brought = answer.conversations === 0 ? 'Nothing new' : `Synced ${amounts}`
  output.line(
    `${output.style('✓', 'green')} ${brought} in ${formatSeconds(roundSeconds(answer.duration_seconds))}.`,
  )
  if (answer.message !== plainlyDone) output.item('', asPlainLine(answer.message))
}

/** Tenths of a second matter below one alone. */
function roundSeconds(seconds: number): number {
  return seconds < 1 ? Math.max(0.1, seconds) : Math.round(seconds)
}
