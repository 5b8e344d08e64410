import { chmod, mkdir, stat } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors'
import type { Logger } from '../logger'
import { toErrorData } from './error-data'
import {
  createFrameChannel,
  type Frame,
  type FrameChannel,
  FrameTooLargeError,
  maxFrameBytes,
} from './frames'
import { maxHandshakeBytes, type OwnerIdentity } from './handshake'
import { acceptDoor } from './owner-handshake'
import type { CallOptions, Service } from './service'
import { callService, isServiceMethod } from './service-methods'

export interface OwnerSocketOptions {
  /** Where to listen: the first of these that can be had. */
  addresses: readonly string[]
  /** Of the lock file, hex. */
  key: string
  /**
   * Who the owner is and what it serves. Asked for by each door that has proved the key; may take as long as the
   * store takes to open. A rejection is told to the door.
   */
  session: () => Promise<{ identity: OwnerIdentity; service: Service }>
  logger: Logger
  /** How often to see whether the socket file is still there; macOS purges its temporary folder. */
  checkFileEveryMs?: number
}

export interface OwnerSocket {
  readonly address: string
  /** Ends all connections; calls under way are aborted. Idempotent. */
  close(): Promise<void>
}

/** Listens for doors of the same user. Resolves when it listens; rejects when none of the addresses can be had. */
export async function listenForDoors({ addresses, ...options }: OwnerSocketOptions): Promise<OwnerSocket> {
  const [address = '', ...others] = addresses
  try {
    return await listenAt(address, options)
  } catch (error) {
    if (others.length === 0) throw error
    options.logger.debug('no socket can be made here', { address, error: String(error) })
    return listenForDoors({ addresses: others, ...options })
  }
}

type SocketOptions = Omit<OwnerSocketOptions, 'addresses'>

async function listenAt(address: string, options: SocketOptions): Promise<OwnerSocket> {
  const { checkFileEveryMs = 60_000 } = options
  const connections = new Set<Socket>()
  const onConnection = (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    void serveDoor(socket, options)
  }
  const start = async () => {
    const listening = await listen(address, onConnection)
    // Too many open files, for instance: that door is lost, the others must not be.
    listening.on('error', (error) =>
      options.logger.warn('a door could not come in', { error: String(error) }),
    )
    return listening
  }
  let server = await start()
  let isClosing = false
  const isFile = process.platform !== 'win32'
  const check = async () => {
    if ((await exists(address)) || isClosing) return
    // A closing server removes the file, so the old one goes first; open connections live on.
    server.close()
    await mkdir(dirname(address), { recursive: true, mode: 0o700 })
    const again = await start()
    if (isClosing) again.close()
    else server = again
    options.logger.info('the socket file was gone and has been made again', { address })
  }
  const timer = isFile
    ? setInterval(() => {
        check().catch((error) =>
          options.logger.warn('the socket cannot be made again', { error: String(error) }),
        )
      }, checkFileEveryMs).unref()
    : undefined

  return {
    address,
    async close() {
      isClosing = true
      clearInterval(timer)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const connection of connections) connection.destroy()
      await closed
    },
  }
}

async function listen(address: string, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // The folder is private already; the socket itself is made so as well.
  if (process.platform !== 'win32') await chmod(address, 0o600)
  // The owner's life does not hang on its doors.
  server.unref()
  return server
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function serveDoor(socket: Socket, { key, session, logger }: SocketOptions): Promise<void> {
  const channel = createFrameChannel(socket, maxHandshakeBytes)
  const service = await acceptDoor(channel, { key, session }).catch((error) => {
    logger.warn('a door could not be served', { error: String(error) })
    return null
  })
  if (service === null) {
    channel.close()
    return
  }
  channel.setMaxBytes(maxFrameBytes)
  const running = new Map<unknown, AbortController>()
  channel.receive((frame) => {
    if (frame.ping !== undefined) channel.send({ pong: frame.ping })
    else if (frame.cancel === true) running.get(frame.id)?.abort()
    else void answerCall(frame, { channel, service, running, logger })
  })
  await channel.closed
  for (const call of running.values()) call.abort()
}

interface DoorSession {
  channel: FrameChannel
  service: Service
  running: Map<unknown, AbortController>
  logger: Logger
}

async function answerCall(frame: Frame, { channel, service, running, logger }: DoorSession): Promise<void> {
  const { id, method, request, options } = frame
  const controller = new AbortController()
  running.set(id, controller)
  try {
    if (!isServiceMethod(method))
      throw new AppError('unknown_method', `Unknown call ${String(method).slice(0, 40)}`)
    const call: CallOptions = { ...(options as CallOptions | undefined), signal: controller.signal }
    if (frame.progress === true) {
      call.onProgress = (progress) => {
        if (running.has(id)) channel.send({ id, progress })
      }
    }
    const result = await callService(service, method, request, call)
    channel.send({ id, result })
  } catch (error) {
    if (!(error instanceof AppError) && !controller.signal.aborted) {
      logger.error('a call from another process ended in an unexpected error', {
        method: String(method),
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        tooLarge: error instanceof FrameTooLargeError,
      })
    }
    channel.send({ id, error: toErrorData(error) })
  } finally {
    running.delete(id)
  }
}
