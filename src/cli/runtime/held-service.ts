import { StorageError } from '../../domain/errors'
import type { Service } from '../../service/service'
import { callService, createForwardingService } from '../../service/service-methods'
import type { HeldLock } from '../../storage/sqljs/lock'

export interface HeldService {
  service: Service
  /** Settles when the lock has been found to be somebody else's. */
  lost: Promise<void>
  stop(): void
}

/** Two file look-ups; an owner that nobody asks anything still makes room within this. */
const lookEveryMs = 2_000

/**
 * Serves only as long as the lock is this process's: somebody may have cleared it by hand, or removed the folder, and
 * then answers from memory would be of a store that others no longer share.
 */
export function serveWhileHeld(lock: HeldLock, service: Service, everyMs = lookEveryMs): HeldService {
  let lose: () => void = () => {}
  const lost = new Promise<void>((resolve) => {
    lose = resolve
  })
  const isStillHeld = () => {
    if (isHeld(lock)) return true
    clearInterval(timer)
    lose()
    return false
  }
  const timer = setInterval(isStillHeld, everyMs).unref()
  return {
    lost,
    stop: () => clearInterval(timer),
    service: createForwardingService(async (method, request, call) => {
      if (!isStillHeld()) throw new StorageError('lost_ownership', 'Another process has taken over the data.')
      return callService(service, method, request, call)
    }),
  }
}

/** A look that fails says nothing; a write would find out. */
function isHeld(lock: HeldLock): boolean {
  try {
    return lock.isHeld()
  } catch {
    return true
  }
}
