import { processEnvironment } from '../config/environment'
import type { Config } from '../config/finalize'
import { loadConfig } from '../config/load'
import { requireProfile } from '../config/profiles'
import { createLogger, type Logger } from '../logger'
import type { CommandContext } from './command-context'
import { logFilePath } from './log-file'
import { createRuntime, type Runtime } from './runtime/runtime'
import { secretsOf } from './secrets'

/** The logger of a terminal command: the file gets everything of the configured level, the terminal what is wrong. */
export function createCommandLogger(config: Config): Logger {
  return createLogger({
    level: config.logLevel,
    stderrLevel: config.logLevel === 'debug' ? 'debug' : 'error',
    file: logFilePath(config.home),
    secrets: secretsOf(config),
  })
}

export interface UseOptions {
  /**
   * For a command that stays: when it has the data, questions that come through its door refresh what is stale, and
   * it takes over when another process lets go. Its syncs are its own affair: there is no background loop beside them.
   */
  lasting?: boolean
  /** For a command that fetches: with a token from the environment a profile may begin with it. */
  mayBegin?: boolean
}

/**
 * Reads the configuration, opens the way to the data (through a running server, or by itself), works, and closes it
 * again whatever happens. A command that has the store to itself starts no background refresh, unless it is lasting.
 */
export async function useService<Result>(
  context: CommandContext,
  work: (runtime: Runtime) => Promise<Result>,
  options: UseOptions = {},
): Promise<Result> {
  const { config, warnings } = loadConfig(context.flags, processEnvironment())
  for (const warning of warnings) context.output.note(`Warning: ${warning}`)
  // A slip in the name must not make a new, empty profile.
  if (!options.mayBegin || config.accessToken === null) requireProfile(config)
  return withRuntime(config, context.signal, work, options)
}

/** The same with a configuration that is known already. */
export async function withRuntime<Result>(
  config: Config,
  signal: AbortSignal,
  work: (runtime: Runtime) => Promise<Result>,
  { lasting = false }: UseOptions = {},
): Promise<Result> {
  const runtime = createRuntime({
    config: lasting ? { ...config, backgroundSyncIntervalMinutes: 0 } : config,
    logger: createCommandLogger(config),
    background: lasting,
  })
  try {
    signal.throwIfAborted()
    return await work(runtime)
  } finally {
    await runtime.close()
  }
}
