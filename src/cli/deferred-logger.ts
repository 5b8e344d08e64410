import type { LogFields, Logger } from '../logger'

/** A logger for the time before the real one is loaded: it keeps what it is told and passes it on. */
export interface DeferredLogger extends Logger {
  /** Hands over what was kept, and from then on everything at once. */
  attach(logger: Logger): void
}

/** Stands in while the handshake must not wait for consola and the log file. Keeps at most 100 entries. */
export function createDeferredLogger(): DeferredLogger {
  let target: Logger | null = null
  let kept: { level: keyof Logger; message: string; fields: LogFields | undefined }[] = []
  const log = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    if (target) target[level](message, fields)
    else if (kept.length < 100) kept.push({ level, message, fields })
  }
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    attach(logger) {
      target = logger
      for (const { level, message, fields } of kept) logger[level](message, fields)
      kept = []
    },
  }
}
