import type { ConfigFlags } from '../config/flags'
import { AppError } from '../domain/errors'
import { asPlainLine, type Output } from './output'
import { hintHere } from './place-hint'

export interface ReportOptions {
  verbose: boolean
  argv: readonly string[]
  flags: ConfigFlags
}

/**
 * Says on stderr in one line what went wrong and in one what to do, never with a token in it. The stack, and what
 * caused it, only when asked: they help whoever mends the program, not whoever uses it.
 */
export async function reportError(error: unknown, output: Output, options: ReportOptions): Promise<void> {
  // Loaded only now: it comes with the logger, and most commands fail never.
  const [{ createRedactor }, { findSecrets, redactBeginnings }] = await Promise.all([
    import('../logger'),
    import('./secrets'),
  ])
  const secrets = findSecrets(options.argv, options.flags)
  const redact = createRedactor(secrets)
  const note = (text: string) => output.note(redactBeginnings(redact(text), secrets))
  const message = error instanceof Error ? error.message : String(error)
  note(`Error: ${asPlainLine(message) || 'unknown'}`)
  const hint = error instanceof AppError ? error.hint : undefined
  if (hint !== undefined) note(hintHere(asPlainLine(hint), options.flags))
  else if (!(error instanceof AppError) && !options.verbose) {
    note('This was not expected. Run it again with --verbose to see where it came from.')
  }
  if (!options.verbose) return
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth++
  ) {
    note(cause.stack ?? cause.message)
  }
}
