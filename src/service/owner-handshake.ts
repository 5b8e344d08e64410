import { AppError } from '../domain/errors'
import { createFrameInbox } from './frame-inbox'
import type { Frame, FrameChannel } from './frames'
import {
  createNonce,
  type DoorIdentity,
  findRefusal,
  handshakeTimeoutMs,
  isProof,
  type OwnerIdentity,
  protocolName,
  protocolVersion,
  prove,
  type Refusal,
} from './handshake'
import type { Service } from './service'

/** Often enough that the door's patience, which each frame renews, never ends while the store is being opened. */
const waitFrameEveryMs = 1_000

export interface OwnerSide {
  key: string
  session: () => Promise<{ identity: OwnerIdentity; service: Service }>
}

/** The owner's half of the handshake: the service for the door, or null when it is not to be served. */
export async function acceptDoor(
  channel: FrameChannel,
  { key, session }: OwnerSide,
): Promise<Service | null> {
  const inbox = createFrameInbox(channel, handshakeTimeoutMs)
  try {
    const hello = await inbox.next()
    if (hello?.hello !== protocolName || typeof hello.nonce !== 'string') return null
    if (hello.protocol !== protocolVersion) {
      channel.send({ refused: otherProtocol })
      return null
    }
    const nonce = createNonce()
    channel.send({ nonce, proof: prove(key, 'owner', hello.nonce, nonce) })
    const answer = await inbox.next()
    if (!isProof(answer?.proof, prove(key, 'door', hello.nonce, nonce))) {
      channel.send({ refused: wrongKey })
      return null
    }
    const { identity, service } = await waitForSession(channel, session)
    const { tokenHash: _secret, ...shown } = identity
    channel.send({ owner: shown })
    const door = readDoorIdentity(await inbox.next())
    if (door === null) return null
    const refused = findRefusal(identity, door)
    channel.send(refused ? { refused } : { accepted: true })
    return refused ? null : service
  } finally {
    inbox.release()
  }
}

const wrongKey: Refusal = {
  reason: 'key',
  message: 'The process that serves the data does not accept the key of the lock file.',
  hint: 'Try again in a moment.',
}

const otherProtocol: Refusal = {
  reason: 'protocol',
  message: 'The data is served by a version that speaks another protocol.',
  hint: 'Restart the MCP clients, so that all of them run the same version.',
}

async function waitForSession(channel: FrameChannel, session: OwnerSide['session']) {
  const timer = setInterval(() => channel.send({ wait: true }), waitFrameEveryMs)
  try {
    return await session()
  } catch (error) {
    const hint = error instanceof AppError ? error.hint : undefined
    const message = error instanceof AppError ? error.message : 'The data could not be opened.'
    channel.send({ refused: { reason: 'store', message, hint: hint ?? 'Try again in a moment.' } })
    throw error
  } finally {
    clearInterval(timer)
  }
}

function readDoorIdentity(frame: Frame | null): DoorIdentity | null {
  const door = frame?.door as Partial<DoorIdentity> | undefined
  if (typeof door !== 'object' || door === null || typeof door.productVersion !== 'string') return null
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    productVersion: door.productVersion,
    apiUrl: text(door.apiUrl),
    storeId: text(door.storeId),
    tokenHash: text(door.tokenHash),
  }
}
