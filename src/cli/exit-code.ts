import { UsageError } from './arguments'

/** The program's exit codes, all of them. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The exit code that a failure ends with. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof UsageError ? exitCodes.wrongUsage : exitCodes.failed
}
