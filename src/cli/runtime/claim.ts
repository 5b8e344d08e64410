import { OwnerRefusedError, OwnerUnreachableError } from '../../service/connection-errors'
import { type KeptOut, type Owner, otherVersion, silentOwner } from '../../service/kept-out'
import { connectToOwner, type Door, type DoorOptions } from '../../service/remote'
import type { CallOptions, Service } from '../../service/service'
import { withCallOptions } from '../../service/service-methods'
import type { Claim } from '../../service/shared'
import { readStoreIdOfFiles } from '../../storage/sqljs/file-identity'
import { createFileLayer } from '../../storage/sqljs/file-layer'
import { readLockHolder } from '../../storage/sqljs/lock'
import type { LockRecord } from '../../storage/sqljs/lock-record'
import { claimLock, type LockClaimOptions } from './claim-lock'
import { claimLimitedView, isWriteLimit } from './limited-view'
import { watchOwner } from './owner-watch'

export interface ClaimOptions extends Omit<LockClaimOptions, 'enter'> {
  accessToken: string | null
  apiUrl: string
  version: string
  /** What this process calls stale and how much its questions may fetch go with its calls; the rest is the owner's. */
  ownSettings: Pick<CallOptions, 'maxSyncAgeMinutes' | 'backfillLimit'>
  /** A view of the files as they are, for when the owner cannot be talked to. */
  openView(keptOut: KeptOut): Promise<{ service: Service; close(): Promise<void> }>
  nowMs?: () => number
}

/** An owner that ends cleanly is gone for a moment before its lock is free; one that is gone longer hangs. */
const goneForMs = 3_000

/** An owner that has been silent for a door is not waited for once more by the claim that follows. */
const silenceHoldsMs = 1_000

/**
 * Builds what takes the store, or enters by the door of whoever has it, each time it is called. When the owner lives
 * and cannot be asked, it opens a view of the files. It remembers from one call to the next which owner did not answer.
 */
export function createClaimer(options: ClaimOptions): () => Promise<Claim> {
  const { dbPath, nowMs = () => performance.now() } = options
  let silent: { key: string; atMs: number } | null = null
  let gone: { key: string; sinceMs: number } | null = null

  const connect = async (holder: LockRecord): Promise<Door> => {
    const isKnownSilent = silent?.key === holder.key && nowMs() - silent.atMs < silenceHoldsMs
    silent = null
    if (isKnownSilent) throw new OwnerUnreachableError('silent')
    const door = await connectToOwner(describeDoor(holder, options))
    gone = null
    void door.closed.then((how) => {
      if (how === 'silent') silent = { key: holder.key, atMs: nowMs() }
    })
    return door
  }
  const findKeptOut = (holder: LockRecord, error: unknown): KeptOut | null => {
    if (error instanceof OwnerRefusedError && (error.reason === 'version' || error.reason === 'protocol')) {
      return otherVersion(ownerOf(holder), error.message)
    }
    if (!(error instanceof OwnerUnreachableError)) return null
    if (error.kind === 'silent') return silentOwner(ownerOf(holder))
    if (gone?.key !== holder.key) gone = { key: holder.key, sinceMs: nowMs() }
    return nowMs() - gone.sinceMs < goneForMs ? null : silentOwner(ownerOf(holder))
  }
  const enterUnlocked = async (): Promise<Claim | null> => {
    const holder = readKnownHolder(dbPath)
    if (holder === null) return null
    try {
      return enterDoor(await connect(holder), options)
    } catch (error) {
      // Nobody there, or somebody else: whether the owner lives only a look at the lock can tell.
      if (isNobody(error)) return null
      return orReadFiles(holder, error)
    }
  }
  const enter = async (holder: LockRecord): Promise<Claim> => {
    try {
      return enterDoor(await connect(holder), options)
    } catch (error) {
      return orReadFiles(holder, error)
    }
  }
  const orReadFiles = (holder: LockRecord, error: unknown): Promise<Claim> => {
    const keptOut = findKeptOut(holder, error)
    if (keptOut === null) throw error
    return readFiles(holder, keptOut, options)
  }
  const claimOrView = async (): Promise<Claim> => {
    try {
      return await claimLock({ ...options, enter })
    } catch (error) {
      if (isWriteLimit(error)) return claimLimitedView(error, options)
      throw error
    }
  }
  // Most processes find an owner at once and need no socket of their own.
  return async () => (await enterUnlocked()) ?? (await claimOrView())
}

async function readFiles(holder: LockRecord, keptOut: KeptOut, options: ClaimOptions): Promise<Claim> {
  const { dbPath, logger, openView } = options
  logger.warn('Reading the files as they are, because their owner cannot be asked', {
    pid: holder.pid,
    reason: keptOut.reason,
  })
  const view = await openView(keptOut)
  const watch = watchOwner({ dbPath, holder, door: describeDoor(holder, options) })
  return {
    role: 'read_only',
    service: view.service,
    ended: watch.ended,
    async close() {
      watch.stop()
      await view.close()
    },
  }
}

function enterDoor(door: Door, { ownSettings }: ClaimOptions): Claim {
  const service = withCallOptions(door.service, ownSettings)
  return { role: 'door', service, ended: door.closed, close: () => door.close() }
}

function ownerOf({ pid, since }: LockRecord): Owner {
  return { pid, since: since === '' ? null : since }
}

function describeDoor(holder: LockRecord, options: ClaimOptions): DoorOptions {
  return {
    address: holder.socket,
    key: holder.key,
    productVersion: options.version,
    token: options.accessToken,
    apiUrl: options.apiUrl,
    readStoreId: () => readStoreId(options.dbPath),
  }
}

function isNobody(error: unknown): boolean {
  if (error instanceof OwnerRefusedError) return error.reason === 'key'
  return error instanceof OwnerUnreachableError && error.kind === 'gone'
}

function readStoreId(dbPath: string): string | null {
  try {
    return readStoreIdOfFiles(createFileLayer(), dbPath)
  } catch {
    // Files that cannot be read say nothing against the owner, who has them open.
    return null
  }
}

function readKnownHolder(dbPath: string): LockRecord | null {
  try {
    return readLockHolder(dbPath)
  } catch {
    // Told when the lock is asked for in earnest.
    return null
  }
}
