import {
  AppError,
  ConfigurationError,
  type ErrorData,
  IntercomApiError,
  type IntercomErrorKind,
  NotFoundError,
  StorageError,
  type StorageErrorKind,
  UserInputError,
} from '../domain/errors'

const bugCode = 'internal'

/** An error as plain JSON. Of a bug nothing but the fact is told: it is logged where it happened. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof AppError) {
    return { name: error.name, code: error.code, message: error.message, hint: error.hint ?? null }
  }
  return { name: 'Error', code: bugCode, message: 'An unexpected error in the serving process.', hint: null }
}

/** The error as its class again, so that the far end's code reads it as its own; a bug becomes a plain Error. */
export function fromErrorData({ code, message, hint }: ErrorData): Error {
  const details = hint === null ? {} : { hint }
  if (code === bugCode) return new Error(message)
  if (code === 'invalid_input') return new UserInputError(message, details)
  if (code === 'configuration') return new ConfigurationError(message, details)
  if (code === 'not_found') return new NotFoundError(message, details)
  const [family, kind] = splitOnce(code, '_')
  if (family === 'intercom') return new IntercomApiError(kind as IntercomErrorKind, message, details)
  if (family === 'storage') return new StorageError(kind as StorageErrorKind, message, details)
  return new AppError(code, message, details)
}

function splitOnce(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
