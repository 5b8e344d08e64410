import type { ConfigFlags } from '../config/flags'
import type { ParsedArguments } from './arguments'
import type { Output } from './output'

/** What every command gets from the command line. */
export interface CommandContext {
  options: ParsedArguments['options']
  positionals: readonly string[]
  /** Those options that choose the configuration. */
  flags: ConfigFlags
  asJson: boolean
  output: Output
  /** Aborts when the person or the system asks to stop. */
  signal: AbortSignal
}
