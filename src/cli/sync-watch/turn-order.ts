import { readText, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'

/** What `--watch` and `--once` ask of `sync`. */
export type TurnOrder = { mode: 'once' } | { mode: 'watch'; intervalMinutes: number }

const usualIntervalMinutes = 15
/** Less than a second would be a load without a use; the most is what the setting for servers takes, a week. */
const leastMinutes = 0.01
const mostMinutes = 10_080

/** What says which history to fetch, and so belongs to a single sync. */
const singleSyncOptions = ['days', 'full', 'force', 'start-date', 'end-date']

/** null for a plain sync. Throws UsageError for options that do not go together. */
export function readTurnOrder({ options }: Pick<CommandContext, 'options'>): TurnOrder | null {
  const { watch, once } = options
  if (!watch && options.interval !== undefined) {
    throw new UsageError('--interval goes with --watch.', { hint: 'For example: sync --watch --interval 5' })
  }
  if (!watch && !once) return null
  if (watch && once) {
    throw new UsageError('--watch and --once say two things.', {
      hint: '--watch goes on until it is stopped; --once takes one of its turns and ends.',
    })
  }
  const other = singleSyncOptions.find((name) => options[name] !== undefined)
  if (other !== undefined) {
    throw new UsageError(`--${other} does not go with ${watch ? '--watch' : '--once'}.`, {
      hint: `Run a plain "sync" with --${other} first; each turn then brings what is new.`,
    })
  }
  return watch ? { mode: 'watch', intervalMinutes: readInterval(options) } : { mode: 'once' }
}

/** Minutes; fractions are allowed, as in the configuration. */
function readInterval(options: CommandContext['options']): number {
  const text = readText(options, 'interval')
  if (text === undefined) return usualIntervalMinutes
  const minutes = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
  if (minutes >= leastMinutes && minutes <= mostMinutes) return minutes
  throw new UsageError(`--interval ${text.slice(0, 60)} cannot be used.`, {
    hint: `Allowed: minutes from ${leastMinutes} to ${mostMinutes}, such as 15 or 0.5.`,
  })
}
