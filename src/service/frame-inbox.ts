import type { Frame, FrameChannel } from './frames'

/** Frames one by one, for a conversation in turns. */
export interface FrameInbox {
  /** The next frame; null when the connection has ended or nothing came in time. */
  next(): Promise<Frame | null>
  /** Frames that come from now on wait for the channel's next handler. */
  release(): void
}

/** Takes over a channel's frames until it is released. */
export function createFrameInbox(channel: FrameChannel, timeoutMs: number): FrameInbox {
  const arrived: Frame[] = []
  let waiting: ((frame: Frame | null) => void) | undefined
  let ended = false
  const stop = channel.receive((frame) => {
    if (waiting) waiting(frame)
    else arrived.push(frame)
  })
  void channel.closed.then(() => {
    ended = true
    waiting?.(null)
  })
  return {
    next() {
      const first = arrived.shift()
      if (first) return Promise.resolve(first)
      if (ended) return Promise.resolve(null)
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiting?.(null), timeoutMs)
        waiting = (frame) => {
          clearTimeout(timer)
          waiting = undefined
          resolve(frame)
        }
      })
    },
    release() {
      stop(arrived.splice(0))
    },
  }
}
