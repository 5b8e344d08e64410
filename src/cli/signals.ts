/** Ended by a person or the system, not by a failure. */
export class InterruptedError extends Error {
  constructor() {
    super('Interrupted')
    this.name = 'InterruptedError'
  }
}

/**
 * Calls `onStop` at the first request to stop, and `onHurry` at the second, when somebody has lost patience. Windows
 * sends SIGINT for Ctrl-C and nothing that could be caught for a kill; there the journal alone keeps data safe.
 */
export function watchStopSignals(onStop: () => void, onHurry: () => void): () => void {
  let stopping = false
  const handle = () => {
    if (stopping) onHurry()
    else {
      stopping = true
      onStop()
    }
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}
