import { connect } from 'node:net'
import type { ServerStatusAnswer } from '../domain/answers'
import type { ErrorData } from '../domain/errors'
import type { SyncProgress } from '../domain/sync-run'
import { ConnectionLostError, OwnerUnreachableError } from './connection-errors'
import { type DoorSide, enterByDoor } from './door-handshake'
import { fromErrorData } from './error-data'
import { createFrameChannel, type Frame, type FrameChannel } from './frames'
import { handshakeTimeoutMs } from './handshake'
import type { CallOptions, Service } from './service'
import { createForwardingService } from './service-methods'

export interface DoorOptions extends DoorSide {
  address: string
  /** How often a waiting door asks whether the owner still answers; after three times in vain it gives up. */
  pingEveryMs?: number
  /** Ends the attempt to connect. */
  signal?: AbortSignal
}

export interface Door {
  service: Service
  /**
   * Settles when the connection has ended: by itself, or given up because the owner was silent. Calls under way then
   * reject with ConnectionLostError.
   */
  closed: Promise<'ended' | 'silent'>
  close(): Promise<void>
}

const unansweredPings = 3

/** With the pings above five seconds of silence; no work of an owner keeps it from answering for so long. */
const defaultPingEveryMs = 1_250

/** What connecting fails with when nobody is there to be connected to. */
const nobodyThere = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EINVAL', 'ENAMETOOLONG'])

/**
 * Connects to the owner of a store and resolves to its service. Rejects with OwnerRefusedError or
 * OwnerUnreachableError.
 */
export async function connectToOwner(options: DoorOptions): Promise<Door> {
  const { address, signal, timeoutMs = handshakeTimeoutMs, pingEveryMs = defaultPingEveryMs } = options
  const channel = await openChannel(address, timeoutMs, signal)
  const abort = () => channel.close('at once')
  signal?.addEventListener('abort', abort, { once: true })
  try {
    if (signal?.aborted) abort()
    await enterByDoor(channel, options)
  } catch (error) {
    channel.close('at once')
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
  return createDoor(channel, pingEveryMs)
}

function openChannel(address: string, timeoutMs: number, signal?: AbortSignal): Promise<FrameChannel> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: address, signal })
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new OwnerUnreachableError('silent'))
    }, timeoutMs)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', onError)
      resolve(createFrameChannel(socket))
    })
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      // Any other error comes from somebody who is there: a queue that is full, no permission.
      reject(new OwnerUnreachableError(nobodyThere.has(error.code ?? '') ? 'gone' : 'silent', error))
    }
    socket.once('error', onError)
  })
}

interface WaitingCall {
  resolve(result: unknown): void
  reject(error: unknown): void
  onProgress: CallOptions['onProgress']
}

function createDoor(channel: FrameChannel, pingEveryMs: number): Door {
  const waiting = new Map<number, WaitingCall>()
  let lastId = 0
  let silentPings = 0
  let isSilent = false
  let pings: NodeJS.Timeout | undefined

  const settle = (id: number) => {
    waiting.delete(id)
    if (waiting.size > 0) return
    clearInterval(pings)
    pings = undefined
  }
  const watch = () => {
    silentPings = 0
    pings ??= setInterval(() => {
      if (silentPings >= unansweredPings) {
        isSilent = true
        channel.close('at once')
      }
      silentPings += 1
      channel.send({ ping: silentPings })
    }, pingEveryMs)
  }
  channel.receive((frame) => {
    silentPings = 0
    if (typeof frame.id === 'number') hearAnswer(frame, waiting.get(frame.id))
  })
  const closed = channel.closed.then(() => {
    clearInterval(pings)
    for (const call of waiting.values()) call.reject(new ConnectionLostError())
    waiting.clear()
    return isSilent ? 'silent' : 'ended'
  })

  const forward = (method: keyof Service, request: unknown, call: CallOptions = {}) => {
    const { signal, onProgress, ...options } = call
    if (channel.isClosed) return Promise.reject(new ConnectionLostError())
    if (signal?.aborted) return Promise.reject(signal.reason)
    lastId += 1
    const id = lastId
    let cancel = () => {}
    return new Promise<unknown>((resolve, reject) => {
      // The caller is not kept waiting for an owner that may not even answer.
      cancel = () => {
        channel.send({ id, cancel: true })
        reject(signal?.reason)
      }
      waiting.set(id, { resolve, reject, onProgress })
      signal?.addEventListener('abort', cancel, { once: true })
      watch()
      channel.send({ id, method, request, options, progress: onProgress !== undefined })
    })
      .then((answer) =>
        method === 'getServerStatus' ? seenThroughDoor(answer as ServerStatusAnswer) : answer,
      )
      .finally(() => {
        signal?.removeEventListener('abort', cancel)
        settle(id)
      })
  }
  const close = async () => {
    channel.close()
    await closed
  }
  return { service: createForwardingService(forward), closed, close }
}

function hearAnswer(frame: Frame, call: WaitingCall | undefined): void {
  if (call === undefined) return
  if (frame.progress !== undefined) call.onProgress?.(frame.progress as SyncProgress)
  else if (frame.error !== undefined) call.reject(fromErrorData(frame.error as ErrorData))
  else call.resolve(frame.result)
}

/** The figures are the owner's, its pid included; only the role tells that this process looks through a door. */
function seenThroughDoor(status: ServerStatusAnswer): ServerStatusAnswer {
  return { ...status, process: { ...status.process, role: 'door' } }
}
