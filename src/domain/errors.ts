export interface ErrorDetails {
  /** What the reader should do now, in one line. */
  hint?: string
  cause?: unknown
}

/** A failure that is expected and explained. A bug stays a plain Error and stands outside this family. */
export class AppError extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.code = code
    this.hint = details.hint
  }
}

/** The request is wrong: change it and ask again. */
export class UserInputError extends AppError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('invalid_input', message, details)
  }
}

/** The set-up is wrong or missing: run init, set a variable. */
export class ConfigurationError extends AppError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('configuration', message, details)
  }
}

/** What was asked for exists neither in the store nor, where that was asked, at Intercom. */
export class NotFoundError extends AppError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('not_found', message, details)
  }
}

export type IntercomErrorKind =
  | 'unauthorised'
  | 'missing_scope'
  | 'plan'
  | 'not_found'
  | 'rate_limited'
  | 'bad_request'
  | 'server'
  | 'network'
  | 'not_json'

/** Intercom refused, failed or could not be reached. Its text is never taken from the response's body. */
export class IntercomApiError extends AppError {
  readonly kind: IntercomErrorKind
  readonly status: number | null
  /** Intercom's own code of the first error, for instance `token_revoked`; only `[a-z_]`, else null. */
  readonly apiCode: string | null

  constructor(
    kind: IntercomErrorKind,
    message: string,
    details: ErrorDetails & { status?: number; apiCode?: string | null } = {},
  ) {
    super(`intercom_${kind}`, message, details)
    this.kind = kind
    this.status = details.status ?? null
    this.apiCode = details.apiCode ?? null
  }
}

export type StorageErrorKind =
  | 'locked'
  | 'damaged'
  | 'newer_schema'
  | 'foreign_data'
  | 'other_workspace'
  | 'disk_full'
  | 'read_only'
  | 'out_of_memory'
  | 'io'
  | 'lost_ownership'

/** The store cannot be opened, read or written. */
export class StorageError extends AppError {
  readonly kind: StorageErrorKind

  constructor(kind: StorageErrorKind, message: string, details: ErrorDetails = {}) {
    super(`storage_${kind}`, message, details)
    this.kind = kind
  }
}

/** An error as plain JSON, so that it reads the same at the far end of the local socket. */
export interface ErrorData {
  name: string
  code: string
  message: string
  hint: string | null
}
