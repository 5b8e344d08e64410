import { OwnerRefusedError, OwnerUnreachableError, type RefusalReason } from './connection-errors'
import { createFrameInbox, type FrameInbox } from './frame-inbox'
import type { Frame, FrameChannel } from './frames'
import {
  createNonce,
  type DoorIdentity,
  handshakeTimeoutMs,
  hashToken,
  isProof,
  protocolName,
  protocolVersion,
  prove,
} from './handshake'

export interface DoorSide {
  key: string
  productVersion: string
  /** null when this process has none; it is not sent, only a hash of it. */
  token: string | null
  apiUrl: string
  /** The store whose files this process sees; null when it cannot tell. Asked once the owner has the store open. */
  readStoreId: () => string | null
  timeoutMs?: number
}

/**
 * The door's half of the handshake. Rejects with OwnerRefusedError, or with OwnerUnreachableError when the other end
 * goes (`gone`) or does not answer in time (`silent`).
 */
export async function enterByDoor(channel: FrameChannel, side: DoorSide): Promise<void> {
  const inbox = createFrameInbox(channel, side.timeoutMs ?? handshakeTimeoutMs)
  try {
    const nonce = createNonce()
    channel.send({ hello: protocolName, protocol: protocolVersion, nonce })
    const challenge = await hear(inbox, channel)
    const ownerNonce = String(challenge.nonce)
    if (!isProof(challenge.proof, prove(side.key, 'owner', nonce, ownerNonce))) {
      throw new OwnerRefusedError(
        'key',
        'Whoever listens at the address of the data does not know its key.',
        'Try again in a moment; if it stays so, restart the MCP clients.',
      )
    }
    channel.send({ proof: prove(side.key, 'door', nonce, ownerNonce) })
    let answer = await hear(inbox, channel)
    while (answer.wait === true) answer = await hear(inbox, channel)
    const { storeId } = (answer.owner ?? {}) as { storeId?: unknown }
    channel.send({ door: identify(side, typeof storeId === 'string' ? storeId : '') })
    await hear(inbox, channel)
  } finally {
    inbox.release()
  }
}

function identify(
  { productVersion, token, apiUrl, readStoreId }: DoorSide,
  ownerStoreId: string,
): DoorIdentity {
  return {
    productVersion,
    storeId: readStoreId(),
    apiUrl: token === null ? null : apiUrl,
    tokenHash: token === null ? null : hashToken(token, ownerStoreId),
  }
}

async function hear(inbox: FrameInbox, channel: FrameChannel): Promise<Frame> {
  const frame = await inbox.next()
  if (frame === null) throw new OwnerUnreachableError(channel.isClosed ? 'gone' : 'silent')
  const refused = frame.refused as { reason: RefusalReason; message: string; hint: string } | undefined
  if (refused) throw new OwnerRefusedError(refused.reason, refused.message, refused.hint)
  return frame
}
