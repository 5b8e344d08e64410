export interface Deadline {
  signal: AbortSignal
  clear(): void
}

/**
 * A signal of its own for each try: ends with the caller's or with the time. AbortSignal.any would leave something
 * behind on a caller's signal that lives as long as a sync.
 */
export function startDeadline(timeoutMs: number, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => controller.abort(new Error('Time-out')), timeoutMs)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
