import { setTimeout as delay } from 'node:timers/promises'
import { StorageError } from '../domain/errors'
import { ConnectionLostError, OwnerUnreachableError } from './connection-errors'
import type { CallOptions, Service } from './service'
import { callService, createForwardingService } from './service-methods'

/** What came of trying to become the owner of the store. */
export interface Claim {
  /** `read_only`: the owner lives and cannot be asked, so this is a view of the files that nobody may write to. */
  role: 'owner' | 'door' | 'read_only'
  service: Service
  /**
   * Settles when the claim is no longer the right one: the store was lost to another process, the connection ended,
   * the owner can be asked again. The next call then claims anew.
   */
  ended: Promise<unknown>
  close(): Promise<void>
}

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
/** A claim in use, or on its way. */
interface Hold {
  claim: Promise<Claim>
  calls: number
  hasEnded: boolean
  /** Gives it up; at once, or when its last call has been answered. */
  release(when: 'now' | 'idle'): void
}

/**
 * One service over whatever this process is at the moment: when the owner that a door leads to goes away, the store
 * is claimed anew and the calls under way are repeated there. Every call of the service may be repeated.
 */
export function createSharedService(options: SharedServiceOptions): SharedService {
  const { claim, sleep = pause, random = Math.random } = options
  let current: Hold | undefined
  let role: Claim['role'] | null = null
  let closing: Promise<void> | undefined
  const releases = new Set<Promise<void>>()

  const forget = (hold: Hold) => {
    if (current !== hold) return
    current = undefined
    role = null
  }
  const letGo = (hold: Hold) => {
    const released = hold.claim.then((won) => won.close()).catch(() => {})
    releases.add(released)
    void released.then(() => releases.delete(released))
  }
  const createHold = (claimed: Promise<Claim>): Hold => {
    let isReleased = false
    const hold: Hold = {
      claim: claimed,
      calls: 0,
      hasEnded: false,
      release(when) {
        forget(hold)
        hold.hasEnded = true
        if (isReleased || (when === 'idle' && hold.calls > 0)) return
        isReleased = true
        letGo(hold)
      },
    }
    claimed.then(
      (won) => {
        if (current === hold) role = won.role
        // A view answers what it was asked; from an owner or a door that has ended nothing more is to be had.
        void won.ended.then(() => hold.release(won.role === 'read_only' ? 'idle' : 'now'))
      },
      () => forget(hold),
    )
    return hold
  }
  const obtain = (): Hold => {
    if (closing) throw new ConnectionLostError()
    current ??= createHold(claim())
    return current
  }
  const attempt = async (method: keyof Service, request: unknown, call: CallOptions | undefined) => {
    const hold = obtain()
    const won = await hold.claim
    hold.calls += 1
    try {
      return await callService(won.service, method, request, call)
    } catch (error) {
      if (call?.signal?.aborted || !isLost(error, won.role, hold.hasEnded)) throw error
      hold.release('now')
      throw new LostClaim(error)
    } finally {
      hold.calls -= 1
      if (hold.hasEnded) hold.release('idle')
    }
  }
  const forward = async (method: keyof Service, request: unknown, call: CallOptions | undefined) => {
    for (let turn = 1; ; turn += 1) {
      try {
        return await attempt(method, request, call)
      } catch (error) {
        const lost = findLoss(error)
        if (!lost || closing || turn === maxAttempts) throw lost ? lost.cause : error
        await sleep(pauseAfter(turn, random), call?.signal)
      }
    }
  }

  return {
    service: createForwardingService(forward),
    role: () => role,
    close() {
      closing ??= (async () => {
        const won = await current?.claim.catch(() => undefined)
        await won?.close()
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
  return isLost(error, null, false) ? new LostClaim(error) : null
}

/** Only what says that the owner went away or is none any more; an error of the call itself stays what it is. */
function isLost(error: unknown, role: Claim['role'] | null, hasEnded: boolean): boolean {
  if (error instanceof ConnectionLostError) return true
  if (error instanceof OwnerUnreachableError) return error.kind === 'gone'
  if (role === null || role === 'read_only') return false
  // Whatever a store says that was given up under a call. What is wrong with the call itself is said again.
  return hasEnded || (error instanceof StorageError && error.kind === 'lost_ownership')
}

/** Doubling, with jitter of the same size, so that several doors do not race in step. */
function pauseAfter(turn: number, random: () => number): number {
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (turn - 1))
  return Math.round(pauseMs * (1 + random()))
}

function pause(ms: number, signal?: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, signal ? { signal } : {})
}
