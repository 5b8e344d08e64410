import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from '../../logger'
import { createSocketKey, type OwnerIdentity } from '../../service/handshake'
import type { Service } from '../../service/service'
import type { Claim } from '../../service/shared'
import { listenForDoors, type OwnerSocket } from '../../service/socket'
import { createSocketAddresses, removeAbandonedSockets } from '../../service/socket-address'
import { acquireLock, type HeldLock } from '../../storage/sqljs/lock'
import type { LockRecord } from '../../storage/sqljs/lock-record'
import { serveWhileHeld } from './held-service'

/** The store opened by its owner. */
export interface OwnedStore {
  service: Service
  /** As it is now: the accepted token's hash may change while it is open. */
  identify(): Promise<OwnerIdentity>
  close(): Promise<void>
}

export interface LockClaimOptions {
  dbPath: string
  logger: Logger
  /** `since`: when the lock was taken, ISO 8601. */
  openOwned(lock: HeldLock, since: string): Promise<OwnedStore>
  /** The way in when somebody else has the lock. */
  enter(holder: LockRecord): Promise<Claim>
}

/**
 * Takes the lock and opens the store, or enters by the door of whoever has it. The socket listens before the lock
 * names it, so that nobody who reads the lock finds a deaf owner.
 */
export async function claimLock(options: LockClaimOptions): Promise<Claim> {
  const { dbPath, logger } = options
  const key = createSocketKey()
  const opening = createOpening()
  // What stands in the way of the folder is told with the lock.
  await mkdir(dirname(dbPath), { recursive: true, mode: 0o700 }).catch(() => {})
  const addresses = await createSocketAddresses(dbPath)
  const socket = await listenForDoors({ addresses, key, session: opening.session, logger })
  try {
    const since = new Date().toISOString()
    const result = await acquireLock({ dbPath, socket: socket.address, key, since })
    if (result.kind === 'held') return await openAsOwner(result.lock, since, socket, opening, options)
    await socket.close()
    return await options.enter(result.holder)
  } catch (error) {
    await socket.close()
    throw error
  }
}

/** What doors that come early wait for. */
function createOpening() {
  let settle: { resolve(store: OwnedStore): void; reject(reason: unknown): void } | undefined
  const opened = new Promise<OwnedStore>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // When no door has come, nobody else hears of a failure; the claim itself rejects with it.
  opened.catch(() => {})
  return {
    succeed: (store: OwnedStore) => settle?.resolve(store),
    fail: (reason: unknown) => settle?.reject(reason),
    session: async () => {
      const store = await opened
      return { identity: await store.identify(), service: store.service }
    },
  }
}

async function openAsOwner(
  lock: HeldLock,
  since: string,
  socket: OwnerSocket,
  opening: ReturnType<typeof createOpening>,
  { dbPath, logger, openOwned }: LockClaimOptions,
): Promise<Claim> {
  try {
    await removeAbandonedSockets(dbPath, socket.address)
    const store = await openOwned(lock, since)
    const held = serveWhileHeld(lock, store.service)
    void held.lost.then(() => logger.warn('The data was taken over by another process', { path: dbPath }))
    opening.succeed({ ...store, service: held.service })
    return {
      role: 'owner',
      service: held.service,
      ended: held.lost,
      // Doors first: their calls are repeated at the next owner instead of failing at a store that closes.
      async close() {
        held.stop()
        await socket.close()
        try {
          await store.close()
        } finally {
          lock.release()
        }
      },
    }
  } catch (error) {
    opening.fail(error)
    lock.release()
    throw error
  }
}
