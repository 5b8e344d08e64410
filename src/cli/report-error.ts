import { AppError } from '../domain/errors'
import { asPlainLine, type Output } from './output'

/**
 * Says on stderr in one line what went wrong and in one what to do. The stack, and what caused it, only when asked:
 * they help whoever mends the program, not whoever uses it.
 */
export function reportError(error: unknown, output: Output, options: { verbose: boolean }): void {
  const message = error instanceof Error ? error.message : String(error)
  output.note(`Error: ${asPlainLine(message) || 'unknown'}`)
  const hint = error instanceof AppError ? error.hint : undefined
  if (hint !== undefined) output.note(asPlainLine(hint))
  else if (!(error instanceof AppError) && !options.verbose) {
    output.note('This was not expected. Run it again with --verbose to see where it came from.')
  }
  if (!options.verbose) return
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth++
  ) {
    output.note(cause.stack ?? cause.message)
  }
}
