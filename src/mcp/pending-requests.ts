/** As much of a transport as is needed to see requests come in and answers go out. */
export interface WatchedTransport {
  onmessage?: (message: never, ...rest: never[]) => void
  send(message: object, ...rest: never[]): Promise<void>
}

export interface PendingRequests {
  /** Resolves when every request that came in has been answered or cancelled, at the latest after `waitMs`. */
  settled(waitMs: number): Promise<void>
}

interface MessageShape {
  id?: string | number
  method?: string
  params?: { requestId?: string | number }
}

/**
 * Counts what a transport has received and not answered yet, so that a client that writes its calls and closes its
 * end at once (`printf … | fast-intercom-mcp start`) still gets its answers. Must be called before the transport is
 * connected; the SDK keeps a handler that is already set.
 */
export function watchPendingRequests(transport: WatchedTransport): PendingRequests {
  const open = new Set<string | number>()
  let onSettled: (() => void) | undefined
  const answered = (id: string | number | undefined) => {
    if (id !== undefined) open.delete(id)
    if (open.size === 0) onSettled?.()
  }

  const send = transport.send.bind(transport)
  transport.send = async (message, ...rest) => {
    const { id, method } = message as MessageShape
    try {
      await send(message, ...rest)
    } finally {
      if (method === undefined) answered(id)
    }
  }
  transport.onmessage = (message: MessageShape) => {
    if (message.method === 'notifications/cancelled') answered(message.params?.requestId)
    else if (message.method !== undefined && message.id !== undefined) open.add(message.id)
  }

  return {
    settled(waitMs) {
      if (open.size === 0 || waitMs === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        onSettled = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
