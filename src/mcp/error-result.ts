import { AppError } from '../domain/errors'
import type { Logger } from '../logger'

/** A tool's answer that says what went wrong, so that the model can mend its call. */
export type ErrorResult = {
  isError: true
  content: [{ type: 'text'; text: string }]
}

/** What to do next when the error itself does not say; by the beginning of its code, first match counts. */
const nextSteps: readonly (readonly [codePrefix: string, next: string])[] = [
  ['invalid_input', 'Change the arguments and call again.'],
  ['not_found', 'Look the id up with search_conversations.'],
  ['configuration', 'Run `npx fast-intercom-mcp init` in a terminal.'],
  ['intercom_unauthorised', 'Run `npx fast-intercom-mcp init` with a valid access token.'],
  ['intercom_rate_limited', 'Wait a minute and call again.'],
  ['intercom_network', 'Check the network; answers from the stored data still work.'],
  ['intercom_', 'Call again later; answers from the stored data still work.'],
  ['storage_', 'Run "fast-intercom-mcp status" in a terminal to see what the store says.'],
]

/**
 * Turns whatever a call threw into a result. Expected errors say what, why and what next, in our own words; a bug
 * is logged in full and answered without its text, which may hold anything.
 */
export function toErrorResult(toolName: string, error: unknown, logger: Logger): ErrorResult {
  if (error instanceof AppError) {
    logger.debug('a tool call was refused', { tool: toolName, code: error.code })
    const next = error.hint ?? nextSteps.find(([prefix]) => error.code.startsWith(prefix))?.[1]
    const lines = [`${toolName} failed: ${error.message}`, `Reason code: ${error.code}`]
    return errorResult(next === undefined ? lines : [...lines, `Next: ${next}`])
  }
  logger.error('a tool call ended in an unexpected error', { tool: toolName, error: describeBug(error) })
  return errorResult([
    `${toolName} failed: an unexpected error inside the server.`,
    'Reason code: internal',
    'Next: call again; if it happens again, the log file in the home folder (logs/) has the details to report.',
  ])
}

/** The result for arguments that the tool's schema refused; `issues` has one sentence per line. */
export function toArgumentErrorResult(toolName: string, issues: string): ErrorResult {
  return errorResult([
    `${toolName} was not run, because its arguments are wrong.`,
    issues,
    'Next: change the arguments and call again.',
  ])
}

function errorResult(lines: readonly string[]): ErrorResult {
  return { isError: true, content: [{ type: 'text', text: lines.join('\n') }] }
}

/** All of an unexpected error, for the log alone. */
export function describeBug(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error)
}
