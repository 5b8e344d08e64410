import { AppError } from '../domain/errors'

/** Why an owner does not serve a door; each but `key` leaves the owner the owner. */
export type RefusalReason = 'key' | 'protocol' | 'version' | 'store' | 'token' | 'api_url'

/** The process that owns the store answered and will not serve this one. */
export class OwnerRefusedError extends AppError {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, hint: string) {
    super('owner_refused', message, { hint })
    this.reason = reason
  }
}

/** `gone`: nobody listens at the address. `silent`: somebody does and does not answer in time. */
export class OwnerUnreachableError extends AppError {
  readonly kind: 'gone' | 'silent'

  constructor(kind: 'gone' | 'silent', cause?: unknown) {
    super(
      'owner_unreachable',
      kind === 'gone'
        ? 'The process that serves the data has gone.'
        : 'The process that serves the data does not answer.',
      { hint: 'Try again; if it stays so, end that process ("fast-intercom-mcp status" names it).', cause },
    )
    this.kind = kind
  }
}

/** The connection ended while a call was under way. Every call of the service may be repeated elsewhere. */
export class ConnectionLostError extends AppError {
  constructor(cause?: unknown) {
    super('connection_lost', 'The process that serves the data went away during the call.', {
      hint: 'Call again.',
      cause,
    })
  }
}
