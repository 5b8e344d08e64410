import type { Socket } from 'node:net'

/** Newline-delimited JSON over a local socket. */
export interface FrameChannel {
  /** Does nothing once the channel has closed. Throws when the frame is larger than both ends accept. */
  send(frame: object): void
  /**
   * Where frames go from now on; those that arrive while there is no handler wait for the next one. The returned
   * function takes the handler away and puts frames back that it had and did not use.
   */
  receive(handler: (frame: Frame) => void): (unused: readonly Frame[]) => void
  /** The bound for frames that arrive. A stranger gets little room until it has shown who it is. */
  setMaxBytes(bytes: number): void
  /** Settles when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>
  readonly isClosed: boolean
  /** What has been sent still goes out, unless `at once`. */
  close(how?: 'at once'): void
}

export type Frame = Record<string, unknown>

/** A conversation of 500 long messages is below 2 MB; what is larger than this is no answer of ours. */
export const maxFrameBytes = 64 * 1024 * 1024

const longestFlushMs = 1_000

export class FrameTooLargeError extends Error {}

/** Reads and writes frames on a connected socket. A frame that is too large or no JSON object ends the connection. */
export function createFrameChannel(socket: Socket, firstMaxBytes = maxFrameBytes): FrameChannel {
  let maxBytes = firstMaxBytes
  const waiting: Frame[] = []
  let handler: ((frame: Frame) => void) | undefined
  let chunks: Buffer[] = []
  let size = 0

  const deliver = (line: string) => {
    const frame = parseFrame(line)
    if (frame === null) socket.destroy()
    else if (handler) handler(frame)
    else waiting.push(frame)
  }
  const keep = (chunk: Buffer) => {
    if (chunk.length === 0) return
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) socket.destroy()
  }
  socket.on('data', (chunk: Buffer) => {
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1 && !socket.destroyed; at = chunk.indexOf(10, from)) {
      keep(chunk.subarray(from, at))
      from = at + 1
      if (socket.destroyed) return
      const line = Buffer.concat(chunks).toString('utf8')
      chunks = []
      size = 0
      deliver(line)
    }
    if (!socket.destroyed) keep(chunk.subarray(from))
  })
  // Every error is followed by 'close', which is what the two ends act on.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.once('end', () => socket.destroy())

  return {
    closed,
    get isClosed() {
      return socket.destroyed
    },
    send(frame) {
      if (socket.destroyed || !socket.writable) return
      const line = `${JSON.stringify(frame)}\n`
      if (Buffer.byteLength(line) > maxFrameBytes) throw new FrameTooLargeError('A frame exceeds 64 MB')
      socket.write(line)
    },
    receive(next) {
      handler = next
      for (const frame of waiting.splice(0)) next(frame)
      return (unused) => {
        if (handler === next) handler = undefined
        waiting.unshift(...unused)
      }
    },
    setMaxBytes(bytes) {
      maxBytes = bytes
    },
    close(how) {
      if (how === 'at once') {
        socket.destroy()
        return
      }
      socket.end(() => socket.destroy())
      // The other end may have stopped reading for good.
      setTimeout(() => socket.destroy(), longestFlushMs).unref()
    },
  }
}

function parseFrame(line: string): Frame | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Frame) : null
  } catch {
    return null
  }
}
