import type { Logger } from '../../logger'
import { OwnerRefusedError, OwnerUnreachableError, type RefusalReason } from '../../service/connection-errors'
import { createSocketKey, type OwnerIdentity } from '../../service/handshake'
import { connectToOwner } from '../../service/remote'
import type { Service } from '../../service/service'
import type { Claim } from '../../service/shared'
import { listenForDoors, type OwnerSocket } from '../../service/socket'
import { createSocketAddress } from '../../service/socket-address'
import { acquireLock, type HeldLock } from '../../storage/sqljs/lock'
import type { LockRecord } from '../../storage/sqljs/lock-record'

/** The store opened by its owner. */
export interface OwnedStore {
  service: Service
  /** As it is now: the accepted token's hash may change while it is open. */
  identify(): Promise<OwnerIdentity>
  close(): Promise<void>
}

export interface ClaimOptions {
  dbPath: string
  accessToken: string | null
  apiUrl: string
  version: string
  logger: Logger
  openOwned(lock: HeldLock): Promise<OwnedStore>
  /** A view of the files as they are, for when the owner cannot be talked to. */
  openView(): Promise<{ service: Service; close(): Promise<void> }>
}

/** Refusals that say nothing against showing this user the data, only that the two processes do not fit. */
const viewableRefusals: ReadonlySet<RefusalReason> = new Set(['version', 'protocol'])

/**
 * Takes the lock and opens the store, or enters by the door of whoever has it. The socket listens before the lock
 * names it, so that nobody who reads the lock finds a deaf owner.
 */
export async function claimStore(options: ClaimOptions): Promise<Claim> {
  const address = await createSocketAddress()
  const key = createSocketKey()
  const opening = createOpening()
  const socket = await listenForDoors({ address, key, session: opening.session, logger: options.logger })
  try {
    const result = await acquireLock({ dbPath: options.dbPath, socket: address, key })
    if (result.kind === 'held') return await openAsOwner(result.lock, socket, opening, options)
    await socket.close()
    return await enterByDoor(result.holder, options)
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
  socket: OwnerSocket,
  opening: ReturnType<typeof createOpening>,
  { openOwned }: ClaimOptions,
): Promise<Claim> {
  try {
    const store = await openOwned(lock)
    opening.succeed(store)
    return {
      role: 'owner',
      service: store.service,
      // Doors first: their calls are repeated at the next owner instead of failing at a store that closes.
      async close() {
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

async function enterByDoor(holder: LockRecord, options: ClaimOptions): Promise<Claim> {
  const { accessToken, apiUrl, version, logger, openView } = options
  try {
    const door = await connectToOwner({
      address: holder.socket,
      key: holder.key,
      productVersion: version,
      token: accessToken,
      apiUrl,
      storeId: null,
    })
    return { role: 'door', ...door }
  } catch (error) {
    const isViewable =
      (error instanceof OwnerUnreachableError && error.kind === 'silent') ||
      (error instanceof OwnerRefusedError && viewableRefusals.has(error.reason))
    if (!isViewable) throw error
    logger.warn('Reading the files as they are, because their owner cannot be asked', {
      error,
      pid: holder.pid,
    })
    return { role: 'read_only', ...(await openView()) }
  }
}
