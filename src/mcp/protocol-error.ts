import { AppError } from '../domain/errors'
import type { Logger } from '../logger'
import { describeBug } from './error-result'

/** Of JSON-RPC and of the protocol; the SDK has no name for the last. */
export const errorCodes = { invalidParams: -32602, internal: -32603, resourceNotFound: -32002 } as const

/**
 * An answer to a request that is not a tool call. The SDK takes code and data as they are; its own McpError would put
 * its name and the code in front of the message.
 */
export class ProtocolError extends Error {
  readonly code: number
  readonly data: Record<string, unknown> | undefined

  constructor(code: number, message: string, data?: Record<string, unknown>) {
    super(message)
    this.name = 'ProtocolError'
    this.code = code
    this.data = data
  }
}

/** The request cannot be answered as it stands. */
export function invalidParams(message: string, data?: Record<string, unknown>): ProtocolError {
  return new ProtocolError(errorCodes.invalidParams, message, data)
}

/** Notes in the log why something is left out of an answer that goes on without it. */
export function logOmission(logger: Logger, message: string, error: unknown): void {
  if (error instanceof AppError) logger.debug(message, { code: error.code })
  else logger.error(message, { error: describeBug(error) })
}

/** Lists of one page hand out no cursor, so that none can be right. */
export function refuseCursor(cursor: string | undefined): void {
  if (cursor === undefined || cursor === '') return
  throw invalidParams('The cursor cannot be read: this list has one page. Ask for it without a cursor.')
}

/** `text` as a part of a message: on one line, in quotes, cut where it is long. */
export function quoteShortly(text: string, most = 100): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text)
}
