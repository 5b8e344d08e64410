import { setTimeout as delay } from 'node:timers/promises'
import { StorageError } from '../domain/errors'
import { ConnectionLostError, OwnerUnreachableError } from './connection-errors'
import type { CallOptions, Service } from './service'
import { callService, createForwardingService } from './service-methods'

/** What came of trying to become the owner of the store. */
export type Claim =
  | { role: 'owner'; service: Service; close(): Promise<void> }
  | { role: 'door'; service: Service; closed: Promise<void>; close(): Promise<void> }
  /** The owner lives and does not answer: a view of the files that nobody may write to. */
  | { role: 'read_only'; service: Service; close(): Promise<void> }

export interface SharedServiceOptions {
  /** Takes the store, or connects to who has it. Several processes may race: one becomes owner, the others doors. */
  claim: () => Promise<Claim>
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>
  random?: () => number
}

export interface SharedService {
  service: Service
  /** What this process is now; null before the first claim and while it claims anew. */
  role(): Claim['role'] | null
  /** Gives up what the claim holds; calls under way and later ones reject. Idempotent. */
  close(): Promise<void>
}

/** About five seconds in all: an owner that ends cleanly stops listening before it has flushed and let go. */
const maxAttempts = 12
const firstPauseMs = 20
const longestPauseMs = 500
/** After this the next call looks whether the owner answers again. */
const readOnlyForMs = 30_000

/**
 * One service over whatever this process is at the moment: when the owner that a door leads to goes away, the store
 * is claimed anew and the calls under way are repeated there. Every call of the service may be repeated.
 */
export function createSharedService(options: SharedServiceOptions): SharedService {
  const { claim, sleep = pause, random = Math.random } = options
  let current: Promise<Claim> | undefined
  let role: Claim['role'] | null = null
  let closing: Promise<void> | undefined
  let callsUnderWay = 0
  const releases = new Set<Promise<void>>()

  const obtain = (): Promise<Claim> => {
    if (closing) return Promise.reject(new ConnectionLostError())
    current ??= hold(claim())
    return current
  }
  const hold = (claimed: Promise<Claim>): Promise<Claim> => {
    const held = claimed.then((won) => {
      role = won.role
      if (won.role === 'door') void won.closed.then(() => forget(held))
      if (won.role === 'read_only') setTimeout(() => leaveReadOnly(held, won), readOnlyForMs).unref()
      return won
    })
    held.catch(() => forget(held))
    return held
  }
  const forget = (held: Promise<Claim>) => {
    if (current !== held) return
    current = undefined
    role = null
  }
  const release = (held: Promise<Claim>, won: Claim) => {
    if (current !== held) return
    forget(held)
    const released = won.close().catch(() => {})
    releases.add(released)
    void released.then(() => releases.delete(released))
  }
  const leaveReadOnly = (held: Promise<Claim>, won: Claim) => {
    if (callsUnderWay === 0) release(held, won)
    else setTimeout(() => leaveReadOnly(held, won), readOnlyForMs / 10).unref()
  }
  const attempt = async (method: keyof Service, request: unknown, call: CallOptions | undefined) => {
    const held = obtain()
    const won = await held
    try {
      return await callService(won.service, method, request, call)
    } catch (error) {
      if (!isLost(error, won.role)) throw error
      release(held, won)
      throw new LostClaim(error)
    }
  }
  const forward = async (method: keyof Service, request: unknown, call: CallOptions | undefined) => {
    callsUnderWay += 1
    try {
      for (let turn = 1; ; turn += 1) {
        try {
          return await attempt(method, request, call)
        } catch (error) {
          const lost = findLoss(error)
          if (!lost || closing || turn === maxAttempts) throw lost ? lost.cause : error
          await sleep(pauseAfter(turn, random), call?.signal)
        }
      }
    } finally {
      callsUnderWay -= 1
    }
  }

  return {
    service: createForwardingService(forward),
    role: () => role,
    close() {
      closing ??= (async () => {
        const held = await current?.catch(() => undefined)
        await held?.close()
        // A store that is being given up still brings its changes to disk.
        await Promise.all(releases)
      })()
      return closing
    },
  }
}

/** Marks a failure that another claim may mend. */
class LostClaim extends Error {
  constructor(cause: unknown) {
    super('The claim was lost', { cause })
  }
}

function findLoss(error: unknown): LostClaim | null {
  if (error instanceof LostClaim) return error
  return isLost(error, null) ? new LostClaim(error) : null
}

/** Only what says that the owner went away or is none any more; an error of the call itself stays what it is. */
function isLost(error: unknown, role: Claim['role'] | null): boolean {
  if (error instanceof StorageError) return error.kind === 'lost_ownership' && role === 'owner'
  return (
    error instanceof ConnectionLostError || (error instanceof OwnerUnreachableError && error.kind === 'gone')
  )
}

/** Doubling, with jitter of the same size, so that several doors do not race in step. */
function pauseAfter(turn: number, random: () => number): number {
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (turn - 1))
  return Math.round(pauseMs * (1 + random()))
}

function pause(ms: number, signal?: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, signal ? { signal } : {})
}
