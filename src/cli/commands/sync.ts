import type { ForceSyncAnswer } from '../../domain/answers'
import type { Service } from '../../service/service'
import { readWholeNumber, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import type { Output } from '../output'
import { createProgressBar } from '../progress-bar'
import { formatAmount, formatSeconds } from '../units'
import { useService } from '../use-service'

export interface SyncOptions {
  days?: number
  force: boolean
}

/** What `--full` means. */
const fullDays = 90

/** `sync`: one sync in the foreground, with a progress bar. */
export async function runSync(context: CommandContext): Promise<ExitCode> {
  const options = readSyncOptions(context)
  const answer = await useService(context, ({ service }) => syncWithBar(options, service, context))
  if (context.asJson) context.output.json(answer)
  else showSync(answer, context.output)
  return answer.success ? exitCodes.done : exitCodes.failed
}

function readSyncOptions({ options }: CommandContext): SyncOptions {
  const days = readWholeNumber(options, 'days', 1, 36_500)
  if (days !== undefined && options.full) {
    throw new UsageError('--days and --full say two things.', {
      hint: `Use one of them; --full is --days ${fullDays}.`,
    })
  }
  return { days: options.full ? fullDays : days, force: options.force === true }
}

/** Runs a sync to its end and shows how far it is. The bar is taken away again, also on failure. */
export async function syncWithBar(
  { days, force }: SyncOptions,
  service: Service,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<ForceSyncAnswer> {
  const bar = createProgressBar(output.stderr)
  try {
    return await service.forceSync({ wait_seconds: null, days, force }, { signal, onProgress: bar.update })
  } finally {
    bar.end()
    if (signal.aborted) output.note('What was stored so far is kept; the next sync goes on from there.')
  }
}

/** Says in one line what a sync brought. */
export function showSync(answer: ForceSyncAnswer, output: Output): void {
  const brought = `${formatAmount(answer.conversations, 'conversation')} and ${formatAmount(answer.messages, 'message')}`
  if (answer.success) {
    output.line(
      `${output.style('✓', 'green')} Synced ${brought} in ${formatSeconds(answer.duration_seconds)}.`,
    )
  } else output.line(`${output.style('✗', 'red')} ${answer.message}`)
}
