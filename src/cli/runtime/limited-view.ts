import { setTimeout as delay } from 'node:timers/promises'
import { StorageError } from '../../domain/errors'
import type { Logger } from '../../logger'
import { cannotWrite, type KeptOut } from '../../service/kept-out'
import type { Service } from '../../service/service'
import type { Claim } from '../../service/shared'

/** After this it is tried again whether the folder can be written: somebody may have made room. */
const viewForMs = 30_000

export interface LimitedViewOptions {
  logger: Logger
  openView(keptOut: KeptOut): Promise<{ service: Service; close(): Promise<void> }>
}

/** Whether this keeps a process from writing, and not from reading what is there. */
export function isWriteLimit(error: unknown): error is StorageError {
  return error instanceof StorageError && (error.kind === 'read_only' || error.kind === 'disk_full')
}

/** A view of the files where nothing can be written. Rejects with the limit itself when there is nothing to show. */
export async function claimLimitedView(
  limit: StorageError,
  { logger, openView }: LimitedViewOptions,
): Promise<Claim> {
  const keptOut = cannotWrite(limit)
  const view = await openView(keptOut).catch((error: unknown) => {
    logger.debug('The files cannot be read either', { error })
    throw limit
  })
  logger.warn('Reading the files as they are, because nothing can be written', { reason: keptOut.reason })
  const stopped = new AbortController()
  return {
    role: 'read_only',
    service: view.service,
    ended: delay(viewForMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {}),
    async close() {
      stopped.abort()
      await view.close()
    },
  }
}
