import { AppError } from '../domain/errors'

/** Why a run ended that nobody waits for any more. */
export function cancelledError(): AppError {
  return new AppError('cancelled', 'The sync was cancelled.')
}

/** Why a run ended when its process does. */
export function stoppedError(): AppError {
  return new AppError('stopped', 'The sync was stopped because the program is ending.')
}
