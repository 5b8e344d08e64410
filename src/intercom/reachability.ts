export interface Reachability {
  /** Whether Intercom answers at all. Asked once for all who want to know at the same time. */
  ask(signal?: AbortSignal): Promise<boolean>
}

/**
 * Tells a request that gets no answer from a network that is down. `probe` resolves to whether anything was answered
 * and never rejects.
 */
export function createReachability(probe: () => Promise<boolean>): Reachability {
  let asking: Promise<boolean> | null = null
  return {
    ask(signal) {
      asking ??= probe().finally(() => {
        asking = null
      })
      return untilAborted(asking, signal)
    },
  }
}

/** The same promise, or the signal's reason as soon as that aborts. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
