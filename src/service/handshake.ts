import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RefusalReason } from './connection-errors'

/**
 * How a door and the owner recognise each other. A Windows pipe cannot be limited to one user, so both prove that
 * they know the key of the lock file, without sending it, before anything else is said:
 *
 *   door                                    owner
 *   hello {protocol, nonce}          ──▶
 *                                    ◀──   {nonce, proof of "owner"}
 *   {proof of "door"}                ──▶
 *                                    ◀──   {wait} each second while the store is being opened
 *                                    ◀──   {owner: identity}
 *   {door: identity}                 ──▶
 *                                    ◀──   {accepted} or {refused: reason, message, hint}
 */
export const protocolName = 'fast-intercom-mcp'
export const protocolVersion = 1

/** Neither end waits longer than this for the other's next word. */
export const handshakeTimeoutMs = 5_000

/** Nothing in a handshake comes near this; a stranger cannot make an end keep more. */
export const maxHandshakeBytes = 16 * 1024

/** What the owner says of itself. */
export interface OwnerIdentity {
  productVersion: string
  apiUrl: string
  storeId: string
  /** Hash of the owner's own token, or without one of the last accepted token; null when there is neither. */
  tokenHash: string | null
}

/** What a door says of itself; null means that it does not care. */
export interface DoorIdentity {
  productVersion: string
  /** null for a door without a token: it asks nothing of Intercom. */
  apiUrl: string | null
  storeId: string | null
  tokenHash: string | null
}

export interface Refusal {
  reason: RefusalReason
  message: string
  hint: string
}

export function createNonce(): string {
  return randomBytes(16).toString('hex')
}

/** A new key for a lock file: 32 random bytes in hex. */
export function createSocketKey(): string {
  return randomBytes(32).toString('hex')
}

/** Keyed hash over both nonces; the role keeps one end's proof from being sent back as the other's. */
export function prove(key: string, role: 'owner' | 'door', doorNonce: string, ownerNonce: string): string {
  return createHmac('sha256', Buffer.from(key, 'hex'))
    .update(`${role}:${doorNonce}:${ownerNonce}`)
    .digest('hex')
}

/** Compares in constant time; anything that is not the expected text is wrong. */
export function isProof(received: unknown, expected: string): boolean {
  if (typeof received !== 'string') return false
  const [a, b] = [Buffer.from(received), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Keyed hash of an access token, the key being the store's id: tells two tokens apart and gives neither away. */
export function hashToken(token: string, storeId: string): string {
  return createHmac('sha256', storeId).update(token).digest('hex')
}

/** Why an owner must not serve a door, or null when it may. */
export function findRefusal(owner: OwnerIdentity, door: DoorIdentity): Refusal | null {
  if (owner.productVersion !== door.productVersion) {
    return {
      reason: 'version',
      message: `The data is served by version ${owner.productVersion}, this is version ${door.productVersion}.`,
      hint: 'Restart the MCP clients, so that all of them run the same version.',
    }
  }
  if (door.storeId !== null && door.storeId !== owner.storeId) {
    return {
      reason: 'store',
      message:
        'The process that serves the data has another store open than the one whose files are here now.',
      hint: 'Restart the MCP clients, so that all of them open the files as they are now.',
    }
  }
  if (door.tokenHash !== null && owner.tokenHash !== null && door.tokenHash !== owner.tokenHash) {
    return {
      reason: 'token',
      message: 'The data is served by a process with another access token.',
      hint: 'Give both the same token and restart them, or use --profile or --home for the other workspace.',
    }
  }
  if (door.apiUrl !== null && door.apiUrl !== owner.apiUrl) {
    return {
      reason: 'api_url',
      message: `The data is served by a process that talks to ${owner.apiUrl}, this one is set to ${door.apiUrl}.`,
      hint: 'Set the same region or INTERCOM_API_URL for both, or use --profile or --home.',
    }
  }
  return null
}
