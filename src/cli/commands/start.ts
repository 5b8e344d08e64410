import { serveStdio } from '../../mcp/server'
import type { CommandContext } from '../command-context'
import { createDeferredLogger, type DeferredLogger } from '../deferred-logger'
import { type ExitCode, exitCodes } from '../exit-code'
import type { Runtime } from '../runtime/runtime'
import { version } from '../version'

/**
 * `start`: MCP over stdio, with the background sync inside. This module and what it imports statically is all that
 * is loaded before the handshake is answered; store, network and logging come behind it, in `start-runtime.ts`.
 */
export async function runStart(context: CommandContext): Promise<ExitCode> {
  const logger = createDeferredLogger()
  const server = createLazyRuntime(context, logger)
  let end: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const { close } = await serveStdio({
    version,
    logger,
    getService: async () => (await server.get()).service,
    stdin: process.stdin,
    stdout: process.stdout,
    onClose: end,
  })
  process.stdin.once('data', () => server.openSoon())
  context.signal.addEventListener('abort', () => close(), { once: true })
  if (context.signal.aborted) await close()
  await ended
  await server.close()
  return exitCodes.done
}

interface LazyRuntime {
  get(): Promise<Runtime>
  /** Opens it without anybody asking, so that the background sync begins. */
  openSoon(): void
  close(): Promise<void>
}

/** A client sends its first requests within this; loading code meanwhile would only make them wait. */
const quietMs = 150

/** The runtime, opened by the first call or a moment after the handshake. What fails is tried again by the next call. */
function createLazyRuntime(context: CommandContext, logger: DeferredLogger): LazyRuntime {
  let opening: Promise<Runtime> | null = null
  let timer: NodeJS.Timeout | undefined
  const get = () => {
    clearTimeout(timer)
    opening ??= open(context, logger).catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }
  return {
    get,
    openSoon() {
      if (opening !== null) return
      timer = setTimeout(() => {
        get().catch((error: unknown) => logger.error('The data cannot be opened yet', { error }))
      }, quietMs)
    },
    async close() {
      clearTimeout(timer)
      const runtime = await opening?.catch(() => null)
      await runtime?.close()
    },
  }
}

async function open(context: CommandContext, logger: DeferredLogger): Promise<Runtime> {
  const { openServerRuntime } = await import('../start-runtime')
  return openServerRuntime(context, logger)
}
